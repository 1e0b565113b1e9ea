//! A membership begins (JOIN): the one place where it does, whatever led there. Role, permissions,
//! defaults, groups, limits and the form are written with it; what was offered to or asked by the
//! same person is closed (JOIN-9); seats are counted (JOIN-13).
//!
//! Must not decide who may let whom in: invitations, sign-up and approval do, each by its own rule.

mod record;
mod restored;
mod seats;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

pub(crate) use restored::{GroupBack, RoleBack, give_back};
pub(crate) use seats::Seats;

use super::{
    Failure,
    invitation::{tell_inviters, void_mails},
    write::{Event, Transaction},
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::facts::{Right, RoleFacts},
        audit::FieldChange,
        id::{AccountId, GrantId, GroupId, InvitationId, MembershipId, RoleId},
        interval::Interval,
        joining::{Answer, OfferedQuota},
        offer::Offer,
        permission::PermissionSet,
        quota::member_period,
        vocabulary::{
            AccessRequestState, InvitationState, MembershipEndReason, MembershipOrigin, QuotaScope,
        },
    },
    store::{
        access::QuotaValueFacts,
        access_request,
        grant::{self, Grantee, NewGrant},
        group::write::{self as groups, NewGroupMembership},
        invitation,
        joining::{self as rows, LatestMembership, NewMembership, Newcomer},
        quota::value::{self as quota, SetFor, ValueRow},
        registration,
        role_assignment::{self, NewAssignment},
    },
};

/// Everything that a membership starts with.
#[derive(Clone)]
pub(crate) struct Start {
    /// Who becomes a member.
    pub(crate) newcomer: Newcomer,
    /// By what way.
    pub(crate) origin: MembershipOrigin,
    /// When the membership counts. What comes along begins with it and has no end of its own
    /// (TIME-7).
    pub(crate) interval: Interval,
    /// Who lets them in; none for who comes by themself.
    pub(crate) giver: Option<AccountId>,
    /// What comes along, by giver: of roles and of limits of one type the later counts.
    pub(crate) gifts: Vec<Gift>,
    /// What was filled into the sign-up form.
    pub(crate) answers: Vec<Answer>,
    /// The version of the terms that was accepted.
    pub(crate) terms_version: Option<i32>,
    /// What the event of the membership says besides (IMPORT-2).
    pub(crate) remarks: Vec<FieldChange>,
}

/// What somebody gives to a membership that begins.
#[derive(Clone)]
pub(crate) struct Gift {
    /// Who gives it; the defaults among it are the workspace's.
    pub(crate) giver: Option<AccountId>,
    /// What was offered; groups that are gone drop out (JOIN-9).
    pub(crate) offer: Offer,
}

impl Start {
    /// One that brings nothing along.
    pub(crate) const fn bare(
        newcomer: Newcomer,
        origin: MembershipOrigin,
        interval: Interval,
    ) -> Self {
        Self {
            newcomer,
            origin,
            interval,
            giver: None,
            gifts: Vec::new(),
            answers: Vec::new(),
            terms_version: None,
            remarks: Vec::new(),
        }
    }

    /// Permissions that the workspace gives (PERM-7).
    fn defaults(&self) -> PermissionSet {
        let defaults = self.gifts.iter().map(|gift| gift.offer.defaults);
        defaults.fold(PermissionSet::EMPTY, PermissionSet::union)
    }
}

/// Where an account stands in a workspace before it joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It was never a member.
    Stranger,
    /// It has a membership that has not ended: active, scheduled or disabled.
    Member(LatestMembership),
    /// Its last membership has ended.
    Former(LatestMembership),
}

impl Standing {
    /// Of the account at the write's instant.
    pub(crate) async fn of(tx: &Transaction<'_>, account: AccountId) -> Result<Self, Failure> {
        let last = rows::last(tx.db(), tx.workspace_id(), account, tx.now).await?;
        Ok(match last {
            None => Self::Stranger,
            Some(last) if last.has_ended(tx.now) => Self::Former(last),
            Some(last) => Self::Member(last),
        })
    }

    /// JOIN-12: whose last membership here is DISABLED, REVOKED or EXPIRED, or who left one that
    /// was bound, comes back by invitation or approved request only: leaving sheds nothing. One
    /// that ended while it was disabled counts as disabled.
    pub(crate) fn comes_back_by_leave_only(&self) -> bool {
        match self {
            Self::Stranger => false,
            Self::Member(last) => last.disabled,
            Self::Former(last) => {
                last.disabled
                    || match last.why() {
                        MembershipEndReason::Revoked | MembershipEndReason::Expired => true,
                        MembershipEndReason::Left => last.bound,
                        MembershipEndReason::Erased => false,
                    }
            }
        }
    }
}

