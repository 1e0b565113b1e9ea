//! `disableMembers` and `enableMembers`: stops members for the time being, and lets them back
//! (MEM-4, MEM-5, PERM-6, PERM-7).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Access, Caller, Deps, Failure,
    administrators::Administrators,
    bulk::{self, Code, Item},
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
        id::MembershipId,
        interval::Interval,
        vocabulary::MembershipState,
    },
    store::{
        dated::{self, Dated, Ending},
        disabled_spell::{self as rows, ENABLED, NewSpell},
        naming::Named,
    },
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ChangeState {
    /// Whose state, in order.
    pub membership_ids: Vec<MembershipId>,
    /// Why, for the record.
    pub reason: Option<String>,
    /// Whether one failed item undoes all.
    pub atomic: bool,
}

impl ChangeState {
    /// The same with its text prepared (TEXT-1).
    fn prepared(self) -> Self {
        Self {
            reason: bulk::prepared_reason(self.reason.as_deref()),
            ..self
        }
    }
}

/// What became of one member that was to be disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DisableOutcome {
    /// Disabled now.
    Disabled,
    /// Disabled before.
    AlreadyDisabled,
}

/// What became of one member that was to be enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EnableOutcome {
    /// Enabled now.
    Enabled,
    /// Was not disabled.
    NotDisabled,
}

/// Disables members (EWP).
pub async fn disable(
    deps: &Deps,
    caller: &Caller,
    input: ChangeState,
    options: CallOptions,
) -> Result<Committed<Vec<Item<MembershipId, DisableOutcome>>>, Failure> {
    run(deps, caller, options, Disabling(input.prepared())).await
}

/// Enables members (EWP).
pub async fn enable(
    deps: &Deps,
    caller: &Caller,
    input: ChangeState,
    options: CallOptions,
) -> Result<Committed<Vec<Item<MembershipId, EnableOutcome>>>, Failure> {
    run(deps, caller, options, Enabling(input.prepared())).await
}

async fn run<U: UseCase + AsRef<ChangeState>>(
    deps: &Deps,
    caller: &Caller,
    mut options: CallOptions,
    use_case: U,
) -> Result<Committed<U::Output>, Failure> {
    let input = use_case.as_ref();
    bulk::check_list(deps, "membershipIds", &input.membership_ids)?;
    options.input = bulk::canonical(&json!({
        "membershipIds": input.membership_ids,
        "reason": input.reason,
        "atomic": input.atomic,
    }));
    let ids = input.membership_ids.iter().map(|id| id.0).collect();
    let workspace = bulk::named_workspace(deps, caller, Named::Membership, ids).await?;
    write::run(deps, caller, workspace, &options, &use_case).await
}

fn may_change(access: &Access, member: &MemberFacts) -> Result<(), Code> {
    escalation::may_change(
        access.facts(),
        access.subject(),
        Target::Member(member),
        Change::State,
        access.now,
    )
    .map_err(|_| bulk::FORBIDDEN)
}

struct Disabling(ChangeState);

impl AsRef<ChangeState> for Disabling {
    fn as_ref(&self) -> &ChangeState {
        &self.0
    }
}

impl UseCase for Disabling {
    const MUTATION: &'static str = "disableMembers";
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS_AND_KEYS;
    type Output = Vec<Item<MembershipId, DisableOutcome>>;

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Self::Output>, Failure> {
        if let Some(error) = bulk::check_reason(self.0.reason.as_deref()) {
            return Ok(Verdict::refuse(Vec::new(), vec![error]));
        }
        let (access, now) = (tx.access.clone(), tx.now);
        let mut administrators = Administrators::count(tx).await?;
        let members = tx.members(&self.0.membership_ids).await?;
        let mut disabled: Vec<(MemberFacts, MemberFacts)> = Vec::new();
        let results = bulk::each_member(&self.0.membership_ids, &members, |member| {
            may_change(&access, member)?;
            match access::state(member, now) {
                MembershipState::Ended => return Err(bulk::NOT_ACTIVE),
                MembershipState::Disabled => return Ok(DisableOutcome::AlreadyDisabled),
                MembershipState::Active | MembershipState::Scheduled => {}
            }
            let mut after = member.clone();
            after.disabled.push(Interval::from(now));
            administrators.change(access.facts(), member, &after, now)?;
            disabled.push((member.clone(), after));
            Ok(DisableOutcome::Disabled)
        });
        let spell = |(member, _): &(MemberFacts, MemberFacts)| NewSpell {
            id: tx.deps.ids.uuid(now),
            membership_id: member.id,
            starts_at: now,
            granted_by: tx.caller.account_id(),
            reason: self.0.reason.clone(),
        };
        let spells: Vec<NewSpell> = disabled.iter().map(spell).collect();
        rows::insert(tx.db(), tx.workspace_id(), spells).await?;
        for (before, after) in &disabled {
            record(
                tx,
                "MEMBERSHIP_DISABLED",
                (before, after),
                self.0.reason.as_deref(),
            );
        }
        Ok(bulk::settle(results, self.0.atomic))
    }
}

struct Enabling(ChangeState);

impl AsRef<ChangeState> for Enabling {
    fn as_ref(&self) -> &ChangeState {
        &self.0
    }
}

impl UseCase for Enabling {
    const MUTATION: &'static str = "enableMembers";
    const CHANGES_ACCESS: bool = true;
    type Output = Vec<Item<MembershipId, EnableOutcome>>;

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Self::Output>, Failure> {
        if let Some(error) = bulk::check_reason(self.0.reason.as_deref()) {
            return Ok(Verdict::refuse(Vec::new(), vec![error]));
        }
        let (access, now) = (tx.access.clone(), tx.now);
        let members = tx.members(&self.0.membership_ids).await?;
        let items = KnownItems::load(
            tx,
            members.values().flat_map(|member| back(&access, member)),
        )
        .await?;
        let mut enabled: Vec<MemberFacts> = Vec::new();
        let results = bulk::each_member(&self.0.membership_ids, &members, |member| {
            may_enable(&access, member, &items)?;
            match access::state(member, now) {
                MembershipState::Ended => return Err(bulk::NOT_ACTIVE),
                MembershipState::Active | MembershipState::Scheduled => {
                    return Ok(EnableOutcome::NotDisabled);
                }
                MembershipState::Disabled => {}
            }
            enabled.push(member.clone());
            Ok(EnableOutcome::Enabled)
        });
        enable_members(tx, &enabled, self.0.reason.as_deref()).await?;
        Ok(bulk::settle(results, self.0.atomic))
    }
}

/// Whether the caller may enable the member: the act, and all that it gives back (PERM-6).
pub(crate) fn may_enable(
    access: &Access,
    member: &MemberFacts,
    items: &KnownItems,
) -> Result<(), Code> {
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
        .map_err(|_| bulk::FORBIDDEN)
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
        record(
            tx,
            "MEMBERSHIP_ENABLED",
            (
                member,
                &MemberFacts {
                    disabled: Vec::new(),
                    ..member.clone()
                },
            ),
            reason,
        );
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

/// Records a member before and after.
fn record(
    tx: &mut Transaction<'_>,
    kind: &'static str,
    (before, after): (&MemberFacts, &MemberFacts),
    reason: Option<&str>,
) {
    tx.touch(before.id);
    let state = |member| access::state(member, tx.now).as_str();
    let mut changes = vec![FieldChange::plain("state", state(before), state(after))];
    changes.extend(reason.map(|reason| FieldChange::personal("reason", Value::Null, reason)));
    tx.record(Event {
        personal_of: Some(before.account_id),
        ..Event::new(kind, before.id, changes)
    });
}
