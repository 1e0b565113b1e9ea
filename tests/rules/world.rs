//! Random workspaces: two members, keys, roles, groups, grants, items, and an instant to ask about.
//!
//! Every bound lies on one of a few days, and the instant on one of them or a microsecond before,
//! so that rows begin and end where others do. Rows may be empty (ended before they began) and
//! permissions are drawn with a bias to those of datasets.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Duration, Utc};
use concierge::domain::{
    access::facts::*,
    id::*,
    interval::{Interval, OPEN_END},
    permission::{Permission, Preset},
    vocabulary::*,
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use uuid::Uuid;

const DAYS: i64 = 7;

/// A workspace with somebody who acts, somebody else, and an instant.
#[derive(Debug, Clone)]
pub struct World {
    pub ws: WorkspaceFacts,
    pub actor: MemberFacts,
    pub other: MemberFacts,
    pub keys: Vec<KeyFacts>,
    pub items: Vec<ItemFacts>,
    pub t: DateTime<Utc>,
}

impl World {
    /// The visitor, the actor by session and by each key.
    pub fn subjects(&self) -> Vec<Subject<'_>> {
        let keys = self.keys.iter().map(|key| Subject::Key(&self.actor, key));
        let of_workspace = self
            .keys
            .iter()
            .filter(|key| key.kind == ApiKeyKind::Gateway)
            .map(Subject::WorkspaceKey);
        [Subject::Anonymous, Subject::Member(&self.actor)]
            .into_iter()
            .chain(keys)
            .chain(of_workspace)
            .collect()
    }

    /// The item of that id.
    pub fn item(&self, id: ItemId) -> Option<ItemFacts> {
        self.items.iter().find(|item| item.id == id).copied()
    }
}

/// Midnight of the `n`th day.
pub fn day(n: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_057_600, 0).unwrap_or_default() + Duration::days(n)
}

pub fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub fn account(n: u128) -> AccountId {
    AccountId(uuid(0xacc0 + n))
}

pub fn item_id(n: u8) -> ItemId {
    match n {
        0 | 1 => ItemId::Dataset(DatasetId(uuid(0xd0 + u128::from(n)))),
        _ => ItemId::Page(PageId(uuid(0xe0 + u128::from(n)))),
    }
}

/// An instant at a bound or just before it.
pub fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (
        prop_oneof![4 => 1..4_i64, 1 => 0..DAYS],
        prop::bool::weighted(0.2),
    )
        .prop_map(|(n, before)| {
            if before {
                day(n) - Duration::microseconds(1)
            } else {
                day(n)
            }
        })
}

/// A row's interval: often without an end, sometimes empty.
pub fn interval() -> impl Strategy<Value = Interval> {
    (
        prop_oneof![3 => 0..2_i64, 1 => 0..DAYS],
        option::weighted(0.5, 0..DAYS),
    )
        .prop_map(|(start, length)| {
            let starts_at = day(start);
            Interval::new(
                starts_at,
                length.map_or(OPEN_END, |length| starts_at + Duration::days(length)),
            )
        })
}

/// The interval of a row that others hang on: long more often than not.
fn long_interval() -> impl Strategy<Value = Interval> {
    prop_oneof![
        5 => Just(Interval::from(day(0))),
        1 => (0..4_i64).prop_map(|n| Interval::new(day(0), day(n + 3))),
        1 => interval(),
    ]
}

/// Drawn more often than the others, so that paths meet.
const USUAL: &[Permission] = &[
    Permission::EditWorkspaceProperties,
    Permission::CreateDatasets,
    Permission::EditAllDatasets,
    Permission::PublishOwnDatasets,
    Permission::BrowseAllDatasets,
];

pub fn permission() -> impl Strategy<Value = Permission> {
    prop_oneof![3 => select(USUAL), 2 => select(Permission::ALL)]
}