/// Begins the membership with all that it starts with, and closes what waited for the same person.
/// The caller has checked that they have none that has not ended, and that there is a seat. It has
/// no effects to tell (AUD-4): there was no member before, and in a rehearsal there is none after.
pub(crate) async fn begin(tx: &mut Transaction<'_>, start: Start) -> Result<MembershipId, Failure> {
    let (workspace, now) = (tx.workspace_id(), tx.now);
    let id = MembershipId(tx.deps.ids.uuid(now));
    let Start {
        interval,
        origin,
        giver,
        ..
    } = start;
    let new = NewMembership {
        id,
        interval,
        origin,
        granted_by: giver,
        joined_at: now,
    };
    rows::insert(tx.db(), workspace, &start.newcomer, new).await?;
    tx.record(record::membership(id, &start));
    if !start.answers.is_empty() || start.terms_version.is_some() {
        let answers = json!(start.answers).to_string();
        rows::insert_form(tx.db(), workspace, id, answers, start.terms_version).await?;
    }
    let counting = Interval::from(interval.starts_at);
    give_role(tx, id, &start, counting).await?;
    give_permissions(tx, id, &start, counting).await?;
    give_groups(tx, id, &start, counting).await?;
    give_limits(tx, id, &start, counting).await?;
    close_offers(tx, id, &start.newcomer).await?;
    Ok(id)
}

async fn give_role(
    tx: &mut Transaction<'_>,
    id: MembershipId,
    start: &Start,
    interval: Interval,
) -> Result<(), Failure> {
    let roles = start
        .gifts
        .iter()
        .rev()
        .filter_map(|gift| Some((role_at(tx, gift.offer.role?, tx.now)?, gift.giver)));
    let Some((role, giver)) = roles.take(1).next() else {
        return Ok(());
    };
    let new = NewAssignment {
        id: tx.deps.ids.uuid(tx.now),
        membership_id: id,
        role_id: role.id,
        interval,
        granted_by: giver,
    };
    let event = record::role(id, &role, interval);
    role_assignment::insert(tx.db(), tx.workspace_id(), &[new]).await?;
    tx.record(event);
    Ok(())
}

fn role_at(tx: &Transaction<'_>, id: RoleId, at: DateTime<Utc>) -> Option<RoleFacts> {
    tx.access
        .facts()
        .roles
        .get(&id)
        .filter(|role| role.interval.contains(at))
        .cloned()
}

async fn give_permissions(
    tx: &mut Transaction<'_>,
    id: MembershipId,
    start: &Start,
    interval: Interval,
) -> Result<(), Failure> {
    let grant = |permission, granted_by| NewGrant {
        id: GrantId(tx.deps.ids.uuid(tx.now)),
        grantee: Grantee::Member(id),
        right: Right::Workspace(permission),
        record_filter: None,
        interval,
        granted_by,
    };
    let defaults = start.defaults();
    let mut permissions = defaults;
    let mut grants: Vec<NewGrant> = permissions
        .iter()
        .map(|permission| grant(permission, None))
        .collect();
    for gift in &start.gifts {
        grants.extend(
            gift.offer
                .permissions
                .difference(permissions)
                .iter()
                .map(|permission| grant(permission, gift.giver)),
        );
        permissions = permissions.union(gift.offer.permissions);
    }
    if grants.is_empty() {
        return Ok(());
    }
    let event = record::permissions(id, &grants, defaults, interval);
    grant::insert(tx.db(), tx.workspace_id(), grants).await?;
    tx.record(event);
    Ok(())
}

