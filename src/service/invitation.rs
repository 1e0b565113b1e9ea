//! Invitations. Reading here: the workspace's list, the caller's pending ones, what an invitation
//! offers, whose token it is. Making, changing and answering them in the files below (JOIN-5 to
//! JOIN-11).

mod accept;
mod change;
mod decline;
mod existing;
mod found;
mod invite;
pub(crate) mod newcomer;
mod offer;
mod offer_input;
mod record;
pub mod reminding;
mod sending;
mod telling;

use std::collections::HashMap;

use super::{Access, Actor, Caller, Deps, Failure, UserError, administrators, write::Transaction};
use crate::{
    domain::{
        error_code::ErrorCode,
        id::InvitationId,
        link::{LONGEST_TOKEN, Link, LinkKind},
        permission::Permission,
        vocabulary::InvitationState,
    },
    store::{
        invitation as rows,
        page::{Page, PageRequest},
        workspace::{WorkspaceRef, secondary},
    },
    words::message::{self, all_of},
};

pub use crate::store::invitation::{Delivery, InvitationFilter, InvitationOrder, InvitationRow};
pub use accept::{AcceptInvitation, Accepted, accept};
pub(crate) use accept::{filled, start};
pub use change::{Changed, cancel, resend, update};
pub use decline::{DeclineInvitation, Declined, decline};
pub(crate) use existing::Applying;
pub(crate) use found::invite_administrator;
pub use invite::{InviteMembers, Invited, Invitee, MOST_INVITEES, invite};
pub(crate) use invite::{InviteRun, Seen, Terms};
pub use offer_input::{MOST_GROUPS, MOST_QUOTAS, OfferInput, QuotaInput};
pub(crate) use sending::void as void_mails;
pub(crate) use telling::tell_inviters;

/// The most invitations that somebody is shown of their own.
const MOST_OWN: i64 = 100;

/// One page of the workspace's invitations: EWP.
pub async fn page(
    deps: &Deps,
    access: &Access,
    filter: &InvitationFilter,
    order: (InvitationOrder, bool),
    page: &PageRequest,
) -> Result<Page<InvitationRow>, Failure> {
    Ok(rows::page(
        deps.db.reader(),
        access.workspace.id,
        filter,
        order,
        page,
        access.now,
    )
    .await?)
}

/// How many invitations the filter finds.
pub async fn count(
    deps: &Deps,
    access: &Access,
    filter: &InvitationFilter,
) -> Result<i64, Failure> {
    Ok(rows::count(deps.db.reader(), access.workspace.id, filter, access.now).await?)
}

/// An invitation by id; says nothing about who may see it.
pub async fn by_id(deps: &Deps, id: InvitationId) -> Result<Option<InvitationRow>, Failure> {
    Ok(rows::by_ids(deps.db.reader(), &[id])
        .await?
        .into_iter()
        .next())
}

/// Invitations by id; says nothing about who may see them.
pub async fn by_ids(deps: &Deps, ids: &[InvitationId]) -> Result<Vec<InvitationRow>, Failure> {
    Ok(rows::by_ids(deps.db.reader(), ids).await?)
}

/// Invitations by id, as they are after the last commit; says nothing about who may see them.
pub async fn latest(deps: &Deps, ids: &[InvitationId]) -> Result<Vec<InvitationRow>, Failure> {
    Ok(rows::by_ids(deps.db.latest(), ids).await?)
}

/// Whether the caller may see the invitation: EWP holders of its workspace, and the invited, signed
/// in; one that offers the ADMINISTRATOR role alone also those who may give the workspace its first
/// (MEM-5).
pub async fn may_see(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    row: &InvitationRow,
) -> Result<bool, Failure> {
    if access.can(Permission::EditWorkspaceProperties) {
        return Ok(true);
    }
    if !access.may_look_inside() {
        return Ok(false);
    }
    match &caller.actor {
        Actor::Session(session) => Ok(rows::is_to(deps.db.reader(), row.id, session.account.id)
            .await?
            || row.offer.is_of_administrator_alone(access)
                && administrators::is_founder(deps, caller, row.workspace_id).await?),
        Actor::Anonymous | Actor::Key(_) | Actor::System => Ok(false),
    }
}

/// Whether the caller sees what became of the invitation's mails: whoever may edit the workspace's
/// properties and, of an invitation of the first administrator, whoever may give the workspace one
/// (MEM-5). Not the invited person.
pub async fn require_delivery(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    row: &InvitationRow,
) -> Result<(), Failure> {
    match access.require(caller, Permission::EditWorkspaceProperties) {
        Err(_)
            if row.offer.is_of_administrator_alone(access)
                && administrators::is_founder(deps, caller, row.workspace_id).await? =>
        {
            Ok(())
        }
        decided => decided,
    }
}

/// The caller's own pending invitations, newest first: by the verified address, and not by key.
pub async fn own(deps: &Deps, caller: &Caller) -> Result<Vec<InvitationRow>, Failure> {
    match &caller.actor {
        Actor::Session(session) => {
            Ok(
                rows::pending_of(deps.db.reader(), session.account.id, MOST_OWN, caller.now)
                    .await?,
            )
        }
        Actor::Anonymous | Actor::Key(_) | Actor::System => Ok(Vec::new()),
    }
}

