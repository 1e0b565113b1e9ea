//! Access requests (JOIN-3): the workspace's list, the caller's own, and what becomes of them.

mod approve;
mod reject;
mod withdraw;

pub use approve::{ApproveAccessRequests, Approved, approve};
pub use reject::{RejectAccessRequests, reject};
pub use withdraw::{WithdrawAccessRequest, Withdrawn, withdraw};

use std::collections::HashMap;

use serde_json::Value;

use super::{
    Access, Caller, Deps, Failure,
    bulk::Firsts,
    write::{Event, Transaction},
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::FieldChange, error_code::ErrorCode, id::AccessRequestId, joining::Answer,
        permission::Permission, vocabulary::AccessRequestState,
    },
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
    descending: bool,
    page: &PageRequest,
) -> Result<Page<AccessRequestRow>, Failure> {
    Ok(rows::page(
        deps.db.reader(),
        access.workspace.id,
        states,
        descending,
        page,
    )
    .await?)
}

/// How many access requests are in one of `states`.
pub async fn count(
    deps: &Deps,
    access: &Access,
    states: Option<&[AccessRequestState]>,
) -> Result<i64, Failure> {
    Ok(rows::count(deps.db.reader(), access.workspace.id, states).await?)
}

/// An access request by id; says nothing about who may see it.
pub async fn by_id(deps: &Deps, id: AccessRequestId) -> Result<Option<AccessRequestRow>, Failure> {
    Ok(rows::by_ids(deps.db.reader(), &[id])
        .await?
        .into_iter()
        .next())
}

/// Access requests by id; says nothing about who may see them.
pub async fn by_ids(
    deps: &Deps,
    ids: &[AccessRequestId],
) -> Result<Vec<AccessRequestRow>, Failure> {
    Ok(rows::by_ids(deps.db.reader(), ids).await?)
}

/// The same as the last commit left them: for the answer of a write.
pub async fn latest(
    deps: &Deps,
    ids: &[AccessRequestId],
) -> Result<Vec<AccessRequestRow>, Failure> {
    Ok(rows::by_ids(deps.db.latest(), ids).await?)
}

/// Whether the caller may see the request: EWP holders of its workspace, and whoever made it,
/// signed in.
pub fn may_see(access: &Access, caller: &Caller, row: &AccessRequestRow) -> bool {
    let own = caller
        .session()
        .is_some_and(|session| session.account.id == row.account_id);
    own || access.can(Permission::EditWorkspaceProperties)
}

/// Whether the caller, who may see the request, sees the address behind it: while the request is
/// pending everybody, so that administrators know whom they let in, later only whoever made it
/// (JOIN-3).
pub fn shows_email(caller: &Caller, row: &AccessRequestRow) -> bool {
    caller.account_id() == Some(row.account_id) || row.state == AccessRequestState::Pending
}

/// What was filled into the form; nothing if it cannot be read.
pub fn answers(row: &AccessRequestRow) -> Vec<Answer> {
    serde_json::from_str(&row.answers).unwrap_or_default()
}

/// The requests of the workspace of a write that `ids` name, as they stand under the lock; others
/// are left out.
async fn under_lock(
    tx: &Transaction<'_>,
    ids: &[AccessRequestId],
) -> Result<HashMap<AccessRequestId, AccessRequestRow>, Failure> {
    let rows = rows::by_ids(tx.db(), ids)
        .await?
        .into_iter()
        .filter(|row| row.workspace_id == tx.workspace_id());
    Ok(rows.map(|row| (row.id, row)).collect())
}

/// The requests that a call names, in order: those that wait, each once, or why not.
fn waiting<'a>(
    ids: &'a [AccessRequestId],
    rows: &'a HashMap<AccessRequestId, AccessRequestRow>,
) -> impl Iterator<Item = (AccessRequestId, Result<&'a AccessRequestRow, ErrorCode>)> {
    let mut firsts = Firsts::default();
    ids.iter().map(move |id| {
        let row = firsts
            .admit(*id)
            .and_then(|()| rows.get(id).ok_or(ErrorCode::NotFound));
        (
            *id,
            row.and_then(|row| {
                if row.state == AccessRequestState::Pending {
                    Ok(row)
                } else {
                    Err(ErrorCode::AlreadyDecided)
                }
            }),
        )
    })
}

/// A request that is over without a membership, as the record says it.
fn ended(
    kind: AuditEventKind,
    row: &AccessRequestRow,
    state: AccessRequestState,
    reason: Option<&str>,
) -> Event {
    let mut changes = vec![FieldChange::plain(
        "state",
        row.state.as_str(),
        state.as_str(),
    )];
    changes.extend(reason.map(|reason| FieldChange::personal("reason", Value::Null, reason)));
    Event {
        personal_of: Some(row.account_id),
        ..Event::new(kind, row.id, changes)
    }
}
