//! `restoreMembers`: a new membership with what an ended one had (MEM-6, MEM-9, MEM-11). Keys stay
//! dead, and the defaults of the workspace are not added. What does not come back is named.
//!
//! Must not decide what comes back nor who may give it: `domain::restore` and
//! `domain::access::escalation` do. `joining` begins the membership.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        access::{
            Given, escalation,
            escalation::Target,
            facts::{ItemFacts, MemberFacts, Right},
            given_by_group,
        },
        error_code::ErrorCode,
        id::{AccountId, ItemId, MembershipId},
        interval::{Interval, OPEN_END},
        outcome::RestoreMembersOutcome,
        restore::{
            self, Fate, LeftOut, LeftOutKind as Kind, LeftOutReason as Reason, NotRestorable,
        },
        timeline,
        vocabulary::MembershipOrigin,
    },
    service::{
        Access, Caller, Deps, Failure,
        bulk::{self, Item, ItemError},
        grant,
        group::MOST_GROUPS_OF_MEMBER,
        joining::{self, Seats, Standing, Start},
        write::{self, CallOptions, Committed, Transaction, UseCase, Verdict},
    },
    store::{
        access::{self as facts, Wanted},
        audit::read as events,
        disabled_spell::{self, NewDisabledSpell},
        follow, invitation, item,
        joining::{self as rows, Newcomer},
        quota::value::{self as quota, SetFor, ValueRow},
    },
};

/// The input of `restoreMembers`.
#[derive(Debug, Clone)]
pub struct RestoreMembers {
    /// The memberships that ended, in order.
    pub membership_ids: Vec<MembershipId>,
    /// When access ends; `Some(None)` = never; absent: when it would have ended.
    pub ends_at: Option<Option<DateTime<Utc>>>,
    /// Whether one failed item undoes all.
    pub atomic: bool,
}

/// What was restored of one membership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// What was done.
    pub outcome: RestoreMembersOutcome,
    /// The new membership.
    pub membership_id: MembershipId,
    /// What did not come back.
    pub left_out: Vec<LeftOut>,
}

impl From<Restored> for RestoreMembersOutcome {
    fn from(restored: Restored) -> Self {
        restored.outcome
    }
}

/// The results, in order.
pub type Output = Vec<Item<MembershipId, Restored>>;

/// Restores memberships (EWP; only what the caller holds as long comes back, PERM-6).
pub async fn restore(
    deps: &Deps,
    caller: &Caller,
    command: RestoreMembers,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    let workspace = bulk::workspace_of_members(deps, caller, &command.membership_ids).await?;
    write::run(deps, caller, workspace, &options, &command).await
}

impl UseCase for RestoreMembers {
    const CHANGES_ACCESS: bool = true;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        "restoreMembers"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        if let Some(end) = self.ends_at
            && let Err(wrong) = timeline::requested_interval(None, end, tx.now)
        {
            return Err(Failure::Invalid(bulk::period_errors(
                wrong, "endsAt", "endsAt",
            )));
        }
        let frame = Frame::load(tx, &self.membership_ids).await?;
        let mut seats = Seats::count(tx).await?;
        let mut firsts = bulk::Firsts::default();
        let mut items = Vec::with_capacity(self.membership_ids.len());
        for id in &self.membership_ids {
            let item = match firsts.admit(*id) {
                Ok(()) => {
                    let restored = frame.restore(tx, *id, self.ends_at, &mut seats).await;
                    Item::decided(*id, restored)?
                }
                Err(code) => Item::new(*id, Err(code)),
            };
            items.push(item);
        }
        bulk::explain(&mut items, ErrorCode::SeatsExceeded, seats.limit());
        Ok(bulk::settle(items, self.atomic))
    }
}

