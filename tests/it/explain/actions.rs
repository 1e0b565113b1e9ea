//! `viewerCan(action)` says yes iff some input of that action is not refused as FORBIDDEN (PERM-9):
//! every pair of an actor and a target in random workspaces, tried out by dry runs.

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::{Permission, Preset},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::explained;
use crate::support::{
    TestApp,
    app::Door,
    on_both,
    world::{Member, Ws},
};

/// What inputs of an action on a member are tried.
type Inputs = fn(&Try) -> Vec<Value>;

/// What inputs can name.
struct Try {
    workspace: String,
    member: String,
    roles: Vec<String>,
    groups: Vec<String>,
    soon: String,
}

impl Try {
    fn with(&self, more: Value) -> Value {
        let mut input = json!({ "membershipIds": [self.member] });
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        input
    }
}

/// All actions: the least that can be asked for first, then more of it.
const ACTIONS: &[(&str, &str, Inputs)] = &[
    ("SET_ROLE", "setMemberRole", |of| {
        let roles = of
            .roles
            .iter()
            .map(|role| of.with(json!({ "roleId": role, "endsAt": of.soon })));
        std::iter::once(of.with(json!({ "roleId": null })))
            .chain(roles)
            .collect()
    }),
    ("GRANT", "grantPermissions", |of| {
        Permission::ALL
            .iter()
            .map(|p| of.with(json!({ "permissions": [p.as_str()], "endsAt": of.soon })))
            .collect()
    }),
    ("REVOKE_GRANT", "revokePermissions", |of| {
        vec![
            of.with(json!({ "permissions": ["CREATE_PAGES"] })),
            of.with(json!({ "permissions": ["MANAGE_REUSES"] })),
        ]
    }),
    ("SET_ACCESS_PERIOD", "setAccessPeriod", |of| {
        vec![of.with(json!({ "endsAt": of.soon }))]
    }),
    ("DISABLE", "disableMembers", |of| vec![of.with(json!({}))]),
    ("ENABLE", "enableMembers", |of| vec![of.with(json!({}))]),
    ("REVOKE", "revokeMembers", |of| vec![of.with(json!({}))]),
    ("RESTORE", "restoreMembers", |of| {
        vec![of.with(json!({ "endsAt": of.soon }))]
    }),
    ("ADD_TO_GROUP", "addGroupMembers", |of| {
        of.groups
            .iter()
            .map(|group| of.with(json!({ "groupId": group, "endsAt": of.soon })))
            .collect()
    }),
    ("REMOVE_FROM_GROUP", "removeGroupMembers", |of| {
        vec![of.with(json!({ "groupId": of.groups[0] }))]
    }),
    ("SET_QUOTAS", "setQuotas", |of| {
        let values = json!([{ "type": "DATASETS", "limit": 3 }]);
        vec![
            json!({ "workspaceId": of.workspace, "scope": "MEMBER", "subjectId": of.member, "values": values }),
        ]
    }),
    ("SEND_PASSWORD_RESET", "sendPasswordResets", |of| {
        vec![of.with(json!({}))]
    }),
    ("REVOKE_API_KEYS", "revokeApiKeys", |of| {
        vec![json!({ "membershipId": of.member })]
    }),
];

/// Whether one of the inputs is not refused.
async fn passes(door: &Door, by: &str, mutation: &str, inputs: Vec<Value>) -> bool {
    for mut input in inputs {
        input["dryRun"] = json!(true);
        let answer = door.mutate(Some(by), mutation, input).await;
        let refused = answer
            .codes()
            .iter()
            .any(|code| ["FORBIDDEN", "NOT_FOUND"].contains(code));
        assert!(refused || answer.codes().is_empty(), "{:#}", answer.body);
        if !refused && !answer.payload().became().contains(&"FORBIDDEN") {
            return true;
        }
    }
    false
}

/// Members of every standing, with random roles and rights.
async fn people(app: &TestApp, ws: &Ws, random: &mut StdRng) -> Vec<Member> {
    let mut all = vec![app.administrator(ws, &format!("Ada {}", ws.slug)).await];
    for n in 0..6 {
        let name = format!("M{n} {}", ws.slug);
        let mut member = app.member(ws, &name);
        if random.random_bool(0.6) {
            member = member.with(Permission::EditWorkspaceProperties);
        }
        for _ in 0..random.random_range(0..3) {
            member = member.with(Permission::ALL[random.random_range(0..Permission::ALL.len())]);
        }
        if random.random_bool(0.6) {
            member = member.preset(Preset::ALL[random.random_range(0..Preset::ALL.len())]);
        }
        member = match random.random_range(0..5) {
            0 => member.disabled(),
            1 => member.during(Interval::from(app.now() + Duration::days(1))),
            2 => member.until(app.now() + Duration::days(1)),
            _ => member,
        };
        if random.random_bool(0.3) {
            member = member.scoped(&[Permission::EditWorkspaceProperties, Permission::CreatePages]);
        }
        all.push(member.create().await);
    }
    all
}

