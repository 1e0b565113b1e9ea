//! What members of a workspace see of an account: its name and its address.

use crate::{
    domain::{
        id::{AccountId, WorkspaceId},
        permission::Permission,
    },
    service::{Access, Actor, Caller, Deps, Failure, caller::ActorAccount, member},
    store::face as rows,
};

pub use crate::store::face::Face;

/// Where the caller can see an account.
#[derive(Debug)]
pub enum Sight<'a> {
    /// It is the caller's own.
    Own(&'a ActorAccount),
    /// In one of these workspaces, if [`visible_in`] finds it there.
    In(Vec<WorkspaceId>),
}

/// Where the caller can see the account.
pub async fn sight<'a>(
    deps: &Deps,
    caller: &'a Caller,
    account: AccountId,
) -> Result<Sight<'a>, Failure> {
    let Some(viewer) = caller.account() else {
        return Ok(Sight::In(Vec::new()));
    };
    if viewer.id == account {
        return Ok(Sight::Own(viewer));
    }
    Ok(Sight::In(match &caller.actor {
        Actor::Key(key) => vec![key.workspace.id],
        _ => rows::shared_workspaces(deps.db.reader(), account, viewer.id).await?,
    }))
}

/// The account as a member of this workspace: for EWP holders.
pub async fn visible_in(
    deps: &Deps,
    access: &Access,
    account: AccountId,
) -> Result<Option<Face>, Failure> {
    if !access.can(Permission::EditWorkspaceProperties) {
        return Ok(None);
    }
    let faces = faces(deps, access.workspace.id, &[account]).await?;
    Ok(faces.into_iter().find(|face| face.is_member))
}

/// The address of an account, if the caller may see it through this workspace: their own, and those
/// of its members as [`member::may_see_email`] says.
pub fn shown_email<'a>(access: &Access, caller: &Caller, face: &'a Face) -> Option<&'a str> {
    let is_shown = caller.account_id() == Some(face.id)
        || (face.is_member && member::may_see_email(access, face.id, caller));
    is_shown.then_some(face.email.as_str())
}

/// The faces of accounts in a workspace, in no order.
pub async fn faces(
    deps: &Deps,
    workspace: WorkspaceId,
    accounts: &[AccountId],
) -> Result<Vec<Face>, Failure> {
    Ok(rows::by_ids(deps.db.reader(), workspace, accounts).await?)
}
