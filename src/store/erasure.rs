//! Deletions of accounts: the row that says when one is due and how far its run is (ERASE-4,
//! ERASE-5). What a run empties stands in the files beside.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    engine::{Conditions as _, StoreError},
    workspace::secondary,
};
use crate::{
    domain::{
        id::{AccountId, WorkspaceId},
        interval::OPEN_END,
        permission::Preset,
    },
    entity::{
        account,
        account_deletion::{self, Column},
        membership, role, role_assignment,
    },
};

pub mod person;
pub mod texts;

/// A deletion, from its schedule to its end.
#[derive(Debug, Clone)]
pub struct Deletion {
    pub account: AccountId,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// When the run began. Nobody can use the account from then on.
    pub begun_at: Option<DateTime<Utc>>,
    /// The run has processed the workspaces up to this one, by id.
    pub last_workspace: Option<WorkspaceId>,
    /// When everything was emptied.
    pub emptied_at: Option<DateTime<Utc>>,
    /// When the run ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The operator who asked for it; `None` if the owner did.
    pub requested_by: Option<AccountId>,
    /// Why, in the operator's words.
    pub reason: Option<String>,
}

impl From<account_deletion::Model> for Deletion {
    fn from(row: account_deletion::Model) -> Self {
        Self {
            account: AccountId(row.account_id),
            due_at: row.due_at,
            begun_at: row.begun_at,
            last_workspace: row.last_workspace_id.map(WorkspaceId),
            emptied_at: row.emptied_at,
            finished_at: row.finished_at,
            requested_by: row.requested_by.map(AccountId),
            reason: row.reason,
        }
    }
}

/// The deletion of an account, if one is scheduled, runs or has run.
pub async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Option<Deletion>, StoreError> {
    let row = account_deletion::Entity::find_by_id(account.0)
        .one(db)
        .await?;
    Ok(row.map(Deletion::from))
}

/// Schedules the deletion of the locked account at `due_at`. Replaces one that has not
/// begun.
pub async fn schedule(
    db: &impl ConnectionTrait,
    account: AccountId,
    (now, due_at): (DateTime<Utc>, DateTime<Utc>),
    (by, reason): (Option<AccountId>, Option<&str>),
) -> Result<(), StoreError> {
    let row = account_deletion::ActiveModel {
        account_id: Set(account.0),
        requested_at: Set(now),
        requested_by: Set(by.map(|id| id.0)),
        reason: Set(reason.map(str::to_owned)),
        due_at: Set(due_at),
        reminded_at: Set(None),
        begun_at: Set(None),
        last_workspace_id: Set(None),
        emptied_at: Set(None),
        finished_at: Set(None),
    };
    let replace = OnConflict::column(Column::AccountId)
        .update_columns([
            Column::RequestedAt,
            Column::RequestedBy,
            Column::Reason,
            Column::DueAt,
            Column::RemindedAt,
        ])
        .to_owned();
    account_deletion::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(db)
        .await?;
    set_date(db, account, Some(due_at)).await
}

/// Forgets the deletion of the locked account, which has not begun.
pub async fn cancel(db: &impl ConnectionTrait, account: AccountId) -> Result<(), StoreError> {
    account_deletion::Entity::delete_by_id(account.0)
        .exec(db)
        .await?;
    set_date(db, account, None).await
}

/// Puts the deletion of the locked account off.
pub async fn postpone(
    db: &impl ConnectionTrait,
    account: AccountId,
    due_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    set(
        db,
        account,
        account_deletion::ActiveModel {
            due_at: Set(due_at),
            ..Default::default()
        },
    )
    .await?;
    set_date(db, account, Some(due_at)).await
}

async fn set_date(
    db: &impl ConnectionTrait,
    account: AccountId,
    at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    account::Entity::update_many()
        .set(account::ActiveModel {
            deletion_scheduled_at: Set(at),
            ..Default::default()
        })
        .filter(account::Column::Id.eq(account.0))
        .exec(db)
        .await?;
    Ok(())
}

