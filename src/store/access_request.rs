//! Access requests as they are listed and shown (JOIN-3).

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    engine::{self, Sql, StoreError},
    page::{Page, PageRequest},
};
use crate::domain::{
    id::{AccessRequestId, AccountId, MembershipId, WorkspaceId},
    vocabulary::AccessRequestState,
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
    /// When.
    pub requested_at: DateTime<Utc>,
    /// When it was approved, rejected or withdrawn.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who did so.
    pub decided_by: Option<AccountId>,
}

type Columns = (Uuid, Uuid, Uuid, String, Option<String>, String, DateTime<Utc>, Option<DateTime<Utc>>, Option<Uuid>);

fn row(
    (id, workspace, account, state, message, answers, requested_at, decided_at, decided_by): Columns,
) -> Option<AccessRequestRow> {
    Some(AccessRequestRow {
        id: AccessRequestId(id),
        workspace_id: WorkspaceId(workspace),
        account_id: AccountId(account),
        state: AccessRequestState::parse(&state)?,
        message,
        answers,
        requested_at,
        decided_at,
        decided_by: decided_by.map(AccountId),
    })
}

const SELECT: &str = "SELECT r.id, r.workspace_id, r.account_id, r.state, r.message, r.answers, r.requested_at, r.decided_at, \
     r.decided_by FROM access_request r";

async fn read(sql: Sql, db: &impl ConnectionTrait) -> Result<Vec<AccessRequestRow>, StoreError> {
    let unreadable = || StoreError::Other(sea_orm::DbErr::Type("an access request has an unknown state".to_owned()));
    sql.all(db).await?.into_iter().map(|columns| row(columns).ok_or_else(unreadable)).collect()
}

fn condition(sql: &mut Sql, workspace: WorkspaceId, states: Option<&[AccessRequestState]>) {
    sql.bind(" WHERE r.workspace_id = ?", [workspace.0.into()]);
    if let Some(states) = states {
        sql.push(" AND ").texts_in("r.state", states.iter().map(|state| state.as_str()));
    }
}

/// One page of the access requests of `workspace` in one of `states` (`None` = all), by id.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    states: Option<&[AccessRequestState]>,
    page: &PageRequest,
) -> Result<Page<AccessRequestRow>, StoreError> {
    let mut sql = Sql::new(db, SELECT);
    condition(&mut sql, workspace, states);
    page.apply(&mut sql, None, "r.id", false, |_| None);
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
    Ok(sql.all::<(i64,)>(db).await?.first().map_or(0, |(count,)| *count))
}

/// The access requests with these ids, of whatever workspace.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[AccessRequestId]) -> Result<Vec<AccessRequestRow>, StoreError> {
    let mut sql = Sql::new(db, SELECT);
    sql.push(" WHERE ").ids_in("r.id", ids.iter().map(|id| id.0));
    read(sql, db).await
}

/// Says of the pending access requests of `account` in `workspace` that this membership came of them; answers which.
pub async fn approve_pending(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    membership: MembershipId,
    (at, by): (DateTime<Utc>, Option<AccountId>),
) -> Result<Vec<AccessRequestId>, StoreError> {
    let sql = "UPDATE access_request SET state = 'APPROVED', decided_at = $3, decided_by = $4, membership_id = $5 \
         WHERE workspace_id = $1 AND account_id = $2 AND state = 'PENDING' RETURNING id";
    let values = vec![workspace.0.into(), account.0.into(), at.into(), by.map(|id| id.0).into(), membership.0.into()];
    let rows: Vec<(Uuid,)> = engine::all(db, sql, values).await?;
    Ok(rows.into_iter().map(|(id,)| AccessRequestId(id)).collect())
}
