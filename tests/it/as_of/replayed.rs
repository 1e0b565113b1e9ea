//! TIME-3 as a property: after random changes with the clock moving, every earlier instant answers
//! what it answered then.

use chrono::{DateTime, Duration, Utc};
use concierge::domain::{audit, permission::Preset};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

/// Everything dated, in the form in which it is compared: planned ends are shown as known today,
/// and so left out.
const PHOTO: &str = "query($ws: ID!, $at: DateTime) { workspace(id: $ws) {
    members(first: 8, filter: { states: [ACTIVE, DISABLED, ENDED], signedUpOnly: INCLUDE }, asOf: $at) { totalCount nodes {
        id state accessStartsAt disabledAt endReason isSignedUpOnly role { id name permissions }
        groups { group { id title permissions } startsAt }
        grants(first: 60) { nodes { id permission access recordFilter startsAt grantedBy { id } } }
        effectivePermissions { permission sources { kind grantId role { id } group { id } startsAt grantedBy { id } } }
        effectiveQuotas { type limit decidedBy defaultLimit memberLimit groupLimits { group { id } limit } }
    } }
    groups(first: 30, asOf: $at) { nodes {
        id title slug permissions memberCount quotaValues { type limit startsAt } members(first: 12) { edges { startsAt node { id state } } }
    } }
    roles(asOf: $at) { id name permissions memberCount }
    defaultPermissions(asOf: $at)
    default: quotaValues(scope: DEFAULT, asOf: $at) { type limit startsAt }
    member: quotaValues(scope: MEMBER, asOf: $at) { type limit startsAt subjectId }
} }";

/// Takes out what TIME-3 leaves open: what had not begun at `at` (it may not have been planned
/// then), and instants in ids.
fn developed(value: &Value, at: &str) -> Value {
    match value {
        Value::String(text) => json!(text.split('@').next().unwrap()),
        Value::Array(all) => {
            let begun = |one: &&Value| {
                let start = one
                    .get("startsAt")
                    .or_else(|| one.get("accessStartsAt"))
                    .and_then(Value::as_str);
                start.is_none_or(|start| start <= at)
                    && one.get("state") != Some(&json!("SCHEDULED"))
            };
            Value::Array(
                all.iter()
                    .filter(begun)
                    .map(|one| developed(one, at))
                    .collect(),
            )
        }
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| *name != "totalCount");
            Value::Object(
                kept.map(|(name, value)| (name.clone(), developed(value, at)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

async fn photo(app: &TestApp, session: &str, ws: &Ws, at: Option<DateTime<Utc>>) -> Value {
    let at_text = audit::instant(at.unwrap_or_else(|| app.now()));
    let variables = json!({ "ws": ws.id.to_string(), "at": at.map(audit::instant) });
    let answer = app.post(Some(session), PHOTO, variables).await;
    developed(answer.data(), &at_text)
}

/// What random changes are made of.
struct Life<'a> {
    app: &'a TestApp,
    ws: &'a Ws,
    rng: StdRng,
    members: Vec<Member>,
    groups: Vec<String>,
    roles: Vec<String>,
}

const PERMISSIONS: [&str; 5] = [
    "CREATE_DATASETS",
    "EDIT_ALL_PAGES",
    "BROWSE_ANALYTICS",
    "MANAGE_REUSES",
    "EDIT_WORKSPACE_PROPERTIES",
];

impl Life<'_> {
    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.rng.random_range(0..from.len())].clone()
    }

    fn some_members(&mut self) -> Value {
        let all: Vec<String> = self
            .members
            .iter()
            .map(|member| member.id.to_string())
            .collect();
        let (first, second) = (self.pick(&all), self.pick(&all));
        if first == second {
            json!([first])
        } else {
            json!([first, second])
        }
    }

    /// A period that may begin and end at any time from now on.
    fn period(&mut self) -> Value {
        let mut period = json!({});
        let ahead = self.rng.random_range(1..400_000_i64);
        if self.rng.random_bool(0.3) {
            period["startsAt"] = json!(self.app.at(ahead));
        }
        if self.rng.random_bool(0.4) {
            period["endsAt"] = json!(self.app.at(ahead + self.rng.random_range(1..400_000_i64)));
        }
        period
    }

    fn subset(&mut self) -> Vec<&'static str> {
        PERMISSIONS
            .into_iter()
            .filter(|_| self.rng.random_bool(0.4))
            .collect()
    }

    fn quota(&mut self) -> Value {
        let mut value = self.period();
        value["type"] = json!(self.pick(&["API_CALLS", "DATASETS"]));
        value["limit"] = if self.rng.random_bool(0.2) {
            Value::Null
        } else {
            json!(self.rng.random_range(0..1_000))
        };
        json!([value])
    }

    /// A mutation and its input; whatever it answers.
    fn step(&mut self) -> (&'static str, Value) {
        let ws = self.ws.id.to_string();
        let (group, role) = (
            self.pick(&self.groups.clone()),
            self.pick(&self.roles.clone()),
        );
        let (members, period, title) = (
            self.some_members(),
            self.period(),
            format!("No. {}", self.rng.random_range(0..1_000_000)),
        );
        let with = |mut input: Value, more: Value| {
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            input
        };
        match self.rng.random_range(0..18) {
            0 => (
                "setMemberRole",
                with(json!({ "membershipIds": members, "roleId": role }), period),
            ),
            1 => (
                "setMemberRole",
                with(json!({ "membershipIds": members, "roleId": null }), period),
            ),
            2 => (
                "grantPermissions",
                with(
                    json!({ "membershipIds": members, "permissions": [self.pick(&PERMISSIONS)] }),
                    period,
                ),
            ),
            3 => (
                "grantPermissions",
                with(
                    json!({ "groupId": group, "permissions": [self.pick(&PERMISSIONS)] }),
                    period,
                ),
            ),
            4 => (
                "revokePermissions",
                json!({ "membershipIds": members, "permissions": PERMISSIONS }),
            ),
            5 => (
                "revokePermissions",
                json!({ "groupId": group, "permissions": [self.pick(&PERMISSIONS)] }),
            ),
            6 | 7 => (
                "addGroupMembers",
                with(
                    json!({ "groupId": group, "membershipIds": members }),
                    period,
                ),
            ),
            8 => (
                "removeGroupMembers",
                json!({ "groupId": group, "membershipIds": members }),
            ),
            9 => ("createGroup", json!({ "workspaceId": ws, "title": title })),
            10 => ("deleteGroup", json!({ "id": group })),
            11 => (
                "createRole",
                json!({ "workspaceId": ws, "name": title, "permissions": self.subset() }),
            ),
            12 => (
                "updateRole",
                json!({ "id": role, "permissions": self.subset() }),
            ),
            13 => ("disableMembers", json!({ "membershipIds": members })),
            14 => ("enableMembers", json!({ "membershipIds": members })),
            15 => match self.rng.random_range(0..4) {
                0 => ("revokeMembers", json!({ "membershipIds": members })),
                1 => (
                    "setAccessPeriod",
                    json!({ "membershipIds": members, "unlimited": true }),
                ),
                _ => {
                    let end = self.app.at(self.rng.random_range(1..900_000));
                    (
                        "setAccessPeriod",
                        json!({ "membershipIds": members, "endsAt": end }),
                    )
                }
            },
            16 => (
                "setDefaultPermissions",
                json!({ "workspaceId": ws, "permissions": self.subset() }),
            ),
            _ => {
                let values = self.quota();
                let whose = match self.rng.random_range(0..3) {
                    0 => json!({ "scope": "DEFAULT" }),
                    1 => json!({ "scope": "GROUP", "subjectId": group }),
                    _ => json!({ "scope": "MEMBER", "subjectId": members[0] }),
                };
                (
                    "setQuotas",
                    with(json!({ "workspaceId": ws, "values": values }), whose),
                )
            }
        }
    }
}