pub fn right() -> impl Strategy<Value = Right> {
    prop_oneof![
        2 => permission().prop_map(Right::Workspace),
        1 => (0..3_u8, prop_oneof![1 => Just(ResourceAccess::Browse), 3 => select(ResourceAccess::ALL)])
            .prop_map(|(item, access)| Right::Item(item_id(item), access)),
    ]
}

pub fn filter() -> impl Strategy<Value = Option<Arc<str>>> {
    option::weighted(0.6, select(&["a", "b"][..]).prop_map(Arc::from))
}

fn grants(most: usize) -> BoxedStrategy<Vec<GrantFacts>> {
    vec((right(), filter(), interval()), 1..=most)
        .prop_map(|rows| {
            let grant = |(right, record_filter, interval)| GrantFacts {
                id: GrantId(Uuid::nil()),
                right,
                record_filter,
                interval,
                granted_by: Some(account(7)),
            };
            rows.into_iter().map(grant).collect()
        })
        .boxed()
}

const ROLES: u128 = 4;
const GROUPS: u128 = 3;

fn role_id(n: u128) -> RoleId {
    RoleId(uuid(0x201e0 + n))
}

pub fn group_id(n: u128) -> GroupId {
    GroupId(uuid(0x620 + n))
}

fn role(n: u128) -> BoxedStrategy<RoleFacts> {
    let preset = if n == 0 {
        Just(Some(Preset::Administrator)).boxed()
    } else {
        option::weighted(0.4, select(Preset::ALL)).boxed()
    };
    (
        preset,
        long_interval(),
        vec((permission(), interval()), 0..4),
    )
        .prop_map(move |(preset, interval, rows)| RoleFacts {
            id: role_id(n),
            name: "role".into(),
            preset,
            interval,
            permissions: if preset.is_some() { Vec::new() } else { rows },
        })
        .boxed()
}

fn group(n: u128) -> BoxedStrategy<GroupFacts> {
    (long_interval(), grants(4))
        .prop_map(move |(interval, grants)| GroupFacts {
            id: group_id(n),
            slug: "group".into(),
            title: "Group".into(),
            interval,
            grants,
        })
        .boxed()
}

fn member(n: u128) -> BoxedStrategy<MemberFacts> {
    let role = prop_oneof![1 => Just(0), 6 => 1..ROLES];
    let roles = vec((role, interval()), 0..3);
    let groups = vec((0..GROUPS, interval()), 0..4);
    let disabled = vec(interval(), 0..2).prop_map(|spells| {
        spells
            .into_iter()
            .filter(|s| s.starts_at > day(2))
            .collect::<Vec<_>>()
    });
    (
        long_interval(),
        disabled,
        roles,
        groups,
        grants(6),
        prop::bool::weighted(0.1),
    )
        .prop_map(
            move |(interval, disabled, roles, groups, grants, deletion_scheduled)| MemberFacts {
                id: MembershipId(uuid(0x3e0 + n)),
                account_id: account(n),
                interval,
                end_reason: None,
                disabled,
                roles: roles
                    .into_iter()
                    .map(|(role, interval)| RoleAssignmentFacts {
                        id: Uuid::nil(),
                        role_id: role_id(role),
                        interval,
                        granted_by: Some(account(8)),
                    })
                    .collect(),
                groups: groups
                    .into_iter()
                    .map(|(group, interval)| GroupMembershipFacts {
                        id: Uuid::nil(),
                        group_id: group_id(group),
                        interval,
                        granted_by: Some(account(9)),
                    })
                    .collect(),
                grants,
                deletion_scheduled,
            },
        )
        .boxed()
}

fn key(n: u128) -> BoxedStrategy<KeyFacts> {
    let kind = prop_oneof![9 => Just(ApiKeyKind::Member), 1 => Just(ApiKeyKind::Gateway)];
    let scope = option::weighted(0.7, vec((permission(), interval()), 0..8));
    (kind, long_interval(), scope, any::<bool>())
        .prop_map(move |(kind, interval, scope, revoked)| KeyFacts {
            id: ApiKeyId(uuid(0x4e1 + n)),
            kind,
            interval,
            scope,
            revoked,
        })
        .boxed()
}

