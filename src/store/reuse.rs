//! Reuses (REUSE-1): listing, submitting, deciding, deleting. The list is SQL text, as all keyset
//! pages are; what it leaves out is decided by `domain::access` by way of [`item_list`].

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};

use super::{
    engine::{self, Conditions as _, Sql, StoreError},
    item_list::{self, ItemFilter},
    page::{Page, PageRequest},
};
use crate::{
    domain::{
        id::{AccountId, DatasetId, ReuseId, WorkspaceId},
        vocabulary::ReuseState,
    },
    entity::reuse::{self, Column},
};

/// A reuse.
#[derive(Debug, Clone)]
pub struct ReuseRow {
    pub id: ReuseId,
    pub workspace_id: WorkspaceId,
    pub dataset_id: DatasetId,
    pub submitted_by: AccountId,
    pub title: String,
    pub url: String,
    pub description: Option<String>,
    pub state: ReuseState,
    /// When it was submitted last.
    pub submitted_at: DateTime<Utc>,
    /// How often on that day.
    pub submissions: i32,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<AccountId>,
    /// The reason for the decision.
    pub reason: Option<String>,
    /// Whether it was deleted. The row is kept.
    pub deleted: bool,
}

impl TryFrom<reuse::Model> for ReuseRow {
    type Error = StoreError;

    fn try_from(row: reuse::Model) -> Result<Self, StoreError> {
        let unreadable = || {
            StoreError::Other(sea_orm::DbErr::Type(
                "a reuse has an unknown state".to_owned(),
            ))
        };
        Ok(Self {
            id: ReuseId(row.id),
            workspace_id: WorkspaceId(row.workspace_id),
            dataset_id: DatasetId(row.dataset_id),
            submitted_by: AccountId(row.submitted_by),
            title: row.title,
            url: row.url,
            description: row.description,
            state: ReuseState::parse(&row.state).ok_or_else(unreadable)?,
            submitted_at: row.submitted_at,
            submissions: row.submissions,
            decided_at: row.decided_at,
            decided_by: row.decided_by.map(AccountId),
            reason: row.reason,
            deleted: row.deleted_at.is_some(),
        })
    }
}

fn read(rows: Vec<reuse::Model>) -> Result<Vec<ReuseRow>, StoreError> {
    rows.into_iter().map(ReuseRow::try_from).collect()
}

/// Which reuses of a workspace somebody may see.
#[derive(Debug, Clone)]
pub enum Sight {
    /// All.
    All,
    /// Their own, and approved ones of these datasets.
    Some {
        submitter: Option<AccountId>,
        datasets: item_list::Listing,
    },
}

/// The filters of the list. All of them must match.
#[derive(Debug, Clone, Default)]
pub struct ReuseFilter {
    pub states: Option<Vec<ReuseState>>,
    pub dataset: Option<DatasetId>,
    /// Submitted by this account; `Some(None)` by nobody.
    pub submitter: Option<Option<AccountId>>,
}

fn condition(sql: &mut Sql, workspace: WorkspaceId, sight: &Sight, filter: &ReuseFilter) {
    sql.bind(
        " WHERE r.workspace_id = ? AND r.deleted_at IS NULL",
        [workspace.0.into()],
    );
    if let Sight::Some {
        submitter,
        datasets,
    } = sight
    {
        sql.push(" AND (");
        if let Some(submitter) = submitter {
            sql.bind("r.submitted_by = ? OR ", [submitter.0.into()]);
        }
        sql.bind(
            "(r.state = ? AND EXISTS (SELECT 1 FROM dataset x WHERE x.id = r.dataset_id AND ",
            [ReuseState::Approved.as_str().into()],
        );
        item_list::condition(sql, workspace, datasets, &ItemFilter::default());
        sql.push(")))");
    }
    let ReuseFilter {
        states,
        dataset,
        submitter,
    } = filter;
    if let Some(states) = states {
        sql.push(" AND ")
            .texts_in("r.state", states.iter().map(|state| state.as_str()));
    }
    if let Some(dataset) = dataset {
        sql.bind(" AND r.dataset_id = ?", [dataset.0.into()]);
    }
    match submitter {
        None => {}
        Some(None) => {
            sql.push(" AND 1 = 0");
        }
        Some(Some(account)) => {
            sql.bind(" AND r.submitted_by = ?", [account.0.into()]);
        }
    }
}

