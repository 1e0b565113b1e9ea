//! Members' requests for more time (MEM-8): listing, inserting, deciding. SQL text for reading,
//! because whether one still waits depends on its membership too: if that has ended, or no longer
//! has an end, there is nothing to decide.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryResult,
    QuerySelect,
};
use uuid::Uuid;

use super::{
    engine::{Conditions as _, Row, Sql, StoreError},
    page::{Page, PageRequest},
};
use crate::{
    domain::{
        id::{AccessRenewalId, AccountId, MembershipId, WorkspaceId},
        interval::OPEN_END,
        vocabulary::AccessRenewalState,
    },
    entity::access_renewal::{self, Column},
};

/// A request for more time.
#[derive(Debug, Clone)]
pub struct AccessRenewalRow {
    pub id: AccessRenewalId,
    pub workspace_id: WorkspaceId,
    pub membership_id: MembershipId,
    /// The member's account.
    pub account_id: AccountId,
    pub state: AccessRenewalState,
    /// The member's message.
    pub message: Option<String>,
    pub requested_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<AccountId>,
    /// The reason for the decision.
    pub reason: Option<String>,
    /// The granted end.
    pub ends_at: Option<DateTime<Utc>>,
}

const FROM: &str = " FROM access_renewal r JOIN membership m ON m.id = r.membership_id WHERE ";

/// The state at an instant, as SQL.
fn state(sql: &mut Sql, now: DateTime<Utc>) {
    sql.bind(
        "CASE WHEN r.state = 'PENDING' AND (m.ends_at <= ? OR m.ends_at = ?) THEN 'CLOSED' ELSE r.state END",
        [now.into(), OPEN_END.into()],
    );
}

fn select(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::new(
        db,
        "SELECT r.id, r.workspace_id, r.membership_id, m.account_id, ",
    );
    state(&mut sql, now);
    sql.push(
        " AS state, r.message, r.requested_at, r.decided_at, r.decided_by, r.reason, r.ends_at",
    )
    .push(FROM);
    sql
}

async fn read(sql: Sql, db: &impl ConnectionTrait) -> Result<Vec<AccessRenewalRow>, StoreError> {
    sql.rows(db)
        .await?
        .iter()
        .map(AccessRenewalRow::read)
        .collect()
}

fn condition(
    sql: &mut Sql,
    workspace: WorkspaceId,
    states: Option<&[AccessRenewalState]>,
    now: DateTime<Utc>,
) {
    sql.bind("r.workspace_id = ?", [workspace.0.into()]);
    if let Some(states) = states {
        sql.push(" AND EXISTS (SELECT 1 FROM (SELECT ");
        state(sql, now);
        sql.push(" AS state) s WHERE ")
            .texts_in("s.state", states.iter().map(|state| state.as_str()))
            .push(")");
    }
}

/// One page of the renewals of `workspace` in one of `states` at `now` (`None`: all), by id.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    states: Option<&[AccessRenewalState]>,
    page: &PageRequest,
    now: DateTime<Utc>,
) -> Result<Page<AccessRenewalRow>, StoreError> {
    let mut sql = select(db, now);
    condition(&mut sql, workspace, states, now);
    page.apply(&mut sql, None, "r.id", false, |_| None);
    Ok(page.page(read(sql, db).await?))
}

/// The number of renewals on all pages of [`page`].
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    states: Option<&[AccessRenewalState]>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count");
    sql.push(FROM);
    condition(&mut sql, workspace, states, now);
    sql.count(db).await
}

/// The renewals with these ids, in any workspace.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[AccessRenewalId],
    now: DateTime<Utc>,
) -> Result<Vec<AccessRenewalRow>, StoreError> {
    let mut sql = select(db, now);
    sql.ids_in("r.id", ids.iter().map(|id| id.0));
    read(sql, db).await
}

