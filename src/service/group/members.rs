//! `addGroupMembers` and `removeGroupMembers` (GRP-2). Places in a group may overlap, each counts
//! by itself (TIME-8).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::live;
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::{
            self,
            escalation::{self, Change, Target},
            facts::{GroupFacts, GroupMembershipFacts, ItemFacts, MemberFacts},
        },
        audit::{self, FieldChange},
        error_code::ErrorCode,
        id::{GroupId, ItemId, MembershipId, WorkspaceId},
        interval::Interval,
        limit::{LimitKind, ReachedLimit},
        outcome::GroupMemberOutcome,
        timeline,
        vocabulary::MembershipState,
    },
    service::{
        Access, Caller, Deps, Failure,
        bulk::{self, Firsts, Item},
        write::{self, Affects, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        dated::{self, Dated, Ending},
        group::write::{self as rows, NewGroupMembership, REMOVED},
        item,
        naming::Named,
    },
};

/// The most groups that a member is in, now or later (GRP-1).
pub(crate) const MOST_GROUPS_OF_MEMBER: usize = 100;

/// Adds members to a group over an interval.
#[derive(Debug, Clone)]
pub struct AddGroupMembers {
    /// The group that gets them.
    pub group_id: GroupId,
    /// Which members, in order.
    pub membership_ids: Vec<MembershipId>,
    /// From when; `None`: now.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when; `None`: without end.
    pub ends_at: Option<DateTime<Utc>>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// Removes members from a group over an interval.
#[derive(Debug, Clone)]
pub struct RemoveGroupMembers {
    /// The group that they leave.
    pub group_id: GroupId,
    /// Which members, in order.
    pub membership_ids: Vec<MembershipId>,
    /// From when; `None`: now.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when; `None`: without end.
    pub ends_at: Option<DateTime<Utc>>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// The results, in order.
pub type Output = Vec<Item<MembershipId, GroupMemberOutcome>>;

/// Adds members to a group: EWP, and what the group gives is the caller's to pass on (PERM-6).
pub async fn add_members(
    deps: &Deps,
    caller: &Caller,
    command: AddGroupMembers,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    let workspace =
        named_workspace(deps, caller, command.group_id, &command.membership_ids).await?;
    write::run(deps, caller, workspace, &options, &command).await
}

/// Takes members out of a group, without end or for a while: EWP. Taking away is free (PERM-6).
pub async fn remove_members(
    deps: &Deps,
    caller: &Caller,
    command: RemoveGroupMembers,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    let workspace =
        named_workspace(deps, caller, command.group_id, &command.membership_ids).await?;
    write::run(deps, caller, workspace, &options, &command).await
}

async fn named_workspace(
    deps: &Deps,
    caller: &Caller,
    group: GroupId,
    members: &[MembershipId],
) -> Result<WorkspaceId, Failure> {
    bulk::check_list(deps, "membershipIds", members)?;
    bulk::named_workspace(deps, caller, Named::Group, vec![group.0]).await
}

impl UseCase for AddGroupMembers {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS_AND_QUOTAS;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        "addGroupMembers"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let access = tx.access.clone();
        let group = live(&access, self.group_id)?;
        let interval = match timeline::requested_interval(self.starts_at, self.ends_at, tx.now) {
            Ok(interval) => interval,
            Err(wrong) => {
                return Err(Failure::Invalid(bulk::period_errors(
                    wrong, "startsAt", "endsAt",
                )));
            }
        };
        let mut handing = Handing::of(tx, &access, group).await?;
        let frame = Frame {
            access: &access,
            group,
            interval,
        };
        let (mut plan, mut items) = (
            Plan::default(),
            Vec::with_capacity(self.membership_ids.len()),
        );
        for (id, member) in frame.members(tx, &self.membership_ids).await? {
            let became =
                member.and_then(|member| add_one(tx, &frame, &member, &mut handing, &mut plan));
            items.push(Item::new(id, became));
        }
        frame.write(tx, plan).await?;
        let limit = ReachedLimit::of(
            LimitKind::GroupsOfMember,
            i64::try_from(MOST_GROUPS_OF_MEMBER).unwrap_or(i64::MAX),
        );
        bulk::explain(&mut items, ErrorCode::LimitReached, limit);
        Ok(bulk::settle(items, self.atomic))
    }
}

impl UseCase for RemoveGroupMembers {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS_AND_QUOTAS;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        "removeGroupMembers"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let access = tx.access.clone();
        let group = live(&access, self.group_id)?;
        let interval = match timeline::requested_interval(self.starts_at, self.ends_at, tx.now) {
            Ok(interval) => interval,
            Err(wrong) => {
                return Err(Failure::Invalid(bulk::period_errors(
                    wrong, "startsAt", "endsAt",
                )));
            }
        };
        let frame = Frame {
            access: &access,
            group,
            interval,
        };
        let (mut plan, mut items) = (
            Plan::default(),
            Vec::with_capacity(self.membership_ids.len()),
        );
        for (id, member) in frame.members(tx, &self.membership_ids).await? {
            let became = member.and_then(|member| remove_one(tx, &frame, &member, &mut plan));
            items.push(Item::new(id, became));
        }
        frame.write(tx, plan).await?;
        Ok(bulk::settle(items, self.atomic))
    }
}

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
struct Plan {
    cut: Vec<Uuid>,
    memberships: Vec<NewGroupMembership>,
    events: Vec<Event>,
    touched: Vec<MembershipId>,
}

/// What holds for all items.
struct Frame<'a> {
    access: &'a Access,
    group: &'a GroupFacts,
    interval: Interval,
}

impl Frame<'_> {
    /// The members that are named, in order, or why not.
    async fn members(
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

    async fn write(&self, tx: &mut Transaction<'_>, plan: Plan) -> Result<(), Failure> {
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
struct Handing {
    items: HashMap<ItemId, ItemFacts>,
    /// The answers so far: most members of a call have the same time ahead of them.
    answers: HashMap<Interval, bool>,
}

impl Handing {
    async fn of(
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
fn add_one(
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
fn remove_one(
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
