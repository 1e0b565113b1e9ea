//! `setInactivityExemptions`: members who are never disabled for inactivity (MEM-12).

use std::sync::Arc;

use crate::{
    domain::{
        access::{
            self,
            escalation::{self, Change, Target},
            facts::MemberFacts,
        },
        audit::{AuditEventKind, FieldChange},
        error_code::ErrorCode,
        id::MembershipId,
        outcome::SetInactivityExemptionsOutcome as Outcome,
        vocabulary::MembershipState,
    },
    service::{
        Access, Caller, Deps, Failure,
        bulk::{self, Item},
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::inactivity as rows,
};

/// Exempts members, or ends their exemption.
#[derive(Debug, Clone)]
pub struct SetInactivityExemptions {
    /// The members, in order.
    pub membership_ids: Vec<MembershipId>,
    /// Whether they are exempt from now on.
    pub exempt: bool,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// Sets the exemptions (EWP).
pub async fn set_exemptions(
    deps: &Deps,
    caller: &Caller,
    command: SetInactivityExemptions,
    options: CallOptions,
) -> Result<Committed<Vec<Item<MembershipId, Outcome>>>, Failure> {
    let workspace = bulk::workspace_of_members(deps, caller, &command.membership_ids).await?;
    write::run(deps, caller, workspace, &options, &command).await
}

impl UseCase for SetInactivityExemptions {
    const CHANGES_ACCESS: bool = false;
    type Output = Vec<Item<MembershipId, Outcome>>;

    fn mutation(&self) -> &'static str {
        "setInactivityExemptions"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Self::Output>, Failure> {
        let (access, workspace, now) = (tx.access.clone(), tx.workspace_id(), tx.now);
        let members = tx.members(&self.membership_ids).await?;
        let exempt = rows::exempt(tx.db(), workspace, &self.membership_ids).await?;
        let mut changed: Vec<Arc<MemberFacts>> = Vec::new();
        let results = bulk::each_member(&self.membership_ids, &members, |member| {
            escalation::may_change(
                access.facts(),
                access.subject(),
                Target::Member(member),
                Change::State,
                now,
            )
            .map_err(|_| ErrorCode::Forbidden)?;
            if access::state(member, now) == MembershipState::Ended {
                return Err(ErrorCode::NotActive);
            }
            if exempt.contains(&member.id) == self.exempt {
                return Ok(Outcome::Unchanged);
            }
            changed.push(Arc::new(member.clone()));
            Ok(if self.exempt {
                Outcome::Exempted
            } else {
                Outcome::Included
            })
        });
        let ids: Vec<MembershipId> = changed.iter().map(|member| member.id).collect();
        if self.exempt {
            rows::exempt_members(tx.db(), workspace, &ids, tx.caller.account_id(), now).await?;
        } else {
            rows::include_members(tx.db(), workspace, &ids).await?;
        }
        let event = |member: &Arc<MemberFacts>| {
            let change = FieldChange::plain("exemptFromInactivity", !self.exempt, self.exempt);
            Event::new(
                AuditEventKind::InactivityExemptionChanged,
                member.id,
                vec![change],
            )
        };
        tx.record_all(changed.iter().map(event).collect::<Vec<_>>());
        Ok(bulk::settle(results, self.atomic))
    }
}