/// One page of the reuses of `workspace`, by id.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    sight: &Sight,
    filter: &ReuseFilter,
    page: &PageRequest,
) -> Result<Page<ReuseRow>, StoreError> {
    let mut sql = Sql::select(db, reuse::Entity, "r");
    condition(&mut sql, workspace, sight, filter);
    page.apply(&mut sql, None, "r.id", false, |_| None);
    Ok(page.page(read(sql.all(db).await?)?))
}

/// The number of reuses on all pages of [`page`].
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    sight: &Sight,
    filter: &ReuseFilter,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count FROM reuse r");
    condition(&mut sql, workspace, sight, filter);
    sql.count(db).await
}

/// The reuses with these ids, in any workspace, deleted ones too.
pub async fn with_deleted(
    db: &impl ConnectionTrait,
    ids: &[ReuseId],
) -> Result<Vec<ReuseRow>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = reuse::Entity::find()
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .all(db)
        .await?;
    read(rows)
}

/// How many reuses of `workspace` wait for a decision.
pub async fn count_pending(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<i64, StoreError> {
    let pending = reuse::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::State.eq(ReuseState::Pending.as_str()))
        .filter(Column::DeletedAt.is_null());
    engine::count(db, pending).await
}

/// How often `account` submitted reuses in `workspace` since then, deleted ones too.
pub async fn submissions(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    since: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let counts: Vec<i32> = reuse::Entity::find()
        .select_only()
        .column(Column::Submissions)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::SubmittedBy.eq(account.0))
        .filter(Column::SubmittedAt.gte(since))
        .into_tuple()
        .all(db)
        .await?;
    Ok(counts.into_iter().map(i64::from).sum())
}

/// What somebody submits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReuseTexts {
    pub title: String,
    pub url: String,
    pub description: Option<String>,
}

/// Adds a pending reuse.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    (id, dataset, by): (ReuseId, DatasetId, AccountId),
    texts: ReuseTexts,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = reuse::ActiveModel {
        id: Set(id.0),
        workspace_id: Set(workspace.0),
        dataset_id: Set(dataset.0),
        submitted_by: Set(by.0),
        title: Set(texts.title),
        url: Set(texts.url),
        description: Set(texts.description),
        state: Set(ReuseState::Pending.as_str().to_owned()),
        submitted_at: Set(now),
        submissions: Set(1),
        decided_at: Set(None),
        decided_by: Set(None),
        reason: Set(None),
        deleted_at: Set(None),
    };
    reuse::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Submits a reuse of `workspace` again, as pending and with other texts; it is the
/// `submissions`-th time on this day.
pub async fn resubmit(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ReuseId,
    texts: ReuseTexts,
    (submissions, now): (i32, DateTime<Utc>),
) -> Result<(), StoreError> {
    reuse::Entity::update_many()
        .set(reuse::ActiveModel {
            title: Set(texts.title),
            url: Set(texts.url),
            description: Set(texts.description),
            state: Set(ReuseState::Pending.as_str().to_owned()),
            submitted_at: Set(now),
            submissions: Set(submissions),
            decided_at: Set(None),
            decided_by: Set(None),
            reason: Set(None),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// A decision on reuses.
#[derive(Debug, Clone)]
pub struct Decision {
    pub state: ReuseState,
    pub at: DateTime<Utc>,
    pub by: Option<AccountId>,
    /// The reason, for the submitter.
    pub reason: Option<String>,
}

/// Decides reuses of `workspace`.
pub async fn decide(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[ReuseId],
    decision: Decision,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    reuse::Entity::update_many()
        .set(reuse::ActiveModel {
            state: Set(decision.state.as_str().to_owned()),
            decided_at: Set(Some(decision.at)),
            decided_by: Set(decision.by.map(|id| id.0)),
            reason: Set(decision.reason),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .filter(Column::DeletedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes reuses of `workspace`. The rows are kept. Returns those that were there.
pub async fn delete(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[ReuseId],
    now: DateTime<Utc>,
) -> Result<Vec<ReuseId>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut deleted: Vec<ReuseId> = reuse::Entity::update_many()
        .set(reuse::ActiveModel {
            deleted_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .filter(Column::DeletedAt.is_null())
        .exec_with_returning(db)
        .await?
        .into_iter()
        .map(|row| ReuseId(row.id))
        .collect();
    deleted.sort_unstable();
    Ok(deleted)
}
