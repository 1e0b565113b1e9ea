//! Every mutation of a workspace: rehearsed (AUD-4), repeated (AUD-5), recorded (AUD-1). The table
//! is held to the schema: a mutation that it lacks fails.

mod cases;
mod cut;
mod effects;
mod limits;
mod record;
mod rehearse;
mod repeat;
mod scans;
mod typed;

use std::collections::{BTreeSet, HashSet};

use concierge::{
    domain::id::{
        AccessRenewalId, AccountId, ApiKeyId, DatasetId, DatasetThemeId, GrantId, GroupId,
        InvitationId, MembershipId, PageId, ReuseId, RoleId, WorkspaceId,
    },
    entity,
};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use crate::support::{Payload, TestApp, app::Answer, on_both, writing};
use cases::{Case, cases};

/// Every effect that there is.
const EFFECTS: &str = "effects { membership { id } gained lost gainedAccess { access resource { ... on Dataset { id } ... on Page { id } } } \
     lostAccess { access resource { ... on Dataset { id } ... on Page { id } } } quotas { type before after } stoppedApiKeys }";

/// The document of a mutation with all that there is to say of effects.
fn document(mutation: &str) -> String {
    let short = "effects { membership { id } gained lost }";
    let document = writing::document(mutation);
    assert!(document.contains(short), "{document}");
    document.replace(short, EFFECTS)
}

async fn try_call(
    app: &TestApp,
    credential: Option<&str>,
    mutation: &str,
    input: &Value,
) -> Answer {
    app.post(credential, &document(mutation), json!({ "input": input }))
        .await
}

async fn call(app: &TestApp, credential: &str, mutation: &str, input: &Value) -> Payload {
    let answer = try_call(app, Some(credential), mutation, input).await;
    assert!(
        answer.codes().is_empty(),
        "{mutation} {input}: {:#}",
        answer.body
    );
    answer.payload()
}

/// The input with other values of some fields.
fn with(input: &Value, more: &Value) -> Value {
    let mut input = input.clone();
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

/// The ids of all that there is.
async fn ids(app: &TestApp) -> HashSet<String> {
    let db = app.app.deps.db.writer();
    let mut ids = HashSet::new();
    macro_rules! tables {
        ($($table:ident $id:ident),+) => {
            $(ids.extend(entity::$table::Entity::find().all(db).await.unwrap().into_iter().map(|row| $id(row.id).to_string()));)+
        };
    }
    tables!(workspace WorkspaceId, account AccountId, membership MembershipId, role RoleId, member_group GroupId, api_key ApiKeyId);
    tables!(permission_grant GrantId, dataset DatasetId, page PageId, invitation InvitationId);
    tables!(access_renewal AccessRenewalId, dataset_theme DatasetThemeId, reuse ReuseId);
    ids
}

/// What two runs of one call have in common: all but the ids of what they make, and the beginnings
/// of new secrets.
fn scrubbed(value: &Value, known: &HashSet<String>) -> Value {
    let prefixes = [
        "ws_", "acc_", "mem_", "role_", "grp_", "key_", "gra_", "ds_", "page_", "req_", "inv_",
        "ren_", "dth_", "reu_",
    ];
    let made = |text: &str| {
        let is_id = text.len() > 26 && prefixes.iter().any(|prefix| text.starts_with(prefix));
        text.starts_with("cck_") || is_id && !known.contains(text)
    };
    match value {
        Value::String(text) if made(text) => json!("made"),
        Value::Array(items) => items.iter().map(|item| scrubbed(item, known)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), scrubbed(value, known)))
            .collect(),
        other => other.clone(),
    }
}

/// What a rehearsal says of each item: not the objects, which it did not change.
fn outcomes(payload: &Payload) -> Value {
    let results = payload.0["results"].as_array().cloned().unwrap_or_default();
    let plain = |item: Value| -> Value {
        ["index", "targetId", "outcome", "code", "message"]
            .into_iter()
            .map(|field| (field.to_owned(), item[field].clone()))
            .collect()
    };
    results.into_iter().map(plain).collect()
}

/// All events, by workspace and number.
async fn events(app: &TestApp) -> Vec<entity::audit_event::Model> {
    let events =
        entity::audit_event::Entity::find().order_by_asc(entity::audit_event::Column::WorkspaceId);
    events
        .order_by_asc(entity::audit_event::Column::Sequence)
        .all(app.app.deps.db.writer())
        .await
        .unwrap()
}

async fn records(app: &TestApp) -> Vec<entity::idempotency_record::Model> {
    entity::idempotency_record::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap()
}

/// The mutations of the schema whose input has `dryRun`.
fn in_schema() -> BTreeSet<String> {
    let sdl = concierge::app::schema_sdl();
    let rehearsed = |input: &str| {
        let body = sdl
            .split(&format!("\ninput {input} {{\n"))
            .nth(1)
            .unwrap()
            .split("\n}\n")
            .next()
            .unwrap();
        body.contains("\tdryRun: Boolean")
    };
    let body = sdl
        .split("\ntype Mutation {\n")
        .nth(1)
        .unwrap()
        .split("\n}\n")
        .next()
        .unwrap();
    let mut found = BTreeSet::new();
    let inputs = body
        .split("input: ")
        .skip(1)
        .map(|rest| rest.split(['!', ')', ' ', '\n']).next().unwrap());
    for input in inputs.filter(|input| input.ends_with("Input") && rehearsed(input)) {
        let name = input.trim_end_matches("Input");
        found.insert(format!("{}{}", name[..1].to_lowercase(), &name[1..]));
    }
    // Counting is no change of the workspace: it has no events, changes or effects, and tests of
    // its own.
    found.remove("consumeQuota");
    found
}

on_both!(mfa_8_what_is_not_marked_needs_no_step_up, |app| {
    let cases = cases(app).await;
    let long_ago = app.now() - chrono::Duration::hours(1);
    app.sql("UPDATE session SET password_at = $1", vec![long_ago.into()])
        .await;
    let marked = crate::second_factor::step_up::marked();
    let mut refused = BTreeSet::new();
    for case in cases {
        let answer = try_call(app, Some(&case.by), case.mutation, &case.input).await;
        let errors = answer.payload().errors();
        if errors == ["REAUTHENTICATION_REQUIRED "] {
            assert!(marked.contains(case.mutation), "{}", case.place());
            refused.insert(case.mutation);
        }
    }
    // What needs it whatever is asked for.
    assert!(refused.contains("createWorkspace") && refused.contains("setLicense"));
});

on_both!(the_table_has_every_mutation_of_a_workspace, |app| {
    let in_table: BTreeSet<String> = cases(app)
        .await
        .into_iter()
        .map(|case| case.mutation.to_owned())
        .collect();
    let in_schema = in_schema();
    assert!(in_schema.len() >= 35, "{in_schema:?}");
    assert_eq!(in_table, in_schema);
});
