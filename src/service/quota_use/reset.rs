//! `resetQuotaUsage`: sets what members used today back to nothing (QUOTA-5, PERM-6, PERM-7). The
//! counters of the workspace, which cap and license bound, stay: what was used was used.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    domain::{
        access::{
            self,
            escalation::{self, Change, Target},
            facts::MemberFacts,
        },
        audit::FieldChange,
        id::{AccountId, MembershipId},
        quota::period_start,
        vocabulary::{MembershipState, QuotaPeriod, QuotaType},
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        bulk::{self, Code, Item},
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{naming::Named, quota::counter as rows},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ResetUsage {
    /// Whose counters, in order.
    pub membership_ids: Vec<MembershipId>,
    /// Of what.
    pub quota_type: QuotaType,
    /// Why, for the record.
    pub reason: String,
    /// Whether one failed item undoes all.
    pub atomic: bool,
}

/// What became of one member's counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResetOutcome {
    /// Set back to nothing.
    Reset,
    /// Nothing was used.
    NothingUsed,
}

/// Sets counters back (EWP).
pub async fn reset(
    deps: &Deps,
    caller: &Caller,
    mut input: ResetUsage,
    mut options: CallOptions,
) -> Result<Committed<Vec<Item<MembershipId, ResetOutcome>>>, Failure> {
    bulk::check_list(deps, "membershipIds", &input.membership_ids)?;
    input.reason = bulk::prepared_reason(Some(&input.reason)).unwrap_or_default();
    options.input = bulk::canonical(&json!({
        "membershipIds": input.membership_ids,
        "type": input.quota_type,
        "reason": input.reason,
        "atomic": input.atomic,
    }));
    let ids = input.membership_ids.iter().map(|id| id.0).collect();
    let workspace = bulk::named_workspace(deps, caller, Named::Membership, ids).await?;
    write::run(deps, caller, workspace, &options, &Resetting(input)).await
}

struct Resetting(ResetUsage);

impl UseCase for Resetting {
    const MUTATION: &'static str = "resetQuotaUsage";
    // Counters are never kept with the facts.
    const CHANGES_ACCESS: bool = false;
    type Output = Vec<Item<MembershipId, ResetOutcome>>;

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Self::Output>, Failure> {
        let errors = self.errors();
        if !errors.is_empty() {
            return Ok(Verdict::refuse(Vec::new(), errors));
        }
        let (access, caller) = (tx.access.clone(), tx.caller);
        let members = tx.members(&self.0.membership_ids).await?;
        let results = bulk::each_member(&self.0.membership_ids, &members, |member| {
            may_reset(&access, caller, member)
        });
        let admitted = results
            .iter()
            .filter(|item| item.code.is_none())
            .filter_map(|item| members.get(&item.id));
        let admitted: Vec<&MemberFacts> = admitted.map(|member| &**member).collect();
        let accounts: Vec<AccountId> = admitted.iter().map(|member| member.account_id).collect();
        let day = period_start(QuotaPeriod::Day, tx.now);
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
                    ResetOutcome::Reset
                } else {
                    ResetOutcome::NothingUsed
                }
            }),
            code: item.code,
            limit: item.limit,
        };
        Ok(bulk::settle(
            results.into_iter().map(became).collect(),
            self.0.atomic,
        ))
    }
}

impl Resetting {
    fn errors(&self) -> Vec<UserError> {
        let mut errors = Vec::new();
        if self.0.quota_type != QuotaType::ApiCalls {
            errors.push(UserError::at("NOT_A_COUNTER", "type"));
        }
        if self.0.reason.is_empty() {
            errors.push(UserError::at("TOO_SHORT", "reason"));
        }
        errors.extend(bulk::check_reason(Some(&self.0.reason)));
        errors
    }

    fn event(&self, member: &MemberFacts, used: u64) -> Event {
        let changes = vec![
            FieldChange::plain("used", used, 0),
            FieldChange::personal("reason", Value::Null, self.0.reason.as_str()),
        ];
        Event {
            personal_of: Some(member.account_id),
            ..Event::new("QUOTA_USAGE_RESET", member.id, changes)
        }
    }
}

/// Nobody resets what they used themselves, administrators neither (QUOTA-5); only administrators
/// reset what one used (PERM-6).
fn may_reset(access: &Access, caller: &Caller, member: &MemberFacts) -> Result<(), Code> {
    let change = escalation::may_change(
        access.facts(),
        access.subject(),
        Target::Member(member),
        Change::Quotas,
        access.now,
    );
    if change.is_err() || caller.account_id() == Some(member.account_id) {
        return Err(bulk::FORBIDDEN);
    }
    if access::state(member, access.now) == MembershipState::Ended {
        Err(bulk::NOT_ACTIVE)
    } else {
        Ok(())
    }
}
