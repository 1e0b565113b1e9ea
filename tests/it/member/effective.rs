//! The filter by effective permission against the engine, on random workspaces, by both plans
//! (MEM-7).

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Duration, Utc};
use concierge::{
    domain::{
        id::{GroupId, ItemId, MembershipId, RoleId},
        interval::{Interval, OPEN_END},
        permission::{Permission, Preset},
        vocabulary::{AccessMode, MembershipState, ResourceAccess},
    },
    entity,
    store::{
        access::{WorkspaceSnapshot, workspace_snapshot},
        membership::{self, FEW, Held, MemberFilter, OrderField, SignedUpOnly},
        page::{Direction, PageRequest},
    },
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

const LIST: &str = "query($filter: MembershipFilter, $first: Int = 100, $after: String) { workspace(slug: \"riverton\") { \
    members(first: $first, after: $after, filter: $filter) { totalCount pageInfo { hasNextPage endCursor } \
    nodes { id effectivePermissions { permission } } } } }";

const ORDERS: [OrderField; 5] = [
    OrderField::Name,
    OrderField::Email,
    OrderField::JoinedAt,
    OrderField::LastActiveAt,
    OrderField::AccessEndsAt,
];

/// Numbers that are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    /// From some hour on, for some hours, for none, or without end.
    fn interval(&mut self, from: DateTime<Utc>) -> Interval {
        let starts_at = from + Duration::hours(i64::try_from(self.below(5)).unwrap() - 2);
        match self.below(6) {
            0 => Interval::new(starts_at, OPEN_END),
            1 => Interval::from(from - Duration::hours(2)),
            hours => Interval::new(
                starts_at,
                starts_at + Duration::hours(i64::try_from(hours).unwrap() - 2),
            ),
        }
    }
}

async fn assign(app: &TestApp, ws: &Ws, member: &Member, role: RoleId, interval: Interval) {
    let row = entity::role_assignment::Model {
        id: app.app.deps.ids.uuid(app.now()),
        workspace_id: ws.id.0,
        membership_id: member.id.0,
        role_id: role.0,
        starts_at: interval.starts_at,
        ends_at: interval.ends_at,
        granted_by: None,
        ended_by: None,
        end_reason: None,
    };
    let db = app.app.deps.db.writer();
    entity::role_assignment::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await
        .unwrap();
}

async fn set_interval(app: &TestApp, table: &str, id: uuid::Uuid, interval: Interval) {
    let sql = format!("UPDATE {table} SET starts_at = $1, ends_at = $2 WHERE id = $3");
    app.sql(
        &sql,
        vec![
            interval.starts_at.into(),
            interval.ends_at.into(),
            id.into(),
        ],
    )
    .await;
}

