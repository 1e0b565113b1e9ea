//! Who comes into a group or leaves it, decided member by member, then written (GRP-2).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde_json::{Value, json};
use uuid::Uuid;

use super::{super::live, MOST_GROUPS_OF_MEMBER};
use crate::{
    domain::{
        access::{
            self,
            escalation::{self, Change, Target},
            facts::{GroupFacts, GroupMembershipFacts, ItemFacts, MemberFacts},
        },
        audit::{self, AuditEventKind, FieldChange},
        error_code::ErrorCode,
        id::{GroupId, ItemId, MembershipId},
        interval::Interval,
        outcome::GroupMemberOutcome,
        timeline,
        vocabulary::MembershipState,
    },
    service::{
        Access, Failure,
        bulk::Firsts,
        write::{Event, Transaction},
    },
    store::{
        dated::{self, Dated, Ending},
        group::write::{self as rows, NewGroupMembership, REMOVED},
        item,
    },
};

/// Groups that another use case puts members into, as `addGroupMembers` would.
pub(crate) struct Placing<'a> {
    groups: Vec<(Frame<'a>, Handing, Plan)>,
}

/// What was decided on one member, group by group.
pub(crate) struct Plans(Vec<Plan>);

impl<'a> Placing<'a> {
    /// These groups, over this interval; those that are gone are left out.
    pub(crate) async fn of(
        tx: &Transaction<'_>,
        access: &'a Access,
        ids: &[GroupId],
        interval: Interval,
    ) -> Result<Self, Failure> {
        let mut groups = Vec::with_capacity(ids.len());
        for id in ids {
            if let Ok(group) = live(access, *id) {
                let handing = Handing::of(tx, access, group).await?;
                groups.push((
                    Frame {
                        access,
                        group,
                        interval,
                    },
                    handing,
                    Plan::default(),
                ));
            }
        }
        Ok(Self { groups })
    }

    /// Decides on one member: into all of the groups, or into none.
    pub(crate) fn decide(
        &mut self,
        tx: &Transaction<'_>,
        member: &MemberFacts,
    ) -> Result<Plans, ErrorCode> {
        let (mut member, mut plans) = (member.clone(), Vec::with_capacity(self.groups.len()));
        for (frame, handing, _) in &mut self.groups {
            let mut plan = Plan::default();
            add_one(tx, frame, &member, handing, &mut plan)?;
            let facts = |new: &NewGroupMembership| GroupMembershipFacts {
                id: new.id,
                group_id: frame.group.id,
                interval: new.interval,
                granted_by: new.granted_by,
            };
            member.groups.extend(plan.memberships.iter().map(facts));
            plans.push(plan);
        }
        Ok(Plans(plans))
    }

    /// Keeps what was decided.
    pub(crate) fn take(&mut self, plans: Plans) {
        for ((_, _, plan), new) in self.groups.iter_mut().zip(plans.0) {
            plan.memberships.extend(new.memberships);
            plan.events.extend(new.events);
            plan.touched.extend(new.touched);
        }
    }

    /// Writes what was kept.
    pub(crate) async fn write(self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        for (frame, _, plan) in self.groups {
            frame.write(tx, plan).await?;
        }
        Ok(())
    }
}

/// What to write, gathered over all items.
#[derive(Default)]
pub(super) struct Plan {
    cut: Vec<Uuid>,
    memberships: Vec<NewGroupMembership>,
    events: Vec<Event>,
    touched: Vec<MembershipId>,
}

/// What holds for all items.
pub(super) struct Frame<'a> {
    pub(super) access: &'a Access,
    pub(super) group: &'a GroupFacts,
    pub(super) interval: Interval,
}

impl Frame<'_> {
    /// The members that are named, in order, or why not.
    pub(super) async fn members(
        &self,
        tx: &mut Transaction<'_>,
        ids: &[MembershipId],
    ) -> Result<Vec<(MembershipId, Result<Arc<MemberFacts>, ErrorCode>)>, Failure> {
        let members = tx.members(ids).await?;
        let mut firsts = Firsts::default();
        let current = |id: &MembershipId| {
            let member = members
                .get(id)
                .filter(|member| access::state(member, self.access.now) != MembershipState::Ended);
            member.cloned().ok_or(ErrorCode::NotAMember)
        };
        Ok(ids
            .iter()
            .map(|id| (*id, firsts.admit(*id).and_then(|()| current(id))))
            .collect())
    }

    fn may_change(&self, member: &MemberFacts) -> Result<(), ErrorCode> {
        let (facts, subject) = (self.access.facts(), self.access.subject());
        escalation::may_change(
            facts,
            subject,
            Target::Member(member),
            Change::Groups,
            self.access.now,
        )
        .map_err(|_| ErrorCode::Forbidden)
    }

    fn memberships<'m>(
        &self,
        member: &'m MemberFacts,
    ) -> impl Iterator<Item = &'m GroupMembershipFacts> {
        let id = self.group.id;
        member
            .groups
            .iter()
            .filter(move |membership| membership.group_id == id)
    }

    /// What the record says of a member who comes or goes: the interval in which.
    fn event(&self, kind: AuditEventKind, member: &MemberFacts, came: bool) -> Event {
        let group = json!({ "id": self.group.id, "title": &*self.group.title });
        let (before, after) = if came {
            (Value::Null, group)
        } else {
            (group, Value::Null)
        };
        let mut changes = vec![
            FieldChange::plain("group", before, after),
            FieldChange::plain(
                "startsAt",
                Value::Null,
                audit::instant(self.interval.starts_at),
            ),
            FieldChange::plain(
                "endsAt",
                Value::Null,
                self.interval.end().map(audit::instant),
            ),
        ];
        changes.retain(|change| change.before != change.after);
        Event::new(kind, member.id, changes).effective(self.interval.starts_at)
    }

    pub(super) async fn write(&self, tx: &mut Transaction<'_>, plan: Plan) -> Result<(), Failure> {
        let (workspace, ending) = (
            tx.workspace_id(),
            Ending {
                by: tx.caller.account_id(),
                reason: REMOVED,
            },
        );
        dated::end(
            tx.db(),
            Dated::GroupMembership,
            workspace,
            &plan.cut,
            self.interval.starts_at,
            ending,
        )
        .await?;
        rows::insert_members(tx.db(), workspace, self.group.id, &plan.memberships).await?;
        plan.touched.into_iter().for_each(|id| tx.touch(id));
        tx.touch_members_only();
        tx.record_all(plan.events);
        Ok(())
    }
}