/// One life of a workspace: change after change, a photo after each; then all photos once more,
/// from the end.
async fn replayed(app: &TestApp, seed: u64) {
    let ws = app.workspace(&format!("riverton-{seed}")).await;
    let ada = app.administrator(&ws, &format!("Ada Veldkamp{seed}")).await;
    let mut members = Vec::new();
    for name in [
        "Ben Okafor",
        "Cleo Duarte",
        "Dirk Aalbers",
        "Ewa Kowalska",
        "Finn Moe",
    ] {
        members.push(app.member(&ws, &format!("{name}{seed}")).create().await);
    }
    // By key: no session lasts as long as this life.
    let session = ada.key.clone();
    let group = app.group(&ws, "Tree wardens", &[]).await.to_string();
    let mut roles = vec![app.role(&ws, "Surveyor", &[]).await.to_string()];
    for preset in [Preset::Viewer, Preset::Editor] {
        roles.push(app.preset(&ws, preset).await.to_string());
    }
    let mut life = Life {
        app,
        ws: &ws,
        rng: StdRng::seed_from_u64(seed),
        members,
        groups: vec![group],
        roles,
    };
    let (mut photos, mut done) = (Vec::new(), 0);
    for _ in 0..60 {
        let (mutation, input) = life.step();
        let answer = app.try_mutate(&session, mutation, input.clone()).await;
        let payload = &answer.body["data"][mutation];
        assert!(
            answer.codes().iter().all(|code| *code == "NOT_FOUND"),
            "{mutation} {input}: {:#}",
            answer.body
        );
        done += usize::from(
            payload["changes"]
                .as_array()
                .is_some_and(|changes| !changes.is_empty()),
        );
        life.groups.extend(
            payload["group"]["id"]
                .as_str()
                .filter(|_| mutation == "createGroup")
                .map(str::to_owned),
        );
        life.roles.extend(
            payload["role"]["id"]
                .as_str()
                .filter(|_| mutation == "createRole")
                .map(str::to_owned),
        );
        let pause = life.rng.random_range(1..200_000_000_i64);
        app.pass(Duration::milliseconds(pause));
        let now = app.now();
        photos.push((
            now,
            format!("{mutation} {input}"),
            photo(app, &session, &ws, None).await,
        ));
        app.pass(Duration::milliseconds(1));
    }
    assert!(done > 25, "a quiet life: {done} changes");
    for (at, after, then) in photos {
        let again = photo(app, &session, &ws, Some(at)).await;
        assert_eq!(again, then, "seed {seed}, as of {at}, after {after}");
    }
}

on_both!(
    time_3_every_earlier_instant_answers_what_it_answered_then,
    |app| {
        for seed in [11, 29, 47] {
            replayed(app, seed).await;
        }
    }
);