async fn give_groups(
    tx: &mut Transaction<'_>,
    id: MembershipId,
    start: &Start,
    interval: Interval,
) -> Result<(), Failure> {
    let facts = std::sync::Arc::clone(&tx.access.snapshot);
    let mut givers: BTreeMap<GroupId, Option<AccountId>> = BTreeMap::new();
    for gift in &start.gifts {
        for group in &gift.offer.groups {
            givers.entry(*group).or_insert(gift.giver);
        }
    }
    let now = tx.now;
    let current_group = |id: &GroupId| {
        facts
            .facts
            .groups
            .get(id)
            .filter(|group| group.interval.contains(now))
    };
    for (group, giver) in givers
        .iter()
        .filter_map(|(id, giver)| Some((current_group(id)?, *giver)))
    {
        let new = NewGroupMembership {
            id: tx.deps.ids.uuid(tx.now),
            membership_id: id,
            interval,
            granted_by: giver,
        };
        groups::insert_members(tx.db(), tx.workspace_id(), group.id, &[new]).await?;
        tx.record(record::group(id, group, interval));
    }
    Ok(())
}

async fn give_limits(
    tx: &mut Transaction<'_>,
    id: MembershipId,
    start: &Start,
    interval: Interval,
) -> Result<(), Failure> {
    let row = |(offered, giver): (&OfferedQuota, Option<AccountId>)| ValueRow {
        value: QuotaValueFacts {
            id: tx.deps.ids.uuid(tx.now),
            scope: QuotaScope::Member,
            subject: Some(id.0),
            quota_type: offered.quota_type,
            limit: offered.limit,
            period: member_period(offered.quota_type),
            interval,
        },
        granted_by: giver,
    };
    let quotas = |gift: &Gift| {
        gift.offer
            .quotas
            .iter()
            .map(|quota| (*quota, gift.giver))
            .collect::<Vec<_>>()
    };
    let all: Vec<(OfferedQuota, Option<AccountId>)> = start.gifts.iter().flat_map(quotas).collect();
    let is_last = |index: usize, quota: &OfferedQuota| {
        all.iter()
            .skip(index + 1)
            .all(|(later, _)| later.quota_type != quota.quota_type)
    };
    let counting = all
        .iter()
        .enumerate()
        .filter(|(index, (quota, _))| is_last(*index, quota));
    let limits: Vec<ValueRow> = counting
        .map(|(_, (quota, giver))| row((quota, *giver)))
        .collect();
    let events: Vec<Event> = limits
        .iter()
        .map(|limit| record::limit(id, &limit.value))
        .collect();
    quota::insert(tx.db(), tx.workspace_id(), SetFor::Member(id), limits).await?;
    tx.record_all(events);
    Ok(())
}

/// Joining by any way accepts a pending invitation to the same address, and closes the access
/// request of the account (JOIN-9).
async fn close_offers(
    tx: &mut Transaction<'_>,
    id: MembershipId,
    newcomer: &Newcomer,
) -> Result<(), Failure> {
    let (workspace, now) = (tx.workspace_id(), tx.now);
    let invitations =
        invitation::accept_pending(tx.db(), workspace, &newcomer.email_canonical, id, now).await?;
    if !invitations.is_empty() {
        // ACC-2: the address has proved to be theirs, and no password that a stranger left waiting
        // for it may count.
        registration::discard(tx.db(), &newcomer.email_canonical).await?;
        let ids: Vec<InvitationId> = invitations.iter().map(|(id, _)| *id).collect();
        void_mails(tx, &ids).await?;
        tell_inviters(tx, invitations.iter().map(|(_, by)| *by)).await?;
    }
    for (invitation, _) in invitations {
        let states = (
            InvitationState::Pending.as_str(),
            InvitationState::Accepted.as_str(),
        );
        tx.record(Event::new(
            AuditEventKind::InvitationAccepted,
            invitation,
            became(id, states.0, states.1),
        ));
    }
    close_requests(tx, id, newcomer.account_id).await
}

/// Closes the access request of an account that is a member now, as approved.
pub(crate) async fn close_requests(
    tx: &mut Transaction<'_>,
    id: MembershipId,
    account: AccountId,
) -> Result<(), Failure> {
    let by = tx.actor_account();
    let requests =
        access_request::approve_pending(tx.db(), tx.workspace_id(), account, id, (tx.now, by))
            .await?;
    for request in requests {
        let states = (
            AccessRequestState::Pending.as_str(),
            AccessRequestState::Approved.as_str(),
        );
        tx.record(Event::new(
            AuditEventKind::AccessRequestApproved,
            request,
            became(id, states.0, states.1),
        ));
    }
    Ok(())
}

/// A change of state by which a membership came about.
fn became(id: MembershipId, before: &str, after: &str) -> Vec<FieldChange> {
    vec![
        FieldChange::plain("state", before, after),
        FieldChange::plain("membershipId", Value::Null, json!(id)),
    ]
}
