//! `resetQuotaUsage`: sets what members used today back to nothing (QUOTA-5, PERM-6, PERM-7). The
//! counters of the workspace, which cap and license bound, stay: what was used was used.

use serde_json::Value;

use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::{
            self,
            escalation::{self, Change, Target},
            facts::MemberFacts,
        },
        audit::FieldChange,
        error_code::{ErrorCode, Fault},
        id::{AccountId, MembershipId},
        outcome::ResetQuotaUsageOutcome,
        vocabulary::{MembershipState, QuotaPeriod, QuotaType},
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        bulk::{self, Item},
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::quota::usage as rows,
};

/// The input of `resetQuotaUsage`.
#[derive(Debug, Clone)]
pub struct ResetQuotaUsage {
    /// Whose counters, in order.
    pub membership_ids: Vec<MembershipId>,
    /// The quota whose counters go back to zero.
    pub quota_type: QuotaType,
    /// Why, for the record.
    pub reason: String,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// Sets counters back (EWP).
pub async fn reset(
    deps: &Deps,
    caller: &Caller,
    mut input: ResetQuotaUsage,
    options: CallOptions,
) -> Result<Committed<Vec<Item<MembershipId, ResetQuotaUsageOutcome>>>, Failure> {
    input.reason = bulk::prepared_reason(Some(&input.reason)).unwrap_or_default();
    let workspace = bulk::workspace_of_members(deps, caller, &input.membership_ids).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl UseCase for ResetQuotaUsage {
    // Counters are never kept with the facts.
    const CHANGES_ACCESS: bool = false;
    type Output = Vec<Item<MembershipId, ResetQuotaUsageOutcome>>;

    fn mutation(&self) -> &'static str {
        "resetQuotaUsage"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Self::Output>, Failure> {
        let errors = self.errors();
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors));
        }
        let (access, caller) = (tx.access.clone(), tx.caller);
        let members = tx.members(&self.membership_ids).await?;
        let results = bulk::each_member(&self.membership_ids, &members, |member| {
            may_reset(&access, caller, member)
        });
        let admitted = results
            .iter()
            .filter(|item| item.code.is_none())
            .filter_map(|item| members.get(&item.id));
        let admitted: Vec<&MemberFacts> = admitted.map(|member| &**member).collect();
        let accounts: Vec<AccountId> = admitted.iter().map(|member| member.account_id).collect();
        let day = access.workspace.calendar.start(QuotaPeriod::Day, tx.now);
        let was = rows::reset(tx.db(), tx.workspace_id(), &accounts, day).await?;
        for member in &admitted {
            if let Some(used) = was.get(&member.account_id) {
                tx.record(self.event(member, *used));
            }
        }
        let had_used = |id: &MembershipId| {
            members
                .get(id)
                .is_some_and(|member| was.contains_key(&member.account_id))
        };
        let became = |item: Item<MembershipId, ()>| Item {
            id: item.id,
            outcome: item.outcome.map(|()| {
                if had_used(&item.id) {
                    ResetQuotaUsageOutcome::Reset
                } else {
                    ResetQuotaUsageOutcome::NothingUsed
                }
            }),
            code: item.code,
            limit: item.limit,
        };
        Ok(bulk::settle(
            results.into_iter().map(became).collect(),
            self.atomic,
        ))
    }
}

impl ResetQuotaUsage {
    fn errors(&self) -> Vec<UserError> {
        let mut errors = Vec::new();
        if self.quota_type != QuotaType::ApiCalls {
            errors.push(UserError::at(ErrorCode::NotACounter, "type"));
        }
        if self.reason.is_empty() {
            errors.push(UserError::at(Fault::too_short(1), "reason"));
        }
        errors.extend(bulk::check_reason(Some(&self.reason)));
        errors
    }

    fn event(&self, member: &MemberFacts, used: u64) -> Event {
        let changes = vec![
            FieldChange::plain("used", used, 0),
            FieldChange::personal("reason", Value::Null, self.reason.as_str()),
        ];
        Event {
            personal_of: Some(member.account_id),
            ..Event::new(AuditEventKind::QuotaUsageReset, member.id, changes)
        }
    }
}

/// Nobody resets what they used themselves, administrators neither (QUOTA-5); only administrators
/// reset what one used (PERM-6).
fn may_reset(access: &Access, caller: &Caller, member: &MemberFacts) -> Result<(), ErrorCode> {
    let change = escalation::may_change(
        access.facts(),
        access.subject(),
        Target::Member(member),
        Change::Quotas,
        access.now,
    );
    if change.is_err() || caller.account_id() == Some(member.account_id) {
        return Err(ErrorCode::Forbidden);
    }
    if access::state(member, access.now) == MembershipState::Ended {
        Err(ErrorCode::NotActive)
    } else {
        Ok(())
    }
}
