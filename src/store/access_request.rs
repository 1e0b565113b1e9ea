//! Access requests: as they are listed and shown, new ones, and what becomes of them (JOIN-3).

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryResult};
use uuid::Uuid;

use super::{
    engine::{self, Columns, Sql, StoreError},
    page::{Page, PageRequest},
};
use crate::{
    domain::{
        id::{AccessRequestId, AccountId, MembershipId, WorkspaceId},
        vocabulary::AccessRequestState,
    },
    entity::access_request,
};

/// A sign-up that waits, or waited, for an administrator.
#[derive(Debug, Clone)]
pub struct AccessRequestRow {
    /// Its id.
    pub id: AccessRequestId,
    /// Where somebody wants to get in.
    pub workspace_id: WorkspaceId,
    /// Who.
    pub account_id: AccountId,
    /// Where it stands.
    pub state: AccessRequestState,
    /// What they wrote to the administrators.
    pub message: Option<String>,
    /// What they filled in, as JSON.
    pub answers: String,
    /// The version of the terms that they accepted.
    pub terms_version: Option<i32>,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// When it was approved, rejected or withdrawn.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who did so.
    pub decided_by: Option<AccountId>,
    /// What whoever rejected it says to whoever made it.
    pub reason: Option<String>,
}

impl AccessRequestRow {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let mut columns = Columns::of(row);
        let unreadable = || {
            StoreError::Other(sea_orm::DbErr::Type(
                "an access request has an unknown state".to_owned(),
            ))
        };
        Ok(Self {
            id: AccessRequestId(columns.take()?),
            workspace_id: WorkspaceId(columns.take()?),
            account_id: AccountId(columns.take()?),
            state: AccessRequestState::parse(&columns.take::<String>()?).ok_or_else(unreadable)?,
            message: columns.take()?,
            answers: columns.take()?,
            terms_version: columns.take()?,
            requested_at: columns.take()?,
            decided_at: columns.take()?,
            decided_by: columns.take::<Option<Uuid>>()?.map(AccountId),
            reason: columns.take()?,
        })
    }
}

const SELECT: &str = "SELECT r.id, r.workspace_id, r.account_id, r.state, r.message, r.answers, r.terms_version, r.requested_at, \
     r.decided_at, r.decided_by, r.reason FROM access_request r";

async fn read(sql: Sql, db: &impl ConnectionTrait) -> Result<Vec<AccessRequestRow>, StoreError> {
    sql.rows(db)
        .await?
        .iter()
        .map(AccessRequestRow::read)
        .collect()
}

fn condition(sql: &mut Sql, workspace: WorkspaceId, states: Option<&[AccessRequestState]>) {
    sql.bind(" WHERE r.workspace_id = ?", [workspace.0.into()]);
    if let Some(states) = states {
        sql.push(" AND ")
            .texts_in("r.state", states.iter().map(|state| state.as_str()));
    }
}

/// One page of the access requests of `workspace` in one of `states` (`None` = all), by id, as they
/// were made.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    states: Option<&[AccessRequestState]>,
    descending: bool,
    page: &PageRequest,
) -> Result<Page<AccessRequestRow>, StoreError> {
    let mut sql = Sql::new(db, SELECT);
    condition(&mut sql, workspace, states);
    page.apply(&mut sql, None, "r.id", descending, |_| None);
    Ok(page.page(read(sql, db).await?))
}

/// How many access requests [`page`] has over all pages.
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    states: Option<&[AccessRequestState]>,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) FROM access_request r");
    condition(&mut sql, workspace, states);
    Ok(sql
        .all::<(i64,)>(db)
        .await?
        .first()
        .map_or(0, |(count,)| *count))
}

/// The access requests with these ids, of whatever workspace.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[AccessRequestId],
) -> Result<Vec<AccessRequestRow>, StoreError> {
    let mut sql = Sql::new(db, SELECT);
    sql.push(" WHERE ")
        .ids_in("r.id", ids.iter().map(|id| id.0));
    read(sql, db).await
}

/// Says of the pending access requests of `account` in `workspace` that this membership came of
/// them; answers which.
pub async fn approve_pending(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    membership: MembershipId,
    (at, by): (DateTime<Utc>, Option<AccountId>),
) -> Result<Vec<AccessRequestId>, StoreError> {
    let sql = "UPDATE access_request SET state = 'APPROVED', decided_at = $3, decided_by = $4, membership_id = $5 \
         WHERE workspace_id = $1 AND account_id = $2 AND state = 'PENDING' RETURNING id";
    let values = vec![
        workspace.0.into(),
        account.0.into(),
        at.into(),
        by.map(|id| id.0).into(),
        membership.0.into(),
    ];
    let mut rows: Vec<(Uuid,)> = engine::all(db, sql, values).await?;
    rows.sort_unstable();
    Ok(rows.into_iter().map(|(id,)| AccessRequestId(id)).collect())
}

/// The latest access request of `account` in `workspace`, by the order in which they were made.
pub async fn latest(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Option<AccessRequestRow>, StoreError> {
    let mut sql = Sql::new(db, SELECT);
    sql.bind(
        " WHERE r.workspace_id = ? AND r.account_id = ?",
        [workspace.0.into(), account.0.into()],
    )
    .push(" ORDER BY r.requested_at DESC, r.id DESC LIMIT 1");
    Ok(read(sql, db).await?.into_iter().next())
}

/// An access request to be made.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// Its id.
    pub id: AccessRequestId,
    /// Who asks.
    pub account_id: AccountId,
    /// What they write to the administrators.
    pub message: Option<String>,
    /// What they filled in, as JSON.
    pub answers: String,
    /// The version of the terms that they accepted.
    pub terms_version: Option<i32>,
}

/// Adds a pending access request.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    new: NewRequest,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = access_request::ActiveModel {
        id: Set(new.id.0),
        workspace_id: Set(workspace.0),
        account_id: Set(new.account_id.0),
        state: Set(AccessRequestState::Pending.as_str().to_owned()),
        message: Set(new.message),
        answers: Set(new.answers),
        terms_version: Set(new.terms_version),
        requested_at: Set(at),
        decided_at: Set(None),
        decided_by: Set(None),
        reason: Set(None),
        membership_id: Set(None),
    };
    access_request::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Says what became of pending access requests of `workspace` that brought no membership.
pub async fn decide(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[AccessRequestId],
    (state, reason): (AccessRequestState, Option<&str>),
    (at, by): (DateTime<Utc>, Option<AccountId>),
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(db, "UPDATE access_request SET");
    let values = [
        state.as_str().into(),
        at.into(),
        by.map(|id| id.0).into(),
        reason.map(str::to_owned).into(),
    ];
    sql.bind(
        " state = ?, decided_at = ?, decided_by = ?, reason = ?",
        values,
    )
    .bind(
        " WHERE workspace_id = ? AND state = 'PENDING' AND ",
        [workspace.0.into()],
    )
    .ids_in("id", ids.iter().map(|id| id.0));
    sql.execute(db).await?;
    Ok(())
}
