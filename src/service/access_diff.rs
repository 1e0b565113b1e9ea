//! Who gained and lost what between two instants (TIME-3): the engine at the one against the engine
//! at the other.

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
        page::{Direction, Page, PageRequest, Position},
        sift::Sieve,
    },
    words::message,
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
        self.gained.is_empty()
            && self.lost.is_empty()
            && self.gained_access.is_empty()
            && self.lost_access.is_empty()
    }
}

/// One page of the members whose rights differ between the two instants, by id, and how many were
/// read to find them: EWP. Ownership and openness of items are not dated, and so no part of it.
pub async fn page(
    deps: &Deps,
    access: &Arc<Access>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    page: &PageRequest,
) -> Result<(Page<Difference>, u64), Failure> {
    let comparison = Comparison::of(deps, access, (from, to)).await?;
    let (mut sieve, mut read) = (Sieve::new(page), 0_u64);
    loop {
        let differences = comparison.differences(deps, sieve.next()).await?;
        read = read.saturating_add(differences.len() as u64);
        if !sieve.take(
            differences,
            |one: &Difference| !one.is_none(),
            |one| Position::of_id(one.membership_id.0),
        ) {
            return Ok((sieve.page(), read));
        }
    }
}

/// How many members' rights differ: reads all whose rows begin or end within the window, 500 at a
/// time.
pub async fn count(
    deps: &Deps,
    access: &Arc<Access>,
    window: (DateTime<Utc>, DateTime<Utc>),
) -> Result<i64, Failure> {
    const CHUNK: usize = 500;
    let comparison = Comparison::of(deps, access, window).await?;
    let page_one = access.now;
    let mut chunk = PageRequest {
        size: CHUNK,
        direction: Direction::Forward,
        after: None,
        before: None,
        page_one,
    };
    let mut count = 0;
    loop {
        // One more than a chunk is read; it comes again with the next one.
        let mut differences = comparison.differences(deps, &chunk).await?;
        let more = differences.len() > CHUNK;
        differences.truncate(CHUNK);
        count += i64::try_from(differences.iter().filter(|one| !one.is_none()).count())
            .unwrap_or_default();
        match differences.last() {
            Some(last) if more => {
                chunk.after = Some(Position {
                    key: String::new(),
                    id: last.membership_id.0,
                });
            }
            _ => return Ok(count),
        }
    }
}

/// Two instants, and what all members share between them.
struct Comparison {
    before: Arc<Access>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    since: DateTime<Utc>,
    roles: Vec<RoleId>,
    groups: Vec<GroupId>,
}

impl Comparison {
    async fn of(
        deps: &Deps,
        access: &Arc<Access>,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Self, Failure> {
        if to <= from {
            return Err(Failure::bad_input(message::to_after_from()));
        }
        let before = as_of::view(deps, access, from).await?;
        let (roles, groups) = changed(before.facts(), from, to);
        let since = from.min(access.workspace.last_write_at) - chrono::Duration::microseconds(1);
        Ok(Self {
            before: Arc::new(before),
            from,
            to,
            since,
            roles,
            groups,
        })
    }

    /// One chunk of the members that may be touched, each with what differs, maybe nothing.
    async fn differences(
        &self,
        deps: &Deps,
        chunk: &PageRequest,
    ) -> Result<Vec<Difference>, Failure> {
        let (db, workspace) = (deps.db.reader(), self.before.workspace.id);
        let window = Window {
            workspace,
            after: self.from,
            until: self.to,
            roles: &self.roles,
            groups: &self.groups,
        };
        let ids = rows::affected(db, &window, chunk).await?;
        let members = facts::members(db, workspace, &ids, Wanted::ALL, self.since).await?;
        let at = |member: &MemberFacts, t| access::rights_at(self.before.facts(), member, t);
        let difference = |id| {
            Some(Difference::of(
                id,
                &at(members.get(&id)?, self.from),
                &at(members.get(&id)?, self.to),
            ))
        };
        Ok(ids.into_iter().filter_map(difference).collect())
    }
}

/// Roles and groups of which a row begins or ends within the window.
fn changed(
    ws: &WorkspaceFacts,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> (Vec<RoleId>, Vec<GroupId>) {
    let within = |at: DateTime<Utc>| from < at && at <= to;
    let turns = |interval: &Interval| within(interval.starts_at) || within(interval.ends_at);
    let roles = ws
        .roles
        .values()
        .filter(|role| turns(&role.interval) || role.permissions.iter().any(|(_, row)| turns(row)));
    let groups = ws.groups.values().filter(|group| {
        turns(&group.interval) || group.grants.iter().any(|grant| turns(&grant.interval))
    });
    (
        roles.map(|role| role.id).collect(),
        groups.map(|group| group.id).collect(),
    )
}

/// The members of a page as they are at the later instant.
pub async fn members(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    differences: &[Difference],
) -> Result<HashMap<Uuid, member::MemberRow>, Failure> {
    let ids: Vec<MembershipId> = differences.iter().map(|one| one.membership_id).collect();
    Ok(member::by_ids(deps, access, caller, &ids)
        .await?
        .into_iter()
        .map(|row| (row.id.0, row))
        .collect())
}