/// Roles, groups and members with rows that come and go over the next hours.
async fn random_world(app: &TestApp, ws: &Ws, dice: &mut Dice) {
    let from = app.now();
    let mut roles = Vec::new();
    for number in 0..4 {
        let permissions: BTreeSet<Permission> = (0..dice.below(5))
            .map(|_| dice.of(Permission::ALL))
            .collect();
        let role = app
            .role(
                ws,
                &format!("Role {number}"),
                &permissions.into_iter().collect::<Vec<_>>(),
            )
            .await;
        if number == 3 {
            set_interval(app, "role", role.0, dice.interval(from)).await;
        }
        let rows = entity::role_permission::Entity::find()
            .all(app.app.deps.db.writer())
            .await
            .unwrap();
        for row in rows.iter().filter(|row| row.role_id == role.0) {
            set_interval(app, "role_permission", row.id, dice.interval(from)).await;
        }
        roles.push(role);
    }
    for preset in Preset::ALL {
        roles.push(app.preset(ws, *preset).await);
    }
    let mut groups: Vec<GroupId> = Vec::new();
    for number in 0..4 {
        let group = app.group(ws, &format!("Group {number}"), &[]).await;
        for _ in 0..dice.below(4) {
            let interval = dice.interval(from);
            app.grant_row(
                ws,
                None,
                Some(group),
                Some(dice.of(Permission::ALL)),
                interval,
                None,
            )
            .await;
        }
        if number == 3 {
            set_interval(app, "member_group", group.0, dice.interval(from)).await;
        }
        groups.push(group);
    }
    let owner = app.member(ws, "Olga Owner").create().await;
    let dataset = app.dataset(ws, "trees", &owner, true, true).await;
    for number in 0..24 {
        let mut member = app.member(ws, &format!("Kim Member{number}"));
        if dice.below(3) == 0 {
            member = member.during(dice.interval(from));
        }
        if dice.below(6) == 0 {
            member = member.disabled();
        }
        let member = member.create().await;
        if dice.below(6) == 0 {
            app.sql(
                "UPDATE disabled_spell SET ends_at = $1 WHERE membership_id = $2",
                vec![(from + Duration::hours(1)).into(), member.id.0.into()],
            )
            .await;
        }
        if dice.below(2) == 0 {
            assign(app, ws, &member, dice.of(&roles), dice.interval(from)).await;
        }
        for _ in 0..dice.below(3) {
            app.put_into(ws, dice.of(&groups), &member, dice.interval(from))
                .await;
        }
        for _ in 0..dice.below(3) {
            let (permission, interval) = (dice.of(Permission::ALL), dice.interval(from));
            app.grant_row(ws, Some(member.id), None, Some(permission), interval, None)
                .await;
        }
        if dice.below(4) == 0 {
            let access = ResourceAccess::Edit;
            app.item_grant(
                ws,
                (Some(member.id), None),
                ItemId::Dataset(dataset),
                access,
                dice.interval(from),
            )
            .await;
        }
    }
    app.bump(ws).await;
}