/// What holds for all items.
struct Frame {
    access: Access,
    /// The ended memberships, with the rows that had not ended before them.
    members: HashMap<MembershipId, Arc<MemberFacts>>,
    /// The accounts behind them that may join.
    people: HashMap<AccountId, Newcomer>,
    /// The items that their grants name and that still exist.
    items: HashMap<ItemId, ItemFacts>,
    /// When the memberships would have ended that were revoked.
    planned_ends: HashMap<MembershipId, DateTime<Utc>>,
    /// The answers and the version of the terms, by membership.
    forms: HashMap<MembershipId, (String, Option<i32>)>,
    /// How many invitations wait for an address: each has a seat.
    invited: HashMap<String, usize>,
}

/// The instant before an end, at which a membership still counted.
fn before(end: DateTime<Utc>) -> DateTime<Utc> {
    end - Duration::microseconds(1)
}

impl Frame {
    async fn load(tx: &mut Transaction<'_>, ids: &[MembershipId]) -> Result<Self, Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let current = tx.members(ids).await?;
        let ends = current.values().map(|member| member.interval.ends_at);
        // Rows that ended before a membership did are told apart one by one.
        let since = ends.min().map_or(now, |end| before(end).min(now));
        let members = facts::members(tx.db(), workspace, ids, Wanted::ALL, since).await?;
        let accounts: Vec<AccountId> = members.values().map(|member| member.account_id).collect();
        let people = rows::by_accounts(tx.db(), &accounts).await?;
        let mut named: Vec<ItemId> = members
            .values()
            .flat_map(|member| member.grants.iter().filter_map(|grant| grant.right.item()))
            .collect();
        named.sort_unstable();
        named.dedup();
        let items = match named.is_empty() {
            true => Vec::new(),
            false => item::by_ids(tx.db(), &named).await?,
        };
        let addresses = people
            .values()
            .map(|person| person.email_canonical.as_str());
        let mut invited: HashMap<String, usize> = HashMap::new();
        for row in invitation::pending_to(tx.db(), workspace, addresses, now).await? {
            *invited.entry(row.email_canonical).or_default() += 1;
        }
        let forms = rows::forms(tx.db(), workspace, ids).await?;
        Ok(Self {
            access: tx.access.clone(),
            planned_ends: events::planned_ends(tx.db(), workspace, ids).await?,
            members: members
                .into_iter()
                .map(|(id, member)| (id, Arc::new(member)))
                .collect(),
            people,
            items: items
                .into_iter()
                .filter(|row| row.workspace_id == workspace)
                .map(|row| (row.facts.id, row.facts))
                .collect(),
            forms: forms
                .into_iter()
                .map(|(id, answers, terms)| (id, (answers, terms)))
                .collect(),
            invited,
        })
    }

    /// Decides on one membership, and restores it.
    async fn restore(
        &self,
        tx: &mut Transaction<'_>,
        id: MembershipId,
        ends_at: Option<Option<DateTime<Utc>>>,
        seats: &mut Seats,
    ) -> Result<Restored, ItemError> {
        let member = self.members.get(&id).ok_or(ErrorCode::NotFound)?;
        let was_disabled = may_restore(tx, member).await?;
        let person = self
            .people
            .get(&member.account_id)
            .ok_or(ErrorCode::Erased)?;
        let interval = self.interval(member, ends_at, tx.now)?;
        match self.invited.get(&person.email_canonical) {
            // Each that waits has taken a seat: one becomes theirs, the others are free.
            Some(count) => (1..*count).for_each(|_| seats.give_back()),
            None => seats.take()?,
        }
        let mut start = Start {
            giver: tx.caller.account_id(),
            ..Start::bare(person.clone(), MembershipOrigin::Restored, interval)
        };
        if let Some((answers, terms)) = self.forms.get(&id) {
            start.answers = serde_json::from_str(answers).unwrap_or_default();
            start.terms_version = *terms;
        }
        let mut parts = Parts {
            frame: self,
            old: member,
            window: interval,
            now: tx.now,
            left_out: Vec::new(),
        };
        let (role, groups, grants) = (parts.roles(), parts.groups(), parts.grants());
        let limits = parts.limits(tx).await?;
        let left_out = parts.left_out;
        let new = joining::begin(tx, start).await?;
        let facts = Arc::new(MemberFacts {
            id: new,
            interval,
            ..MemberFacts::clone(member)
        });
        joining::give_back(tx, new, &role, &groups, limits).await?;
        grant::give_back(tx, &facts, &grants).await?;
        follow::give_back(tx.db(), id, new).await?;
        if let Some(reason) = was_disabled {
            let spell = NewDisabledSpell {
                id: tx.deps.ids.uuid(tx.now),
                membership_id: new,
                starts_at: tx.now,
                granted_by: tx.caller.account_id(),
                reason,
            };
            disabled_spell::insert(tx.db(), tx.workspace_id(), vec![spell]).await?;
            super::disable::record_restored(tx, &facts);
        }
        Ok(Restored {
            outcome: RestoreMembersOutcome::Restored,
            membership_id: new,
            left_out,
        })
    }

