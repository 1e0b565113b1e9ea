//! Reading invitations: the workspace's list, one's own pending ones, what one offers.

use super::{Access, Actor, Caller, Deps, Failure};
use crate::{
    domain::{
        id::{GroupId, InvitationId},
        joining::OfferedQuota,
        permission::{Permission, PermissionSet},
        vocabulary::InvitationState,
    },
    store::{
        invitation as rows,
        page::{Page, PageRequest},
    },
};

pub use crate::store::invitation::{InvitationFilter, InvitationRow};

/// The most invitations that somebody is shown of their own.
const MOST_OWN: i64 = 100;

/// The longest token, in characters.
const LONGEST_TOKEN: usize = 500;

/// One page of the workspace's invitations, by id: EWP.
pub async fn page(
    deps: &Deps,
    access: &Access,
    filter: &InvitationFilter,
    page: &PageRequest,
) -> Result<Page<InvitationRow>, Failure> {
    Ok(rows::page(deps.db.reader(), access.workspace.id, filter, page, access.now).await?)
}

/// How many invitations the filter finds.
pub async fn count(deps: &Deps, access: &Access, filter: &InvitationFilter) -> Result<i64, Failure> {
    Ok(rows::count(deps.db.reader(), access.workspace.id, filter, access.now).await?)
}

/// An invitation by id; says nothing about who may see it.
pub async fn by_id(deps: &Deps, id: InvitationId) -> Result<Option<InvitationRow>, Failure> {
    Ok(rows::by_ids(deps.db.reader(), &[id]).await?.into_iter().next())
}

/// Invitations by id; says nothing about who may see them.
pub async fn by_ids(deps: &Deps, ids: &[InvitationId]) -> Result<Vec<InvitationRow>, Failure> {
    Ok(rows::by_ids(deps.db.reader(), ids).await?)
}

/// Whether the caller may see the invitation: EWP holders of its workspace, and the invited, signed in.
pub async fn may_see(deps: &Deps, access: &Access, caller: &Caller, id: InvitationId) -> Result<bool, Failure> {
    if access.can(Permission::EditWorkspaceProperties) {
        return Ok(true);
    }
    match &caller.actor {
        Actor::Session(session) => Ok(rows::is_to(deps.db.reader(), id, session.account.id).await?),
        Actor::Anonymous | Actor::Key(_) | Actor::System => Ok(false),
    }
}

/// The caller's own pending invitations, newest first: by the verified address, and not by key.
pub async fn own(deps: &Deps, caller: &Caller) -> Result<Vec<InvitationRow>, Failure> {
    match &caller.actor {
        Actor::Session(session) => Ok(rows::pending_of(deps.db.reader(), session.account.id, MOST_OWN, caller.now).await?),
        Actor::Anonymous | Actor::Key(_) | Actor::System => Ok(Vec::new()),
    }
}

/// Refuses what cannot be the token of a mailed link.
pub fn check_token(token: &str) -> Result<(), Failure> {
    if token.is_empty() || token.chars().count() > LONGEST_TOKEN {
        return Err(Failure::bad_input(format!("a token has 1 to {LONGEST_TOKEN} characters")));
    }
    Ok(())
}

/// What a membership that comes of an invitation will start with, besides the role.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Permissions granted directly.
    pub permissions: PermissionSet,
    /// Groups, those that are gone too.
    pub groups: Vec<GroupId>,
    /// Quota values of the member.
    pub quotas: Vec<OfferedQuota>,
}

/// What `row` offers; nothing of what cannot be read.
pub fn offer(row: &InvitationRow) -> Offer {
    Offer {
        permissions: serde_json::from_str(&row.permissions).unwrap_or(PermissionSet::EMPTY),
        groups: serde_json::from_str(&row.group_ids).unwrap_or_default(),
        quotas: serde_json::from_str(&row.quotas).unwrap_or_default(),
    }
}

/// Whether it still waits for an answer at the instant of `access`.
pub fn is_pending(access: &Access, row: &InvitationRow) -> bool {
    row.state(access.now) == InvitationState::Pending
}
