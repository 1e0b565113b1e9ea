//! MEM-5: the administrators that count, as a call goes; and who may give a workspace without any
//! its first.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    domain::{
        access::{
            self,
            facts::{MemberFacts, RoleFacts, WorkspaceFacts},
        },
        error_code::ErrorCode,
        id::{RoleId, WorkspaceId},
        permission::{Permission, Preset},
    },
    service::{
        Access, Caller, Deps, Failure,
        bulk::{self},
        member,
        write::Transaction,
    },
    store::{
        access::Wanted,
        naming::{self, Named},
        role_assignment,
        workspace::WorkspaceRef,
    },
};

/// How many administrators count, at this step of the call.
pub(crate) struct Administrators(usize);

impl Administrators {
    /// Counts them, from facts loaded under the lock.
    pub(crate) async fn count(tx: &mut Transaction<'_>) -> Result<Self, Failure> {
        let snapshot = std::sync::Arc::clone(&tx.access.snapshot);
        let roles = roles(&snapshot.facts);
        let holders =
            role_assignment::holders(tx.db(), tx.workspace_id(), &roles, tx.now, i64::MAX).await?;
        let members = tx.members(&holders).await?;
        let counts = |member: &&std::sync::Arc<MemberFacts>| {
            access::counts_as_administrator(&snapshot.facts, member, tx.now)
        };
        Ok(Self(members.values().filter(counts).count()))
    }

    /// Counts all but `member`.
    pub(crate) async fn count_without(
        tx: &mut Transaction<'_>,
        member: &MemberFacts,
    ) -> Result<Self, Failure> {
        let all = Self::count(tx).await?;
        let counts = access::counts_as_administrator(&tx.access.snapshot.facts, member, tx.now);
        Ok(Self(all.0 - usize::from(counts)))
    }

    /// Whether there is none.
    pub(crate) const fn none(&self) -> bool {
        self.0 == 0
    }

    /// Goes on to what holds after one member's change; refuses to go from one to none.
    pub(crate) fn change(
        &mut self,
        facts: &WorkspaceFacts,
        before: &MemberFacts,
        after: &MemberFacts,
        now: DateTime<Utc>,
    ) -> Result<(), ErrorCode> {
        let counts = |member| access::counts_as_administrator(facts, member, now);
        match (counts(before), counts(after)) {
            (true, false) if self.0 <= 1 => return Err(ErrorCode::LastAdministrator),
            (true, false) => self.0 -= 1,
            (false, true) => self.0 += 1,
            _ => {}
        }
        Ok(())
    }
}

/// Whether the caller is one of those who may give `workspace` its first administrator, should
/// there be none that counts: operators, and who manages secondary workspaces in its parent; never
/// a key (KEY-1, KEY-5).
pub(crate) async fn is_founder(
    deps: &Deps,
    caller: &Caller,
    workspace: WorkspaceId,
) -> Result<bool, Failure> {
    if caller.session().is_none() {
        return Ok(false);
    }
    if caller.is_operator() {
        return Ok(true);
    }
    let Some(access) = Access::open(deps, caller, &WorkspaceRef::Id(workspace)).await? else {
        return Ok(false);
    };
    let Some(parent) = access.workspace.parent_id else {
        return Ok(false);
    };
    let parent = Access::open(deps, caller, &WorkspaceRef::Id(parent)).await?;
    Ok(parent.is_some_and(|parent| parent.can(Permission::ManageSecondaryWorkspaces)))
}

/// Whether the caller may give the workspace its first administrator now: one of its founders,
/// while none counts. They are shown the role for it and the invitations that offer that role
/// alone.
pub async fn may_give_the_first(
    deps: &Deps,
    caller: &Caller,
    access: &Access,
) -> Result<bool, Failure> {
    if !access.may_look_inside() || !is_founder(deps, caller, access.workspace.id).await? {
        return Ok(false);
    }
    let (facts, now) = (access.facts(), access.clock());
    let holders = role_assignment::holders(
        deps.db.reader(),
        access.workspace.id,
        &roles(facts),
        now,
        i64::MAX,
    )
    .await?;
    let members = member::facts_by_ids(deps, access, &holders, Wanted::ALL).await?;
    Ok(!members
        .values()
        .any(|member| access::counts_as_administrator(facts, member, now)))
}

/// The roles that are ADMINISTRATOR: one.
fn roles(facts: &WorkspaceFacts) -> Vec<RoleId> {
    let is_administrator = |role: &&RoleFacts| role.preset == Some(Preset::Administrator);
    facts
        .roles
        .values()
        .filter(is_administrator)
        .map(|role| role.id)
        .collect()
}

/// The workspace that a bulk call is about, as [`bulk::named_workspace`] says it; and whether the
/// caller is one of its founders, who need not be a member there.
pub(crate) async fn named_or_founded(
    deps: &Deps,
    caller: &Caller,
    named: Named,
    ids: Vec<Uuid>,
) -> Result<(WorkspaceId, bool), Failure> {
    match bulk::named_workspace(deps, caller, named, ids.clone()).await {
        Ok(workspace) => Ok((workspace, is_founder(deps, caller, workspace).await?)),
        Err(Failure::NotFound) => {
            let mentioned = naming::workspaces(deps.db.reader(), named, &ids).await?;
            match mentioned.into_iter().next() {
                Some(workspace) if is_founder(deps, caller, workspace).await? => {
                    Ok((workspace, true))
                }
                _ => Err(Failure::NotFound),
            }
        }
        Err(failure) => Err(failure),
    }
}

/// Whether giving `role` to `member` is giving a workspace its first administrator: that role
/// alone, and not to oneself (PERM-7).
pub(crate) fn may_found(caller: &Caller, member: &MemberFacts, role: Option<&RoleFacts>) -> bool {
    role.is_some_and(|role| role.preset == Some(Preset::Administrator))
        && caller.account_id() != Some(member.account_id)
}
