//! `disableMembers` and `enableMembers`: takes access from members until they are enabled again
//! (MEM-4, MEM-5, PERM-6, PERM-7).

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::domain::audit::AuditEventKind;
use crate::service::{
    Access, Caller, Deps, Failure,
    administrators::Administrators,
    api_key::remaining,
    bulk::{self, Item},
    known_items::KnownItems,
    write::{self, Affects, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
};
use crate::{
    domain::{
        access::{
            self, Given,
            escalation::{self, Change, Target},
            facts::MemberFacts,
            given_by_member,
        },
        audit::FieldChange,
        error_code::ErrorCode,
        id::MembershipId,
        interval::Interval,
        outcome::{DisableMembersOutcome, EnableMembersOutcome},
        vocabulary::MembershipState,
    },
    store::{
        dated::{self, Dated, Ending},
        disabled_spell::{self as rows, ENABLED, NewDisabledSpell},
    },
};

/// Disables members until they are enabled again.
#[derive(Debug, Clone)]
pub struct DisableMembers {
    /// The members, in order.
    pub membership_ids: Vec<MembershipId>,
    /// Why, for the record.
    pub reason: Option<String>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// Enables members again.
#[derive(Debug, Clone)]
pub struct EnableMembers {
    /// The members, in order.
    pub membership_ids: Vec<MembershipId>,
    /// Why, for the record.
    pub reason: Option<String>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// Disables members (EWP).
pub async fn disable(
    deps: &Deps,
    caller: &Caller,
    mut command: DisableMembers,
    options: CallOptions,
) -> Result<Committed<Vec<Item<MembershipId, DisableMembersOutcome>>>, Failure> {
    command.reason = bulk::prepared_reason(command.reason.as_deref());
    let workspace = bulk::workspace_of_members(deps, caller, &command.membership_ids).await?;
    write::run(deps, caller, workspace, &options, &command).await
}

/// Enables members (EWP).
pub async fn enable(
    deps: &Deps,
    caller: &Caller,
    mut command: EnableMembers,
    options: CallOptions,
) -> Result<Committed<Vec<Item<MembershipId, EnableMembersOutcome>>>, Failure> {
    command.reason = bulk::prepared_reason(command.reason.as_deref());
    let workspace = bulk::workspace_of_members(deps, caller, &command.membership_ids).await?;
    write::run(deps, caller, workspace, &options, &command).await
}

fn may_change(access: &Access, member: &MemberFacts) -> Result<(), ErrorCode> {
    escalation::may_change(
        access.facts(),
        access.subject(),
        Target::Member(member),
        Change::State,
        access.now,
    )
    .map_err(|_| ErrorCode::Forbidden)
}

impl UseCase for DisableMembers {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS_AND_KEYS;
    type Output = Vec<Item<MembershipId, DisableMembersOutcome>>;

    fn mutation(&self) -> &'static str {
        "disableMembers"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Self::Output>, Failure> {
        if let Some(error) = bulk::check_reason(self.reason.as_deref()) {
            return Err(Failure::Invalid(vec![error]));
        }
        let (access, now) = (tx.access.clone(), tx.now);
        let mut administrators = Administrators::count(tx).await?;
        let members = tx.members(&self.membership_ids).await?;
        let mut disabled: Vec<MemberFacts> = Vec::new();
        let results = bulk::each_member(&self.membership_ids, &members, |member| {
            may_change(&access, member)?;
            match access::state(member, now) {
                MembershipState::Ended => return Err(ErrorCode::NotActive),
                MembershipState::Disabled => return Ok(DisableMembersOutcome::AlreadyDisabled),
                MembershipState::Active | MembershipState::Scheduled => {}
            }
            administrators.change(access.facts(), member, &disabled_from(member, now), now)?;
            disabled.push(member.clone());
            Ok(DisableMembersOutcome::Disabled)
        });
        disable_members(tx, &disabled, Reason::Written(self.reason.as_deref())).await?;
        Ok(bulk::settle(results, self.atomic))
    }
}

impl UseCase for EnableMembers {
    const CHANGES_ACCESS: bool = true;
    type Output = Vec<Item<MembershipId, EnableMembersOutcome>>;

    fn mutation(&self) -> &'static str {
        "enableMembers"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Self::Output>, Failure> {
        if let Some(error) = bulk::check_reason(self.reason.as_deref()) {
            return Err(Failure::Invalid(vec![error]));
        }
        let (access, now) = (tx.access.clone(), tx.now);
        let members = tx.members(&self.membership_ids).await?;
        let items = KnownItems::load(
            tx,
            members.values().flat_map(|member| back(&access, member)),
        )
        .await?;
        let mut enabled: Vec<MemberFacts> = Vec::new();
        let results = bulk::each_member(&self.membership_ids, &members, |member| {
            may_enable(&access, member, &items)?;
            match access::state(member, now) {
                MembershipState::Ended => return Err(ErrorCode::NotActive),
                MembershipState::Active | MembershipState::Scheduled => {
                    return Ok(EnableMembersOutcome::NotDisabled);
                }
                MembershipState::Disabled => {}
            }
            enabled.push(member.clone());
            Ok(EnableMembersOutcome::Enabled)
        });
        enable_members(tx, &enabled, self.reason.as_deref()).await?;
        Ok(bulk::settle(results, self.atomic))
    }
}

/// Why members are disabled.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reason<'a> {
    /// What somebody wrote, if anything.
    Written(Option<&'a str>),
    /// They were not active for as long as the policy of the workspace allows (MEM-12).
    Inactive,
}

/// The reason in the record of who was disabled for inactivity.
const INACTIVE: &str = "INACTIVE";

fn disabled_from(member: &MemberFacts, now: DateTime<Utc>) -> MemberFacts {
    let mut after = member.clone();
    after.disabled.push(Interval::from(now));
    after
}

/// Disables active or scheduled members of the workspace, loaded by the transaction before, until
/// they are enabled again.
pub(crate) async fn disable_members(
    tx: &mut Transaction<'_>,
    members: &[MemberFacts],
    reason: Reason<'_>,
) -> Result<(), Failure> {
    let now = tx.now;
    let (written, stored) = match reason {
        Reason::Written(written) => (written, written),
        Reason::Inactive => (None, Some(INACTIVE)),
    };
    let spell = |member: &MemberFacts| NewDisabledSpell {
        id: tx.deps.ids.uuid(now),
        membership_id: member.id,
        starts_at: now,
        granted_by: tx.caller.account_id(),
        reason: stored.map(str::to_owned),
    };
    let spells: Vec<NewDisabledSpell> = members.iter().map(spell).collect();
    rows::insert(tx.db(), tx.workspace_id(), spells).await?;
    let ids: Vec<MembershipId> = members.iter().map(|member| member.id).collect();
    remaining::warn(tx, &ids).await?;
    for member in members {
        let mut event = changed_state(
            tx,
            AuditEventKind::MembershipDisabled,
            (member, &disabled_from(member, now)),
            written,
        );
        if matches!(reason, Reason::Inactive) {
            event
                .changes
                .push(FieldChange::plain("reason", Value::Null, INACTIVE));
        }
        tx.record(event);
    }
    Ok(())
}

/// Whether the caller may enable the member: the act, and all that it gives back (PERM-6).
pub(crate) fn may_enable(
    access: &Access,
    member: &MemberFacts,
    items: &KnownItems,
) -> Result<(), ErrorCode> {
    may_change(access, member)?;
    let (facts, actor, now) = (access.facts(), access.subject(), access.now);
    escalation::may_give_back(facts, actor, member, now)
        .and_then(|()| {
            escalation::may_pass_on(
                facts,
                actor,
                &back(access, member),
                &|id| items.find(id),
                now,
            )
        })
        .map_err(|_| ErrorCode::Forbidden)
}

/// Enables disabled members of the workspace, loaded by the transaction before.
pub(crate) async fn enable_members(
    tx: &mut Transaction<'_>,
    members: &[MemberFacts],
    reason: Option<&str>,
) -> Result<(), Failure> {
    let ids: Vec<MembershipId> = members.iter().map(|member| member.id).collect();
    let spells = rows::ahead(tx.db(), tx.workspace_id(), &ids, tx.now).await?;
    let ending = Ending {
        by: tx.caller.account_id(),
        reason: ENABLED,
    };
    dated::end(
        tx.db(),
        Dated::DisabledSpell,
        tx.workspace_id(),
        &spells,
        tx.now,
        ending,
    )
    .await?;
    for member in members {
        let event = changed_state(
            tx,
            AuditEventKind::MembershipEnabled,
            (member, &without_spells(member)),
            reason,
        );
        tx.record(event);
    }
    Ok(())
}

/// What enabling gives back, from now to the end of the membership.
pub(crate) fn back(access: &Access, member: &MemberFacts) -> Vec<Given> {
    given_by_member(
        access.facts(),
        member,
        member.interval.intersect(&Interval::from(access.now)),
    )
}

/// Records that a restored member is disabled as before.
pub(crate) fn record_restored(tx: &mut Transaction<'_>, member: &MemberFacts) {
    let (before, after) = (
        access::state(&without_spells(member), tx.now),
        MembershipState::Disabled,
    );
    let changes = vec![FieldChange::plain("state", before.as_str(), after.as_str())];
    tx.record(Event {
        personal_of: Some(member.account_id),
        ..Event::new(AuditEventKind::MembershipDisabled, member.id, changes)
    });
}

fn without_spells(member: &MemberFacts) -> MemberFacts {
    MemberFacts {
        disabled: Vec::new(),
        ..member.clone()
    }
}

/// What the record says of a member before and after.
fn changed_state(
    tx: &mut Transaction<'_>,
    kind: AuditEventKind,
    (before, after): (&MemberFacts, &MemberFacts),
    reason: Option<&str>,
) -> Event {
    tx.touch(before.id);
    let state = |member| access::state(member, tx.now).as_str();
    let mut changes = vec![FieldChange::plain("state", state(before), state(after))];
    changes.extend(reason.map(|reason| FieldChange::personal("reason", Value::Null, reason)));
    Event {
        personal_of: Some(before.account_id),
        ..Event::new(kind, before.id, changes)
    }
}