    /// When the new membership counts: until the end that the call says, else until the end that
    /// the old one would have had if that is ahead.
    fn interval(
        &self,
        member: &MemberFacts,
        ends_at: Option<Option<DateTime<Utc>>>,
        now: DateTime<Utc>,
    ) -> Result<Interval, ErrorCode> {
        let end = match ends_at {
            Some(end) => end.unwrap_or(OPEN_END).min(OPEN_END),
            None => *self
                .planned_ends
                .get(&member.id)
                .filter(|end| **end > now)
                .ok_or(ErrorCode::AccessEndRequired)?,
        };
        Ok(Interval::new(now, end))
    }
}

/// Refuses memberships that cannot be restored; says why the member was disabled at the end, if
/// they were.
async fn may_restore(
    tx: &Transaction<'_>,
    member: &MemberFacts,
) -> Result<Option<Option<String>>, ItemError> {
    let last = match Standing::of(tx, member.account_id).await? {
        Standing::Member(_) => return Err(ErrorCode::StillAMember.into()),
        Standing::Stranger => return Err(ErrorCode::NotFound.into()),
        Standing::Former(last) => last,
    };
    if last.id != member.id {
        return Err(ErrorCode::NotTheLatest.into());
    }
    restore::may_be_restored(last.why(), last.interval.ends_at, tx.now).map_err(
        |why| match why {
            NotRestorable::Left => ErrorCode::Left,
            NotRestorable::Erased => ErrorCode::Erased,
            NotRestorable::TooOld => ErrorCode::TooOld,
        },
    )?;
    if !last.disabled {
        return Ok(None);
    }
    let reason = disabled_spell::last_reason(tx.db(), tx.workspace_id(), member.id).await?;
    Ok(Some(reason))
}

/// What comes back of one membership, and what does not.
struct Parts<'a> {
    frame: &'a Frame,
    old: &'a MemberFacts,
    /// When the new membership counts.
    window: Interval,
    now: DateTime<Utc>,
    left_out: Vec<LeftOut>,
}