async fn hold(app: &TestApp, seed: u64) {
    let ws = app.workspace(&format!("w-{seed}")).await;
    let people = people(app, &ws, &mut StdRng::seed_from_u64(seed)).await;
    let mut roles = Vec::new();
    for preset in Preset::ALL {
        roles.push(app.preset(&ws, *preset).await.to_string());
    }
    let mut groups = Vec::new();
    for permissions in [
        [Permission::ManageReuses, Permission::CreatePages],
        [Permission::EditAllPages; 2],
    ] {
        groups.push(
            app.group(&ws, &format!("Of {}", permissions[0]), &permissions)
                .await
                .to_string(),
        );
    }
    let soon = (app.now() + Duration::seconds(1))
        .format("%Y-%m-%dT%H:%M:%SZ")
        .to_string();
    let fields: String = ACTIONS
        .iter()
        .map(|(action, ..)| format!("{action}: viewerCan(action: {action}) "))
        .collect();
    let query =
        format!("query($id: ID!) {{ node(id: $id) {{ ... on Membership {{ {fields} }} }} }}");
    let door = app.tireless_door();
    let (mut yes, mut no) = (0, 0);
    for actor in &people {
        let session = app.session_of(actor.account).await;
        for by in [session.as_str(), actor.key.as_str()] {
            for target in &people {
                let told = app
                    .post(Some(by), &query, json!({ "id": target.id.to_string() }))
                    .await;
                if told.status == 401 || told.data()["node"].is_null() {
                    continue;
                }
                let of = Try {
                    workspace: ws.id.to_string(),
                    member: target.id.to_string(),
                    roles: roles.clone(),
                    groups: groups.clone(),
                    soon: soon.clone(),
                };
                for (action, mutation, inputs) in ACTIONS {
                    let told = told.data()["node"][action].as_bool().unwrap();
                    let found = passes(&door, by, mutation, inputs(&of)).await;
                    let by_key = by == actor.key;
                    assert_eq!(
                        told, found,
                        "{action} by {} (key: {by_key}) on {}, seed {seed}",
                        actor.email, target.email
                    );
                    if found { yes += 1 } else { no += 1 }
                }
            }
        }
    }
    assert!(
        yes > 20 && no > 5,
        "{yes} allowed, {no} refused: a sample that says little"
    );
}

on_both!(perm_9_viewer_can_says_what_mutations_do, |app| {
    for seed in 1..=4 {
        hold(app, seed).await;
    }
});

on_both!(perm_9_can_and_can_access_say_what_explanations_say, |app| {
    let ws = app.workspace("riverton").await;
    let people = people(app, &ws, &mut StdRng::seed_from_u64(9)).await;
    let items = [
        app.dataset(&ws, "trees", &people[1], true, false)
            .await
            .to_string(),
        app.page(&ws, "home", &people[2], false, true)
            .await
            .to_string(),
    ];
    let by = app.session_of(people[0].account).await;
    for member in &people {
        let session = app.session_of(member.account).await;
        for permission in Permission::ALL {
            let query = format!(
                "{{ viewer {{ can(workspace: \"riverton\", permission: {permission}) }} \
                workspace(slug: \"riverton\") {{ viewerCan(permission: {permission}) }} }}"
            );
            let told = app
                .post(Some(&session), &query, json!({}))
                .await
                .data()
                .clone();
            let input =
                json!({ "membershipId": member.id.to_string(), "permission": permission.as_str() });
            let allowed = explained(app, &ws, &by, input).await["allowed"].clone();
            assert_eq!(
                (&told["viewer"]["can"], &told["workspace"]["viewerCan"]),
                (&allowed, &allowed),
                "{permission}"
            );
        }
        for item in &items {
            let query = "query($id: ID!) { viewer { BROWSE: canAccess(resource: $id, access: BROWSE) \
                EDIT: canAccess(resource: $id, access: EDIT) DELETE: canAccess(resource: $id, access: DELETE) } }";
            let told = app
                .post(Some(&session), query, json!({ "id": item }))
                .await
                .data()["viewer"]
                .clone();
            for access in ["BROWSE", "EDIT", "DELETE"] {
                let input = json!({ "membershipId": member.id.to_string(), "resource": item, "access": access });
                assert_eq!(
                    told[access],
                    explained(app, &ws, &by, input).await["allowed"],
                    "{access} {item}"
                );
            }
        }
    }
});
