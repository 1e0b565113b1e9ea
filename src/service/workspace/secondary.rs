//! Secondary workspaces as their main one manages them (WS-8 to WS-12): each call is a write of the
//! main workspace, and what it changes in a secondary one stands in the record of both. What is
//! inside is the business of its own administrators.

mod caps;
mod create;
mod delete;
mod update;

use std::sync::Arc;

use crate::{
    domain::{id::WorkspaceId, permission::Permission},
    service::{
        Access, Caller, Deps, Failure, bulk,
        write::{self, CallOptions, Committed, UseCase},
    },
    store::workspace::{self as rows, WorkspaceRef, secondary},
    words::message,
};

pub use caps::{SetWorkspaceCaps, set_caps};
pub use create::{CreateSecondaryWorkspace, create_secondary};
pub use delete::{DeleteSecondaryWorkspace, delete_secondary};
pub use update::{UpdateSecondaryWorkspace, update_secondary};

/// Lets those pass who manage the secondary workspaces of `main`, by session.
fn require_manager(main: &Access, caller: &Caller) -> Result<(), Failure> {
    require_session(caller)?;
    main.require(caller, Permission::ManageSecondaryWorkspaces)
}

fn require_session(caller: &Caller) -> Result<(), Failure> {
    match caller.key() {
        Some(_) => Err(Failure::forbidden(message::not_by_key())),
        None => Ok(()),
    }
}

/// Whether the caller reads which caps the secondary workspaces of `main` have: whoever sets them,
/// by session (a key reads nothing inside a secondary workspace, WS-9).
pub fn may_read_caps(main: &Access, caller: &Caller) -> bool {
    caller.session().is_some() && main.can(Permission::ManageSecondaryWorkspaces)
}

/// Runs a use case of the main workspace of `id` over `id`, or over nothing if `id` is a main
/// workspace itself. Whoever may not call it is not told that a deleted workspace was there.
async fn run_on<U: UseCase>(
    deps: &Deps,
    caller: &Caller,
    id: WorkspaceId,
    options: &CallOptions,
    use_case: &U,
) -> Result<Committed<U::Output>, Failure> {
    caller.require_credential()?;
    require_session(caller)?;
    let families = secondary::families(deps.db.latest(), &[id]).await?;
    let family = families.get(&id).copied().ok_or(Failure::NotFound)?;
    let secondaries = [id].into_iter().filter(|id| *id != family.main).collect();
    let done = write::run_over(deps, caller, family.main, secondaries, options, use_case).await;
    match done {
        Err(Failure::Forbidden { .. }) if family.is_deleted => Err(Failure::NotFound),
        done => done,
    }
}

/// The main workspace that a call over secondary ones is about, and which of `ids` are its own: the
/// main workspace of the first id that the caller is an active member of the main workspace of.
pub(in crate::service) async fn family(
    deps: &Deps,
    caller: &Caller,
    ids: &[WorkspaceId],
) -> Result<(WorkspaceId, Vec<WorkspaceId>), Failure> {
    let families = secondary::families(deps.db.latest(), ids).await?;
    let mut mains: Vec<WorkspaceId> = Vec::new();
    for family in ids.iter().filter_map(|id| families.get(id)) {
        if !mains.contains(&family.main) {
            mains.push(family.main);
        }
    }
    let main = bulk::first_seen(deps, caller, &mains)
        .await?
        .ok_or(Failure::NotFound)?;
    let own = |id: &WorkspaceId| families.get(id).is_some_and(|family| family.main == main);
    let secondaries = ids
        .iter()
        .copied()
        .filter(|id| *id != main && own(id))
        .collect();
    Ok((main, secondaries))
}

/// A secondary workspace as the caller sees it after a call of its main one, also if that deleted
/// it.
pub async fn secondary_after(
    deps: &Deps,
    caller: &Caller,
    id: WorkspaceId,
) -> Result<Option<Access>, Failure> {
    let (db, reference) = (deps.db.latest(), WorkspaceRef::Id(id));
    // A key is nobody there (WS-9).
    let account = caller.session().map(|session| session.account.id);
    if let Some((row, member)) = rows::find(db, &reference, account, caller.now).await? {
        let access = Access::of(deps, db, caller, Arc::new(row), member).await?;
        return Ok(Some(access));
    }
    match secondary::find_deleted(db, &reference).await? {
        Some(row) => Access::of_deleted(deps, caller, Arc::new(row))
            .await
            .map(Some),
        None => Ok(None),
    }
}
