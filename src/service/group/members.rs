//! `addGroupMembers` and `removeGroupMembers` (GRP-2). Places in a group may overlap, each counts
//! by itself (TIME-8).

mod plan;

use chrono::{DateTime, Utc};

use super::live;
use crate::{
    domain::{
        error_code::ErrorCode,
        id::{GroupId, MembershipId, WorkspaceId},
        limit::{LimitKind, ReachedLimit},
        outcome::GroupMemberOutcome,
        timeline,
    },
    service::{
        Access, Caller, Deps, Failure,
        bulk::{self, Item},
        write::{self, Affects, CallOptions, Committed, Transaction, UseCase, Verdict},
    },
    store::naming::Named,
};
use plan::{Frame, Handing, Plan, add_one, remove_one};

pub(crate) use plan::Placing;

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