async fn set(
    db: &impl ConnectionTrait,
    account: AccountId,
    row: account_deletion::ActiveModel,
) -> Result<(), StoreError> {
    account_deletion::Entity::update_many()
        .set(row)
        .filter(Column::AccountId.eq(account.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Stores that the run has begun.
pub async fn begun(
    db: &impl ConnectionTrait,
    account: AccountId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = account_deletion::ActiveModel {
        begun_at: Set(Some(at)),
        ..Default::default()
    };
    set(db, account, row).await
}

/// Stores that the run has processed this workspace and all with smaller ids.
pub async fn processed(
    db: &impl ConnectionTrait,
    account: AccountId,
    workspace: WorkspaceId,
) -> Result<(), StoreError> {
    let row = account_deletion::ActiveModel {
        last_workspace_id: Set(Some(workspace.0)),
        ..Default::default()
    };
    set(db, account, row).await
}

/// Stores that everything is emptied.
pub async fn emptied(
    db: &impl ConnectionTrait,
    account: AccountId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = account_deletion::ActiveModel {
        emptied_at: Set(Some(at)),
        ..Default::default()
    };
    set(db, account, row).await
}

/// Stores that nothing is left to do.
pub async fn finished(
    db: &impl ConnectionTrait,
    account: AccountId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = account_deletion::ActiveModel {
        finished_at: Set(Some(at)),
        ..Default::default()
    };
    set(db, account, row).await
}

/// The accounts whose run is due or under way, those that wait longest first.
pub async fn due(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<AccountId>, StoreError> {
    let ids: Vec<Uuid> = account_deletion::Entity::find()
        .select_only()
        .column(Column::AccountId)
        .filter(Column::FinishedAt.is_null())
        .filter(Column::DueAt.lte(now))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::AccountId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(AccountId).collect())
}

/// Marks deletions due by `until` as reminded of, and returns their accounts: those that were
/// requested by `since` or earlier, so that nobody gets two mails at once.
pub async fn remind(
    db: &impl ConnectionTrait,
    (until, since): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<Vec<AccountId>, StoreError> {
    let rows = account_deletion::Entity::update_many()
        .set(account_deletion::ActiveModel {
            reminded_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(Column::FinishedAt.is_null())
        .filter(Column::BegunAt.is_null())
        .filter(Column::RemindedAt.is_null())
        .filter(Column::DueAt.lte(until))
        .filter(Column::DueAt.gt(now))
        .filter(Column::RequestedAt.lte(since))
        .exec_with_returning(db)
        .await?;
    let account = |row: account_deletion::Model| AccountId(row.account_id);
    Ok(rows.into_iter().map(account).collect())
}

/// The runs that began at `since` or later, oldest first (ERASE-7).
pub async fn begun_since(
    db: &impl ConnectionTrait,
    since: DateTime<Utc>,
) -> Result<Vec<Deletion>, StoreError> {
    let rows = account_deletion::Entity::find()
        .filter(Column::BegunAt.gte(since))
        .order_by_asc(Column::BegunAt)
        .order_by_asc(Column::AccountId)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Deletion::from).collect())
}

/// The workspaces in which the account may be an administrator that counts (MEM-5): membership and
/// assignment without end. Secondary workspaces come before their main one (WS-8).
pub async fn administered(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<WorkspaceId>, StoreError> {
    let memberships: Vec<Uuid> = membership::Entity::find()
        .select_only()
        .column(membership::Column::Id)
        .filter(membership::Column::AccountId.eq(account.0))
        .filter(membership::Column::EndsAt.gte(OPEN_END))
        .into_tuple()
        .all(db)
        .await?;
    let assigned: Vec<(Uuid, Uuid)> = role_assignment::Entity::find()
        .select_only()
        .column(role_assignment::Column::WorkspaceId)
        .column(role_assignment::Column::RoleId)
        .filter(role_assignment::Column::MembershipId.in_ids(db, memberships))
        .filter(role_assignment::Column::EndsAt.gte(OPEN_END))
        .into_tuple()
        .all(db)
        .await?;
    let roles: Vec<Uuid> = role::Entity::find()
        .select_only()
        .column(role::Column::Id)
        .filter(role::Column::Id.in_ids(db, assigned.iter().map(|(_, role)| *role)))
        .filter(role::Column::Preset.eq(Preset::Administrator.as_str()))
        .into_tuple()
        .all(db)
        .await?;
    let mut workspaces: Vec<Uuid> = assigned
        .into_iter()
        .filter(|(_, role)| roles.contains(role))
        .map(|(workspace, _)| workspace)
        .collect();
    workspaces.sort_unstable();
    workspaces.dedup();
    let workspaces: Vec<WorkspaceId> = workspaces.into_iter().map(WorkspaceId).collect();
    let families = secondary::families(db, &workspaces).await?;
    let living = |id: &WorkspaceId| families.get(id).is_some_and(|family| !family.is_deleted);
    let workspaces = workspaces.into_iter().filter(living).collect();
    Ok(secondary::in_lock_order(workspaces, &families))
}
