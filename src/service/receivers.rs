//! Who is told what happens in a workspace: its active administrators. They are looked up when the
//! mail is queued, in the transaction that causes it.

use std::{collections::HashSet, sync::Arc};

use crate::store::DatabaseTransaction;

use super::{Access, Deps, Failure};
use crate::{
    domain::{
        access::{
            self,
            facts::{MemberFacts, Subject},
        },
        id::{AccountId, RoleId, WorkspaceId},
        permission::Preset,
    },
    store::{
        access::{self as facts, Wanted},
        role_assignment,
        workspace::{self, WorkspaceRef},
    },
};

/// The accounts of the active administrators of the workspace that was asked about, or of its main
/// one.
pub(crate) async fn administrators(
    deps: &Deps,
    db: &DatabaseTransaction,
    access: &Access,
    id: WorkspaceId,
) -> Result<HashSet<AccountId>, Failure> {
    let now = access.now;
    let (snapshot, since) = if id == access.workspace.id {
        (Arc::clone(&access.snapshot), access.workspace.last_write_at)
    } else {
        let Some((main, _)) = workspace::find(db, &WorkspaceRef::Id(id), None, now).await? else {
            return Ok(HashSet::new());
        };
        (
            deps.cache.workspace_under_lock(db, &main).await?,
            main.last_write_at,
        )
    };
    let roles = snapshot
        .facts
        .roles
        .values()
        .filter(|role| role.preset == Some(Preset::Administrator));
    let roles: Vec<RoleId> = roles.map(|role| role.id).collect();
    let holders = role_assignment::holders(db, id, &roles, now, i64::MAX).await?;
    let members = facts::members(db, id, &holders, Wanted::ALL, since).await?;
    let is_one = |member: &&MemberFacts| {
        access::is_administrator(&snapshot.facts, Subject::Member(member), now)
    };
    Ok(members
        .values()
        .filter(is_one)
        .map(|member| member.account_id)
        .collect())
}
