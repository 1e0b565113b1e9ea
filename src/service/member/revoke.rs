//! `revokeMembers`: ends memberships at once (MEM-3, MEM-5, PERM-6, PERM-7, TIME-7). Nothing that
//! hangs on one is touched.

use serde_json::Value;

use crate::domain::audit::AuditEventKind;
use crate::service::{
    Access, Caller, Deps, Failure,
    administrators::Administrators,
    api_key::remaining,
    bulk::{self, Item},
    invitation::void_mails,
    write::{self, Affects, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
};
use crate::{
    domain::{
        access::{
            self,
            escalation::{self, Change, Target},
            facts::MemberFacts,
        },
        audit::{self, FieldChange},
        error_code::ErrorCode,
        id::{AccountId, MembershipId},
        interval::Interval,
        outcome::RevokeMembersOutcome,
        vocabulary::{InvitationState, MembershipEndReason, MembershipState},
    },
    store::{
        dated::{self, Dated, Ending},
        invitation,
    },
};

/// The input of `revokeMembers`.
#[derive(Debug, Clone)]
pub struct RevokeMembers {
    /// Whose memberships, in order.
    pub membership_ids: Vec<MembershipId>,
    /// Why, for the record.
    pub reason: Option<String>,
    /// Whether their own pending invitations into this workspace are cancelled as well.
    pub cancel_their_invitations: bool,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// The results, in order.
pub type Output = Vec<Item<MembershipId, RevokeMembersOutcome>>;

/// Ends memberships (EWP).
pub async fn revoke(
    deps: &Deps,
    caller: &Caller,
    mut input: RevokeMembers,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    input.reason = bulk::prepared_reason(input.reason.as_deref());
    let workspace = bulk::workspace_of_members(deps, caller, &input.membership_ids).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl UseCase for RevokeMembers {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS_AND_KEYS;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        "revokeMembers"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        if let Some(error) = bulk::check_reason(self.reason.as_deref()) {
            return Err(Failure::Invalid(vec![error]));
        }
        let access = tx.access.clone();
        let (facts, actor, now) = (access.facts(), access.subject(), access.now);
        let mut administrators = Administrators::count(tx).await?;
        let members = tx.members(&self.membership_ids).await?;
        let mut revoked: Vec<MemberFacts> = Vec::new();
        let results = bulk::each_member(&self.membership_ids, &members, |member| {
            escalation::may_change(facts, actor, Target::Member(member), Change::Period, now)
                .map_err(|_| ErrorCode::Forbidden)?;
            if access::state(member, now) == MembershipState::Ended {
                return Ok(RevokeMembersOutcome::AlreadyEnded);
            }
            administrators.change(facts, member, &ended(member, &access), now)?;
            revoked.push(member.clone());
            Ok(RevokeMembersOutcome::Revoked)
        });
        end(
            tx,
            &revoked,
            MembershipEndReason::Revoked,
            self.reason.as_deref(),
        )
        .await?;
        if self.cancel_their_invitations {
            cancel_invitations(tx, &revoked).await?;
        }
        Ok(bulk::settle(results, self.atomic))
    }
}

/// The member as it is once its membership has ended now.
pub(crate) fn ended(member: &MemberFacts, access: &Access) -> MemberFacts {
    let starts_at = member.interval.starts_at;
    MemberFacts {
        interval: Interval::new(starts_at, starts_at.max(access.now)),
        ..member.clone()
    }
}

/// Ends the memberships of `members`, one row each (TIME-7), and records it.
pub(crate) async fn end(
    tx: &mut Transaction<'_>,
    members: &[MemberFacts],
    why: MembershipEndReason,
    reason: Option<&str>,
) -> Result<(), Failure> {
    let rows: Vec<_> = members.iter().map(|member| member.id.0).collect();
    let ending = Ending {
        by: tx.caller.account_id(),
        reason: why.as_str(),
    };
    dated::end(
        tx.db(),
        Dated::Membership,
        tx.workspace_id(),
        &rows,
        tx.now,
        ending,
    )
    .await?;
    let ids: Vec<MembershipId> = members.iter().map(|member| member.id).collect();
    remaining::warn(tx, &ids).await?;
    let kind = match why {
        MembershipEndReason::Left => AuditEventKind::MembershipLeft,
        MembershipEndReason::Erased => AuditEventKind::MembershipErased,
        MembershipEndReason::Revoked | MembershipEndReason::Expired => {
            AuditEventKind::MembershipRevoked
        }
    };
    for member in members {
        let after = ended(member, &tx.access);
        let state = |member| access::state(member, tx.now).as_str();
        let mut changes = vec![
            FieldChange::plain("state", state(member), state(&after)),
            FieldChange::plain(
                "endsAt",
                member.interval.end().map(audit::instant),
                audit::instant(after.interval.ends_at),
            ),
        ];
        if let Some(reason) = reason {
            changes.push(FieldChange::personal("reason", Value::Null, reason));
        }
        tx.touch(member.id);
        tx.record(Event {
            personal_of: Some(member.account_id),
            ..Event::new(kind, member.id, changes)
        });
    }
    Ok(())
}

/// Cancels the pending invitations that `members` sent.
async fn cancel_invitations(
    tx: &mut Transaction<'_>,
    members: &[MemberFacts],
) -> Result<(), Failure> {
    let accounts: Vec<AccountId> = members.iter().map(|member| member.account_id).collect();
    let pending = invitation::pending_by(tx.db(), tx.workspace_id(), &accounts, tx.now).await?;
    invitation::cancel(tx.db(), tx.workspace_id(), &pending, tx.now).await?;
    void_mails(tx, &pending).await?;
    for id in pending {
        let (before, after) = (
            InvitationState::Pending.as_str(),
            InvitationState::Cancelled.as_str(),
        );
        tx.record(Event::new(
            AuditEventKind::InvitationCancelled,
            id,
            vec![FieldChange::plain("state", before, after)],
        ));
    }
    Ok(())
}
