//! Reading access requests: the workspace's list, one's own.

use super::{Access, Actor, Caller, Deps, Failure};
use crate::{
    domain::{id::AccessRequestId, joining::Answer, permission::Permission, vocabulary::AccessRequestState},
    store::{
        access_request as rows,
        page::{Page, PageRequest},
    },
};

pub use crate::store::access_request::AccessRequestRow;

/// One page of the workspace's access requests, by id: EWP.
pub async fn page(
    deps: &Deps,
    access: &Access,
    states: Option<&[AccessRequestState]>,
    page: &PageRequest,
) -> Result<Page<AccessRequestRow>, Failure> {
    Ok(rows::page(deps.db.reader(), access.workspace.id, states, page).await?)
}

/// How many access requests are in one of `states`.
pub async fn count(deps: &Deps, access: &Access, states: Option<&[AccessRequestState]>) -> Result<i64, Failure> {
    Ok(rows::count(deps.db.reader(), access.workspace.id, states).await?)
}

/// An access request by id; says nothing about who may see it.
pub async fn by_id(deps: &Deps, id: AccessRequestId) -> Result<Option<AccessRequestRow>, Failure> {
    Ok(rows::by_ids(deps.db.reader(), &[id]).await?.into_iter().next())
}

/// Access requests by id; says nothing about who may see them.
pub async fn by_ids(deps: &Deps, ids: &[AccessRequestId]) -> Result<Vec<AccessRequestRow>, Failure> {
    Ok(rows::by_ids(deps.db.reader(), ids).await?)
}

/// Whether the caller may see the request: EWP holders of its workspace, and whoever made it, signed in.
pub fn may_see(access: &Access, caller: &Caller, row: &AccessRequestRow) -> bool {
    let own = matches!(&caller.actor, Actor::Session(session) if session.account.id == row.account_id);
    own || access.can(Permission::EditWorkspaceProperties)
}

/// What was filled into the form; nothing if it cannot be read.
pub fn answers(row: &AccessRequestRow) -> Vec<Answer> {
    serde_json::from_str(&row.answers).unwrap_or_default()
}
