//! Disabling members who have not been active for a long time (MEM-12): the policy of a workspace,
//! and who is exempt from it. `round` does the work.
//!
//! Administrators are never disabled for inactivity.

mod exempt;
mod policy;
mod round;

use std::{collections::HashSet, sync::Arc};

use super::{Access, Caller, Deps, Failure};
use crate::{
    domain::{
        id::{MembershipId, WorkspaceId},
        permission::Permission,
    },
    store::inactivity as rows,
};

pub use crate::store::inactivity::Policy;
pub use exempt::{SetInactivityExemptions, set_exemptions};
pub use policy::{PolicySet, SetInactivityPolicy, set_policy};
pub use round::{BATCH, batch, workspaces};

/// The policy of the workspace (EWP); none if it disables nobody.
pub async fn policy(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
) -> Result<Option<Policy>, Failure> {
    access.require(caller, Permission::EditWorkspaceProperties)?;
    Ok(rows::policy(deps.db.reader(), access.workspace.id).await?)
}

/// Whether the caller may know who is exempt: EWP, now.
pub fn sees_exemptions(access: &Arc<Access>, caller: &Caller) -> bool {
    let access = access.current();
    access
        .require(caller, Permission::EditWorkspaceProperties)
        .is_ok()
}

/// Those of `members` who are exempt. Whether the caller may know is asked before:
/// [`sees_exemptions`].
pub async fn exempt(
    deps: &Deps,
    workspace: WorkspaceId,
    members: &[MembershipId],
) -> Result<HashSet<MembershipId>, Failure> {
    Ok(rows::exempt(deps.db.reader(), workspace, members).await?)
}
