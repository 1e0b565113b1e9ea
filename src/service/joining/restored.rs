//! What comes back with a restored membership: rows with intervals of their own (MEM-9), recorded
//! like those that begin with a membership.

use super::record;
use crate::{
    domain::{
        access::facts::{GroupFacts, RoleFacts},
        id::MembershipId,
        interval::Interval,
    },
    service::{
        Failure,
        write::{Event, Transaction},
    },
    store::{
        group::write::{self as groups, NewGroupMembership},
        quota::value::{self as quota, SetFor, ValueRow},
        role_assignment::{self, NewAssignment},
    },
};

/// A role and when the member has it.
pub(crate) type RoleBack = (RoleFacts, Interval);

/// A group and when the member is in it.
pub(crate) type GroupBack = (GroupFacts, Interval);

/// Gives the member roles, groups and limits that have been decided on.
pub(crate) async fn give_back(
    tx: &mut Transaction<'_>,
    id: MembershipId,
    roles_back: &[RoleBack],
    groups_back: &[GroupBack],
    mut limits: Vec<ValueRow>,
) -> Result<(), Failure> {
    let (workspace, by) = (tx.workspace_id(), tx.caller.account_id());
    let assignment = |(role, interval): &RoleBack| NewAssignment {
        id: tx.deps.ids.uuid(tx.now),
        membership_id: id,
        role_id: role.id,
        interval: *interval,
        granted_by: by,
    };
    let assignments: Vec<NewAssignment> = roles_back.iter().map(assignment).collect();
    if !assignments.is_empty() {
        role_assignment::insert(tx.db(), workspace, &assignments).await?;
    }
    let mut events: Vec<Event> = roles_back
        .iter()
        .map(|(role, interval)| record::role(id, role, *interval))
        .collect();
    for (group, interval) in groups_back {
        let new = NewGroupMembership {
            id: tx.deps.ids.uuid(tx.now),
            membership_id: id,
            interval: *interval,
            granted_by: by,
        };
        groups::insert_members(tx.db(), workspace, group.id, &[new]).await?;
        events.push(record::group(id, group, *interval));
    }
    for limit in &mut limits {
        limit.value.subject = Some(id.0);
        events.push(record::limit(id, &limit.value));
    }
    quota::insert(tx.db(), workspace, SetFor::Member(id), limits).await?;
    tx.record_all(events);
    Ok(())
}
