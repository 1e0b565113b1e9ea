//! Who gained and lost what between two instants (TIME-3): the engine at the one against the engine at the other.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Access, Caller, Deps, Failure, as_of, member};
use crate::{
    domain::{
        access::{
            self, Rights,
            facts::{MemberFacts, WorkspaceFacts},
        },
        id::{GroupId, ItemId, MembershipId, RoleId},
        interval::Interval,
        permission::PermissionSet,
        vocabulary::ResourceAccess,
    },
    store::{
        access::{self as facts, Wanted},
        access_diff::{self as rows, Window},
        page::{Page, PageRequest},
        sift::Sieve,
    },
};

/// Access to one item.
pub type ItemAccess = (ItemId, ResourceAccess);

/// What one member gained and lost.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Whose it is.
    pub membership_id: MembershipId,
    /// Permissions that they hold at the later instant and did not at the earlier one.
    pub gained: PermissionSet,
    /// Permissions that they held at the earlier instant and do not at the later one.
    pub lost: PermissionSet,
    /// Access to items, through grants, likewise.
    pub gained_access: BTreeSet<ItemAccess>,
    /// Access to items, through grants, likewise.
    pub lost_access: BTreeSet<ItemAccess>,
}

impl Difference {
    fn of(membership_id: MembershipId, before: &Rights, after: &Rights) -> Self {
        Self {
            membership_id,
            gained: after.permissions.difference(before.permissions),
            lost: before.permissions.difference(after.permissions),
            gained_access: after.items.difference(&before.items).copied().collect(),
            lost_access: before.items.difference(&after.items).copied().collect(),
        }
    }

    fn is_none(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty() && self.gained_access.is_empty() && self.lost_access.is_empty()
    }
}

/// One page of the members whose rights differ between the two instants, by id, and how many were read to find them: EWP. Ownership
/// and openness of items are not dated, and so no part of it.
pub async fn page(
    deps: &Deps,
    access: &Arc<Access>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    page: &PageRequest,
) -> Result<(Page<Difference>, u64), Failure> {
    if to <= from {
        return Err(Failure::bad_input("to must come after from"));
    }
    let before = as_of::view(deps, access, from).await?;
    let (db, workspace) = (deps.db.reader(), access.workspace.id);
    let (roles, groups) = changed(before.facts(), from, to);
    let window = Window { workspace, after: from, until: to, roles: &roles, groups: &groups };
    let since = from.min(access.workspace.last_write_at) - chrono::Duration::microseconds(1);
    let (mut sieve, mut read) = (Sieve::new(page), 0_u64);
    loop {
        let ids = rows::touched(db, &window, sieve.next()).await?;
        read = read.saturating_add(ids.len() as u64);
        let members = facts::members(db, workspace, &ids, Wanted::ALL, since).await?;
        let at = |member: &MemberFacts, t| access::rights_at(before.facts(), member, t);
        let difference = |id| Some(Difference::of(id, &at(members.get(&id)?, from), &at(members.get(&id)?, to)));
        let differences = ids.into_iter().filter_map(difference).collect();
        if !sieve.take(differences, |one: &Difference| !one.is_none(), |one| one.membership_id.0) {
            return Ok((sieve.page(), read));
        }
    }
}

/// Roles and groups of which a row begins or ends within the window.
fn changed(ws: &WorkspaceFacts, from: DateTime<Utc>, to: DateTime<Utc>) -> (Vec<RoleId>, Vec<GroupId>) {
    let within = |at: DateTime<Utc>| from < at && at <= to;
    let turns = |interval: &Interval| within(interval.starts_at) || within(interval.ends_at);
    let roles = ws.roles.values().filter(|role| turns(&role.interval) || role.permissions.iter().any(|(_, row)| turns(row)));
    let groups =
        ws.groups.values().filter(|group| turns(&group.interval) || group.grants.iter().any(|grant| turns(&grant.interval)));
    (roles.map(|role| role.id).collect(), groups.map(|group| group.id).collect())
}

/// The members of a page as they are at the later instant.
pub async fn members(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    differences: &[Difference],
) -> Result<HashMap<Uuid, member::MemberRow>, Failure> {
    let ids: Vec<MembershipId> = differences.iter().map(|one| one.membership_id).collect();
    Ok(member::by_ids(deps, access, caller, &ids).await?.into_iter().map(|row| (row.id.0, row)).collect())
}