/// The pending renewals of these memberships, at most one each.
pub async fn pending(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    memberships: &[MembershipId],
    now: DateTime<Utc>,
) -> Result<Vec<AccessRenewalRow>, StoreError> {
    let mut sql = select(db, now);
    sql.bind(
        "r.workspace_id = ? AND r.state = 'PENDING' AND ",
        [workspace.0.into()],
    );
    sql.ids_in("r.membership_id", memberships.iter().map(|id| id.0));
    let mut rows = read(sql, db).await?;
    rows.retain(|row| row.state == AccessRenewalState::Pending);
    Ok(rows)
}

/// When a renewal of this membership was last rejected.
pub async fn last_rejected(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    membership: MembershipId,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let at: Option<Option<DateTime<Utc>>> = access_renewal::Entity::find()
        .select_only()
        .column_as(Column::DecidedAt.max(), "at")
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::MembershipId.eq(membership.0))
        .filter(Column::State.eq(AccessRenewalState::Rejected.as_str()))
        .into_tuple()
        .one(db)
        .await?;
    Ok(at.flatten())
}

/// Adds a pending renewal.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    (id, membership): (AccessRenewalId, MembershipId),
    message: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = access_renewal::ActiveModel {
        id: Set(id.0),
        workspace_id: Set(workspace.0),
        membership_id: Set(membership.0),
        state: Set(AccessRenewalState::Pending.as_str().to_owned()),
        message: Set(message),
        requested_at: Set(now),
        decided_at: Set(None),
        decided_by: Set(None),
        reason: Set(None),
        ends_at: Set(None),
    };
    access_renewal::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// A decision on renewals.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The new end. `None` if more time was not granted.
    pub ends_at: Option<DateTime<Utc>>,
    pub at: DateTime<Utc>,
    pub by: Option<AccountId>,
    /// The reason, for the member.
    pub reason: Option<String>,
}

impl Decision {
    /// The state of the decided renewals.
    pub const fn state(&self) -> AccessRenewalState {
        if self.ends_at.is_some() {
            AccessRenewalState::Approved
        } else {
            AccessRenewalState::Rejected
        }
    }
}

/// Decides pending renewals of `workspace`.
pub async fn decide(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[AccessRenewalId],
    decision: &Decision,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    access_renewal::Entity::update_many()
        .set(access_renewal::ActiveModel {
            state: Set(decision.state().as_str().to_owned()),
            ends_at: Set(decision.ends_at),
            decided_at: Set(Some(decision.at)),
            decided_by: Set(decision.by.map(|id| id.0)),
            reason: Set(decision.reason.clone()),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::State.eq(AccessRenewalState::Pending.as_str()))
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}

impl AccessRenewalRow {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let row = Row::of(row);
        let unreadable = || {
            StoreError::Other(sea_orm::DbErr::Type(
                "an access renewal has an unknown state".to_owned(),
            ))
        };
        Ok(Self {
            id: AccessRenewalId(row.get("id")?),
            workspace_id: WorkspaceId(row.get("workspace_id")?),
            membership_id: MembershipId(row.get("membership_id")?),
            account_id: AccountId(row.get("account_id")?),
            state: AccessRenewalState::parse(&row.get::<String>("state")?)
                .ok_or_else(unreadable)?,
            message: row.get("message")?,
            requested_at: row.get("requested_at")?,
            decided_at: row.get("decided_at")?,
            decided_by: row.get::<Option<Uuid>>("decided_by")?.map(AccountId),
            reason: row.get("reason")?,
            ends_at: row.get("ends_at")?,
        })
    }
}

/// Closes the pending renewals of members whose access no longer has an end. They stay closed if it
/// gets another one.
pub async fn close(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
) -> Result<(), StoreError> {
    if members.is_empty() {
        return Ok(());
    }
    access_renewal::Entity::update_many()
        .set(access_renewal::ActiveModel {
            state: Set(AccessRenewalState::Closed.as_str().to_owned()),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::State.eq(AccessRenewalState::Pending.as_str()))
        .filter(Column::MembershipId.in_ids(db, members.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}