/// What adding to a group hands over, and whether the caller may (PERM-6).
pub(super) struct Handing {
    items: HashMap<ItemId, ItemFacts>,
    /// The answers so far: most members of a call have the same time ahead of them.
    answers: HashMap<Interval, bool>,
}

impl Handing {
    pub(super) async fn of(
        tx: &Transaction<'_>,
        access: &Access,
        group: &GroupFacts,
    ) -> Result<Self, Failure> {
        let mut ids: Vec<ItemId> = group
            .grants
            .iter()
            .filter_map(|grant| grant.right.item())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        // Administrators are asked for nothing.
        let rows = if ids.is_empty() || access.is_administrator() {
            Vec::new()
        } else {
            item::by_ids(tx.db(), &ids).await?
        };
        let own = rows
            .into_iter()
            .filter(|row| row.workspace_id == tx.workspace_id());
        Ok(Self {
            items: own.map(|row| (row.facts.id, row.facts)).collect(),
            answers: HashMap::new(),
        })
    }

    /// Whether the caller may pass on what the group gives during `window`.
    fn may(&mut self, frame: &Frame<'_>, window: Interval) -> bool {
        let Self { items, answers } = self;
        let (facts, subject, now) = (
            frame.access.facts(),
            frame.access.subject(),
            frame.access.now,
        );
        *answers.entry(window).or_insert_with(|| {
            let rights = access::given_by_group(frame.group, window);
            escalation::may_pass_on(facts, subject, &rights, &|id| items.get(&id).copied(), now)
                .is_ok()
        })
    }
}

/// Decides on one member to add.
pub(super) fn add_one(
    tx: &Transaction<'_>,
    frame: &Frame<'_>,
    member: &MemberFacts,
    handing: &mut Handing,
    plan: &mut Plan,
) -> Result<GroupMemberOutcome, ErrorCode> {
    frame.may_change(member)?;
    // Whether the member is disabled is left out: rights of a disabled member count as if active.
    if !handing.may(frame, frame.interval.intersect(&member.interval)) {
        return Err(ErrorCode::Forbidden);
    }
    if frame
        .memberships(member)
        .map(|membership| membership.interval)
        .collect::<access::Spans>()
        .covers(&frame.interval)
    {
        return Ok(GroupMemberOutcome::AlreadyIn);
    }
    let mut groups = groups_ahead(frame.access, member);
    if groups.insert(frame.group.id) && groups.len() > MOST_GROUPS_OF_MEMBER {
        return Err(ErrorCode::LimitReached);
    }
    plan.memberships.push(NewGroupMembership {
        id: tx.deps.ids.uuid(tx.now),
        membership_id: member.id,
        interval: frame.interval,
        granted_by: tx.caller.account_id(),
    });
    plan.touched.push(member.id);
    plan.events
        .push(frame.event(AuditEventKind::GroupMemberAdded, member, true));
    Ok(GroupMemberOutcome::Added)
}

/// The groups that the member is in, now or later, of those that are there.
fn groups_ahead(access: &Access, member: &MemberFacts) -> HashSet<GroupId> {
    let groups = &access.facts().groups;
    let is_there = |id: &GroupId| {
        groups
            .get(id)
            .is_some_and(|group| group.interval.contains(access.now))
    };
    let ahead = member
        .groups
        .iter()
        .filter(|membership| timeline::is_ahead(membership.interval, access.now));
    ahead
        .map(|membership| membership.group_id)
        .filter(is_there)
        .collect()
}

/// Decides on one member to remove: the interval is cut out of every place, what is
/// behind it stays.
pub(super) fn remove_one(
    tx: &Transaction<'_>,
    frame: &Frame<'_>,
    member: &MemberFacts,
    plan: &mut Plan,
) -> Result<GroupMemberOutcome, ErrorCode> {
    frame.may_change(member)?;
    let mut outcome = GroupMemberOutcome::NotIn;
    for membership in frame.memberships(member) {
        let Some(what) = timeline::cut(membership.interval, frame.interval) else {
            continue;
        };
        outcome = GroupMemberOutcome::Removed;
        plan.cut.push(membership.id);
        plan.memberships
            .extend(what.resumes.map(|interval| NewGroupMembership {
                id: tx.deps.ids.uuid(tx.now),
                membership_id: member.id,
                interval,
                granted_by: membership.granted_by,
            }));
    }
    if outcome == GroupMemberOutcome::Removed {
        plan.touched.push(member.id);
        plan.events
            .push(frame.event(AuditEventKind::GroupMemberRemoved, member, false));
    }
    Ok(outcome)
}