impl Parts<'_> {
    /// When a row counts again; rows whose end has passed are noted.
    fn again(&mut self, row: &Interval, thing: LeftOut) -> Option<Interval> {
        match restore::fate(row, self.old.interval.ends_at, self.now) {
            Fate::Past => None,
            Fate::Back(interval) => Some(interval),
            Fate::EndedMeanwhile => {
                self.left_out.push(LeftOut {
                    reason: Reason::EndedMeanwhile,
                    ..thing
                });
                None
            }
        }
    }

    fn leave_out(&mut self, thing: LeftOut, reason: Reason) {
        self.left_out.push(LeftOut { reason, ..thing });
    }

    fn may_pass_on(&self, rights: &[Given]) -> bool {
        let access = &self.frame.access;
        let item = |id: ItemId| self.frame.items.get(&id).copied();
        escalation::may_pass_on(access.facts(), access.subject(), rights, &item, self.now).is_ok()
    }

    fn roles(&mut self) -> Vec<joining::RoleBack> {
        let mut back = Vec::new();
        for row in &self.old.roles {
            let thing = LeftOut {
                role: Some(row.role_id),
                ..LeftOut::new(Kind::Role, Reason::NoLongerExists)
            };
            let Some(interval) = self.again(&row.interval, thing) else {
                continue;
            };
            let access = &self.frame.access;
            let roles = &access.facts().roles;
            let Some(role) = roles
                .get(&row.role_id)
                .filter(|role| role.interval.contains(interval.starts_at))
            else {
                self.leave_out(thing, Reason::NoLongerExists);
                continue;
            };
            let allowed = escalation::may_set_role(
                access.facts(),
                access.subject(),
                Target::Newcomer,
                Some(role),
                interval.intersect(&self.window),
                self.now,
            );
            match allowed {
                Ok(()) => back.push((role.clone(), interval)),
                Err(_) => self.leave_out(thing, Reason::Forbidden),
            }
        }
        back
    }

    fn groups(&mut self) -> Vec<joining::GroupBack> {
        let mut back = Vec::new();
        let mut distinct = HashSet::new();
        for row in &self.old.groups {
            let thing = LeftOut {
                group: Some(row.group_id),
                ..LeftOut::new(Kind::Group, Reason::NoLongerExists)
            };
            let Some(interval) = self.again(&row.interval, thing) else {
                continue;
            };
            let groups = &self.frame.access.facts().groups;
            let Some(group) = groups
                .get(&row.group_id)
                .filter(|group| group.interval.contains(interval.starts_at))
            else {
                self.leave_out(thing, Reason::NoLongerExists);
                continue;
            };
            if !distinct.contains(&group.id) && distinct.len() == MOST_GROUPS_OF_MEMBER {
                self.leave_out(thing, Reason::LimitReached);
            } else if self.may_pass_on(&given_by_group(group, interval.intersect(&self.window))) {
                distinct.insert(group.id);
                back.push((group.clone(), interval));
            } else {
                self.leave_out(thing, Reason::Forbidden);
            }
        }
        back
    }

    fn grants(&mut self) -> Vec<Given> {
        let mut back = Vec::new();
        for row in &self.old.grants {
            let thing = match row.right {
                Right::Workspace(permission) => LeftOut {
                    permission: Some(permission),
                    ..LeftOut::new(Kind::Permission, Reason::Forbidden)
                },
                Right::Item(resource, access) => LeftOut {
                    resource: Some(resource),
                    access: Some(access),
                    ..LeftOut::new(Kind::Access, Reason::NoLongerExists)
                },
            };
            let Some(interval) = self.again(&row.interval, thing) else {
                continue;
            };
            let exists = row
                .right
                .item()
                .is_none_or(|item| self.frame.items.contains_key(&item));
            if !exists {
                self.leave_out(thing, Reason::NoLongerExists);
                continue;
            }
            let given = Given {
                right: row.right,
                record_filter: row.record_filter.clone(),
                interval,
            };
            let passed_on = Given {
                interval: interval.intersect(&self.window),
                ..given.clone()
            };
            if self.may_pass_on(&[passed_on]) {
                back.push(given);
            } else {
                self.leave_out(thing, Reason::Forbidden);
            }
        }
        back
    }

    async fn limits(&mut self, tx: &Transaction<'_>) -> Result<Vec<ValueRow>, Failure> {
        let (id, end) = (self.old.id, self.old.interval.ends_at);
        let rows =
            quota::ahead(tx.db(), tx.workspace_id(), SetFor::Member(id), before(end)).await?;
        let mut back = Vec::new();
        for mut row in rows {
            let thing = LeftOut {
                quota_type: Some(row.value.quota_type),
                ..LeftOut::new(Kind::Quota, Reason::EndedMeanwhile)
            };
            if let Some(interval) = self.again(&row.value.interval, thing) {
                row.value.id = tx.deps.ids.uuid(tx.now);
                row.value.interval = interval;
                row.granted_by = tx.caller.account_id();
                back.push(row);
            }
        }
        Ok(back)
    }
}