fn item(n: u8) -> BoxedStrategy<ItemFacts> {
    (
        option::of(0..3_u128),
        prop::bool::weighted(0.8),
        prop_oneof![1 => Just(Security::Open), 2 => Just(Security::Restricted)],
    )
        .prop_map(move |(owner, published, security)| ItemFacts {
            id: item_id(n),
            owner: owner.map(account),
            published,
            security,
        })
        .boxed()
}

/// Gives every row an id of its own.
fn numbered(mut world: World) -> World {
    let mut next = 0x1_0000_u128;
    let mut fresh = || {
        next += 1;
        uuid(next)
    };
    for n in 0..GROUPS {
        if let Some(group) = world.ws.groups.get_mut(&group_id(n)) {
            group
                .grants
                .iter_mut()
                .for_each(|grant| grant.id = GrantId(fresh()));
        }
    }
    for member in [&mut world.actor, &mut world.other] {
        member
            .grants
            .iter_mut()
            .for_each(|grant| grant.id = GrantId(fresh()));
        member.roles.iter_mut().for_each(|row| row.id = fresh());
        member.groups.iter_mut().for_each(|row| row.id = fresh());
    }
    world
}

/// A random world.
pub fn world() -> BoxedStrategy<World> {
    let roles = (role(0), role(1), role(2), role(3));
    let groups = (group(0), group(1), group(2));
    let items = (item(0), item(1), item(2));
    (
        select(AccessMode::ALL),
        roles,
        groups,
        (member(0), member(1)),
        (key(0), key(1)),
        items,
        instant(),
    )
        .prop_map(
            |(access_mode, roles, groups, (actor, other), (first, second), items, t)| {
                let roles: HashMap<_, _> = [roles.0, roles.1, roles.2, roles.3]
                    .into_iter()
                    .map(|role| (role.id, role))
                    .collect();
                let groups = [groups.0, groups.1, groups.2]
                    .into_iter()
                    .map(|group| (group.id, group))
                    .collect();
                let ws = WorkspaceFacts {
                    id: WorkspaceId(uuid(1)),
                    access_mode,
                    roles,
                    groups,
                };
                numbered(World {
                    ws,
                    actor,
                    other,
                    keys: vec![first, second],
                    items: vec![items.0, items.1, items.2],
                    t,
                })
            },
        )
        .boxed()
}

/// A world whose actor is no administrator by chance but a manager by grants: EWP and a few more
/// rights, some of them for good, and mostly on the lists of the keys too.
pub fn managed_world() -> BoxedStrategy<World> {
    let more = vec(
        (
            permission(),
            prop_oneof![1 => Just(Interval::from(day(0))), 1 => interval()],
        ),
        0..6,
    );
    (world(), more, prop::bool::weighted(0.8))
        .prop_map(|(mut world, more, mut listed)| {
            let ewp = [(Permission::EditWorkspaceProperties, Interval::from(day(0)))];
            let rows: Vec<(Permission, Interval)> = ewp.into_iter().chain(more).collect();
            world.actor.interval.starts_at = day(0);
            world.actor.roles.retain(|row| row.role_id != role_id(0));
            world
                .actor
                .grants
                .extend(rows.iter().map(|(permission, interval)| GrantFacts {
                    id: GrantId(Uuid::nil()),
                    right: Right::Workspace(*permission),
                    record_filter: None,
                    interval: *interval,
                    granted_by: None,
                }));
            for scope in world.keys.iter_mut().filter_map(|key| key.scope.as_mut()) {
                scope.extend(rows.iter().filter(|_| listed).copied());
                listed = !listed;
            }
            numbered(world)
        })
        .boxed()
}