/// Refuses what cannot be the token of a mailed link.
pub fn check_token(token: &str) -> Result<(), Failure> {
    if token.is_empty() || token.chars().count() > LONGEST_TOKEN {
        return Err(Failure::bad_input(message::token_length(LONGEST_TOKEN)));
    }
    Ok(())
}

/// How whoever answers an invitation names it.
#[derive(Clone)]
pub enum By {
    /// By the token of its mail.
    Token(String),
    /// By its id, signed in.
    Id(InvitationId),
}

impl By {
    /// What an input says: exactly one of the two.
    pub fn of(token: Option<String>, id: Option<InvitationId>) -> Result<Self, Failure> {
        match (token, id) {
            (Some(token), None) => {
                check_token(&token)?;
                Ok(Self::Token(token))
            }
            (None, Some(id)) => Ok(Self::Id(id)),
            _ => Err(Failure::bad_input(message::exactly_one_of(all_of(&[
                "token", "id",
            ])))),
        }
    }

    /// The input field that names it.
    const fn path(&self) -> &'static str {
        match self {
            Self::Token(_) => "token",
            Self::Id(_) => "id",
        }
    }

    /// The generation that the token was found to be of.
    const fn generation(&self, row: &InvitationRow) -> Option<i32> {
        match self {
            Self::Token(_) => Some(row.generation),
            Self::Id(_) => None,
        }
    }
}

impl std::fmt::Debug for By {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.path())
    }
}

/// The invitation that a mailed token belongs to, in whatever state; `None` for anything but its
/// newest token, and for those of a deleted workspace.
pub async fn by_token(deps: &Deps, token: &str) -> Result<Option<InvitationRow>, Failure> {
    let Some(link) = Link::parse(token).filter(|link| link.kind == LinkKind::Invitation) else {
        return Ok(None);
    };
    let row = rows::by_ids(deps.db.latest(), &[InvitationId(link.id)])
        .await?
        .into_iter()
        .find(|row| deps.secret.opens(&link, row.generation));
    match row {
        // Of a deleted workspace no invitation counts (WS-11).
        Some(row) if !secondary::exists(deps.db.latest(), row.workspace_id).await? => Ok(None),
        row => Ok(row),
    }
}

/// Whether the invited address has an account: for whoever holds the token, and nobody else
/// (ACC-4).
pub async fn account_exists(deps: &Deps, row: &InvitationRow) -> Result<bool, Failure> {
    let accounts = rows::write::known(
        deps.db.reader(),
        row.workspace_id,
        &[&row.email_canonical],
        row.created_at,
    )
    .await?;
    Ok(!accounts.is_empty())
}

/// The invitation that the caller names; INVALID_TOKEN for a token that is none. One that the
/// caller may not see is not there.
async fn named_invitation(deps: &Deps, caller: &Caller, by: &By) -> Result<InvitationRow, Failure> {
    let id = match by {
        By::Token(token) => {
            let row = by_token(deps, token).await?;
            return row.ok_or_else(|| UserError::at(ErrorCode::InvalidToken, by.path()).into());
        }
        By::Id(id) => *id,
    };
    let account = match &caller.actor {
        Actor::Session(session) => session.account.id,
        Actor::Key(_) => {
            return Err(Failure::forbidden(message::not_by_key()));
        }
        Actor::Anonymous | Actor::System => return Err(Failure::Unauthenticated),
    };
    let row = latest(deps, &[id])
        .await?
        .into_iter()
        .next()
        .ok_or(Failure::NotFound)?;
    if rows::is_to(deps.db.latest(), id, account).await? {
        return Ok(row);
    }
    let access = Access::open(deps, caller, &WorkspaceRef::Id(row.workspace_id)).await?;
    let is_seen = access.is_some_and(|access| access.can(Permission::EditWorkspaceProperties));
    if is_seen {
        Ok(row)
    } else {
        Err(Failure::NotFound)
    }
}

/// Which invitation waits for each of these canonical addresses; those without any are left out.
async fn pending_to(
    tx: &Transaction<'_>,
    addresses: &[&str],
) -> Result<HashMap<String, InvitationId>, Failure> {
    let rows = rows::pending_to(
        tx.db(),
        tx.workspace_id(),
        addresses.iter().copied(),
        tx.now,
    )
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.email_canonical, row.id))
        .collect())
}

/// Whether the token of its mail still shows it: until it was answered or cancelled.
pub fn is_shown_by_token(access: &Access, row: &InvitationRow) -> bool {
    match row.state(access.now) {
        InvitationState::Pending | InvitationState::Expired => true,
        InvitationState::Accepted | InvitationState::Declined | InvitationState::Cancelled => false,
    }
}

/// Whether it still waits for an answer at the instant of `access`.
pub fn is_pending(access: &Access, row: &InvitationRow) -> bool {
    row.state(access.now) == InvitationState::Pending
}