/// What each member holds, as the API says of each, by the engine.
async fn by_engine(app: &TestApp, key: &str) -> HashMap<String, BTreeSet<Permission>> {
    let all = json!({ "states": ["ACTIVE", "DISABLED", "SCHEDULED", "ENDED"], "signedUpOnly": "INCLUDE" });
    let answer = app.post(Some(key), LIST, json!({ "filter": all })).await;
    let nodes = answer.data()["workspace"]["members"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    assert!(nodes.len() > 20);
    let held = |node: &Value| {
        let names = node["effectivePermissions"].as_array().unwrap().iter();
        names
            .map(|held| Permission::parse(held["permission"].as_str().unwrap()).unwrap())
            .collect()
    };
    nodes
        .iter()
        .map(|node| (node["id"].as_str().unwrap().to_owned(), held(node)))
        .collect()
}

fn everyone() -> MemberFilter {
    let states = Some(MembershipState::ALL.to_vec());
    MemberFilter {
        states,
        signed_up_only: SignedUpOnly::Include,
        ..MemberFilter::default()
    }
}

async fn snapshot(app: &TestApp, ws: &Ws) -> WorkspaceSnapshot {
    let db = app.app.deps.db.reader();
    workspace_snapshot(
        db,
        ws.id,
        ws.id,
        AccessMode::Public,
        app.now() - Duration::microseconds(1),
    )
    .await
    .unwrap()
}

/// Walks the whole list in pages of `size`.
async fn walk(
    app: &TestApp,
    ws: &Ws,
    (filter, held): (&MemberFilter, &Held),
    order: (OrderField, bool),
    size: usize,
) -> Vec<MembershipId> {
    let db = app.app.deps.db.reader();
    let mut found = Vec::new();
    let mut request = PageRequest {
        size,
        direction: Direction::Forward,
        after: None,
        before: None,
        page_one: app.now(),
    };
    loop {
        let page = membership::page(db, ws.id, (filter, held), (order, &[]), &request, app.now())
            .await
            .unwrap();
        request.after = page.rows.last().map(|row| row.position(order.0));
        found.extend(page.rows.iter().map(|row| row.id));
        if !page.has_next {
            break;
        }
    }
    assert_eq!(
        usize::try_from(
            membership::count(db, ws.id, (filter, held), app.now())
                .await
                .unwrap()
        )
        .unwrap(),
        found.len()
    );
    found
}

/// The ways to look for these: each row tested, or from the rows of one of them.
fn plans(held: &Held) -> Vec<Held> {
    let from = std::iter::once(None).chain((0..held.sources()).map(Some));
    from.map(|from| Held {
        from,
        ..held.clone()
    })
    .collect()
}

async fn agrees_with_the_engine(app: &TestApp, seed: u64) {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let mut dice = Dice(seed);
    random_world(app, &ws, &mut dice).await;
    let mut somebody = 0;
    for _ in 0..3 {
        let engine = by_engine(app, &ada.key).await;
        let holders = |asked: &[Permission]| -> BTreeSet<String> {
            let all = engine
                .iter()
                .filter(|(_, held)| asked.iter().all(|permission| held.contains(permission)));
            all.map(|(id, _)| id.clone()).collect()
        };
        let facts = snapshot(app, &ws).await.facts;
        for (place, one) in Permission::ALL.iter().enumerate() {
            // Alone, and with a third of the others.
            let pairs = Permission::ALL[place..]
                .iter()
                .filter(|other| *other == one || dice.below(3) == 0);
            for other in pairs.copied().collect::<Vec<_>>() {
                let asked = [*one, other];
                let wanted = holders(&asked);
                somebody += wanted.len();
                for held in plans(&Held::of(&facts, &asked, app.now())) {
                    let found = walk(
                        app,
                        &ws,
                        (&everyone(), &held),
                        (OrderField::Name, false),
                        100,
                    )
                    .await;
                    let found: BTreeSet<String> =
                        found.iter().map(MembershipId::to_string).collect();
                    assert_eq!(found, wanted, "seed {seed}: {asked:?} from {:?}", held.from);
                }
            }
            let asked = [*one, dice.of(Permission::ALL)];
            let wanted = holders(&asked);
            let filter = json!({ "filter": { "permissions": asked, "signedUpOnly": "INCLUDE" } });
            let answer = app.post(Some(&ada.key), LIST, filter).await;
            let members = &answer.data()["workspace"]["members"];
            let ids = members["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|node| node["id"].as_str().unwrap().to_owned());
            assert_eq!(
                (ids.collect::<BTreeSet<_>>(), &members["totalCount"]),
                (wanted.clone(), &json!(wanted.len()))
            );
        }
        app.pass(Duration::hours(1));
    }
    assert!(somebody > 60, "the worlds are not empty: {somebody}");
}

on_both!(
    mem_7_the_filter_by_effective_permission_says_what_the_engine_says_1,
    |app| {
        agrees_with_the_engine(app, 0x9E37_79B9_7F4A_7C15).await;
    }
);

on_both!(
    mem_7_the_filter_by_effective_permission_says_what_the_engine_says_2,
    |app| {
        agrees_with_the_engine(app, 0xD1B5_4A32_D192_ED03).await;
    }
);

on_both!(
    mem_7_the_filter_by_effective_permission_says_what_the_engine_says_3,
    |app| {
        agrees_with_the_engine(app, 77).await;
    }
);

on_both!(
    mem_7_effective_permissions_filter_in_any_order_page_by_page_and_with_other_filters,
    |app| {
        let ws = app.workspace("riverton").await;
        app.administrator(&ws, "Ada Admin").await;
        random_world(app, &ws, &mut Dice(4_711)).await;
        app.pass(Duration::minutes(30));
        let facts = snapshot(app, &ws).await.facts;
        let nothing = Held::default();
        let editors: Vec<RoleId> = vec![
            app.preset(&ws, Preset::Administrator).await,
            app.preset(&ws, Preset::Editor).await,
        ];
        let filters = [
            everyone(),
            MemberFilter {
                words: vec!["kim".to_owned()],
                ..MemberFilter::default()
            },
            MemberFilter {
                role_ids: Some(editors),
                ..everyone()
            },
            MemberFilter {
                group_ids: Some(facts.groups.keys().copied().collect()),
                ..everyone()
            },
            MemberFilter {
                has_role: Some(false),
                ..everyone()
            },
            MemberFilter {
                direct_permissions: vec![Permission::ALL[4]],
                ..everyone()
            },
            MemberFilter {
                states: Some(vec![MembershipState::Disabled, MembershipState::Ended]),
                ..everyone()
            },
        ];
        for permission in [Permission::ALL[1], Permission::ALL[4], Permission::ALL[9]] {
            let held = Held::of(&facts, &[permission], app.now());
            let holders: BTreeSet<MembershipId> = walk(
                app,
                &ws,
                (&everyone(), &held),
                (OrderField::Name, false),
                100,
            )
            .await
            .into_iter()
            .collect();
            assert!(!holders.is_empty());
            for filter in &filters {
                for order in ORDERS
                    .into_iter()
                    .flat_map(|field| [(field, false), (field, true)])
                {
                    let all = walk(app, &ws, (filter, &nothing), order, 100).await;
                    for held in plans(&nothing.clone().or_from(filter)) {
                        assert_eq!(
                            walk(app, &ws, (filter, &held), order, 3).await,
                            all,
                            "{order:?} {:?} {filter:?}",
                            held.from
                        );
                    }
                    let wanted: Vec<MembershipId> =
                        all.into_iter().filter(|id| holders.contains(id)).collect();
                    for held in plans(&held.clone().or_from(filter)) {
                        for size in [2, 100] {
                            assert_eq!(
                                walk(app, &ws, (filter, &held), order, size).await,
                                wanted,
                                "{order:?} {:?}",
                                held.from
                            );
                        }
                    }
                }
            }
        }
    }
);

on_both!(mem_7_what_few_hold_is_looked_for_from_its_holders, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let (rare, common) = (Permission::EditWorkspaceProperties, Permission::CreatePages);
    let row = entity::permission_grant::Model {
        id: uuid::Uuid::nil(),
        workspace_id: ws.id.0,
        membership_id: Some(ada.id.0),
        group_id: None,
        permission: Some(common.as_str().to_owned()),
        resource_kind: None,
        resource_id: None,
        access: None,
        record_filter: None,
        starts_at: app.now(),
        ends_at: OPEN_END,
        granted_by: None,
        ended_by: None,
        end_reason: None,
    };
    let many: Vec<_> = (0..=FEW)
        .map(|_| {
            let id = app.app.deps.ids.uuid(app.now());
            let row = entity::permission_grant::Model { id, ..row.clone() };
            entity::permission_grant::ActiveModel::from(row)
        })
        .collect();
    let db = app.app.deps.db.writer();
    for chunk in many.chunks(1_000) {
        entity::permission_grant::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(db)
            .await
            .unwrap();
    }
    let facts = snapshot(app, &ws).await.facts;
    let chosen = async |asked: &[Permission]| {
        let mut held = Held::of(&facts, asked, app.now());
        membership::choose(db, ws.id, &mut held, app.now())
            .await
            .unwrap();
        held.from
    };
    assert_eq!(chosen(&[rare]).await, Some(0));
    assert_eq!(chosen(&[common]).await, None);
    assert_eq!(chosen(&[common, rare, common]).await, Some(1));
    assert_eq!(chosen(&[]).await, None);
    // It takes one statement more, whatever is asked for.
    let count = async |filter: Value| {
        app.post(Some(&ada.key), LIST, json!({ "filter": filter }))
            .await
            .statements
    };
    let plain = count(json!({})).await;
    let (one, all) = (
        count(json!({ "permissions": [rare] })).await,
        count(json!({ "permissions": Permission::ALL })).await,
    );
    assert!(one == all && all <= plain + 2, "{plain} {one} {all}");
});

on_both!(
    mem_7_a_list_of_permissions_has_one_to_a_thousand_values,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        for (bad, codes) in [
            (json!([]), vec!["BAD_USER_INPUT"]),
            (json!(["NONE"]), vec!["BAD_USER_INPUT"]),
        ] {
            let answer = app
                .post(
                    Some(&ada.key),
                    LIST,
                    json!({ "filter": { "permissions": bad } }),
                )
                .await;
            assert_eq!(answer.codes(), codes);
        }
        let twice = json!({ "permissions": vec!["CREATE_PAGES"; 1_000] });
        let answer = app
            .post(Some(&ada.key), LIST, json!({ "filter": twice }))
            .await;
        assert_eq!(answer.data()["workspace"]["members"]["totalCount"], 1);
    }
);
