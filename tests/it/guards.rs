//! Guards of fields, held to what the schema says of them: every field that carries `@requires`
//! refuses whoever lacks that permission and nobody who holds it; no field without a guard refuses
//! anybody who can see its object.

use async_graphql::parser::types::{BaseType, FieldDefinition, TypeKind, TypeSystemDefinition};
use concierge::domain::{
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::AccessMode,
};
use serde_json::json;

use crate::support::{
    TestApp,
    actors::{Actor, Actor::*, cast},
    app::Answer,
    on_both,
    world::Ws,
};

/// How to reach an object of each type that has guarded fields: what stands before its selection.
const REACH: &[(&str, &str)] = &[
    ("Workspace", "workspace(id: $ws)"),
    ("SignUpSettings", "workspace(id: $ws) { signUp"),
    (
        "Group",
        "workspace(id: $ws) { viewerMembership { groups { group",
    ),
    ("Role", "workspace(id: $ws) { viewerMembership { role"),
];

/// Fields that others than the printed permission's holders read as well (api.md, "Who reads
/// what"), or whose objects are reached in other ways; they have tests of their own.
const WIDER: &[(&str, &str)] = &[
    ("Workspace", "license"),
    ("Workspace", "secondaryWorkspaces"),
    ("Workspace", "directory"),
    ("Workspace", "apiCallsByDay"),
    ("Membership", "apiKeys"),
    ("Invitation", "delivery"),
];

/// What required arguments are given.
const ARGUMENTS: &[(&str, &str)] = &[
    ("quotaValues", "scope: DEFAULT"),
    ("allQuotaValues", "scope: DEFAULT"),
    ("quotaPreview", "input: { type: DATASETS }"),
    ("member", "email: \"nobody@example.org\""),
    ("group", "slug: \"tree-wardens\""),
    (
        "explainAccess",
        "input: { anonymous: true, permission: MANAGE_REUSES }",
    ),
    ("viewerCan", "permission: MANAGE_REUSES"),
    (
        "accessDiff",
        "from: \"2026-03-02T08:30:00Z\", to: \"2026-03-02T09:00:00Z\"",
    ),
    (
        "analytics",
        "from: \"2026-03-01T00:00:00Z\", to: \"2026-03-03T00:00:00Z\"",
    ),
    (
        "apiCallsByDay",
        "from: \"2026-03-01T00:00:00Z\", to: \"2026-03-03T00:00:00Z\"",
    ),
];

/// One field of the schema and its guard as it is printed.
struct Field {
    of: String,
    name: String,
    guard: Option<String>,
    selection: String,
}

fn named(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(of) => named(&of.base),
    }
}

fn field(of: &str, field: &FieldDefinition, composite: &[String]) -> Field {
    let name = field.name.node.to_string();
    let mut guard = field.directives.iter().map(|directive| {
        let arguments: Vec<String> = directive
            .node
            .arguments
            .iter()
            .map(|(name, value)| format!("{}: {}", name.node, value.node))
            .collect();
        format!("{}({})", directive.node.name.node, arguments.join(", "))
    });
    let required = field
        .arguments
        .iter()
        .any(|argument| !argument.node.ty.node.nullable && argument.node.default_value.is_none());
    let takes = |given: &str| {
        field
            .arguments
            .iter()
            .any(|argument| given.starts_with(argument.node.name.node.as_str()))
    };
    let arguments = ARGUMENTS
        .iter()
        .find(|(of, given)| *of == name && takes(given))
        .map(|(_, arguments)| format!("({arguments})"));
    assert!(
        !required || arguments.is_some(),
        "{of}.{name} needs arguments: add them to this test"
    );
    let below = if composite.contains(&named(&field.ty.node.base).to_owned()) {
        " { __typename }"
    } else {
        ""
    };
    Field {
        of: of.to_owned(),
        guard: guard.next_back(),
        selection: format!("{name}{}{below}", arguments.unwrap_or_default()),
        name,
    }
}

/// Every field of every object but the roots and payloads.
fn fields() -> Vec<Field> {
    let schema = async_graphql::parser::parse_schema(concierge::app::schema_sdl()).unwrap();
    let types: Vec<_> = schema
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(of) => Some(of.node),
            _ => None,
        })
        .collect();
    let is_composite = |kind: &TypeKind| {
        matches!(
            kind,
            TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_)
        )
    };
    let composite: Vec<String> = types
        .iter()
        .filter(|of| is_composite(&of.kind))
        .map(|of| of.name.node.to_string())
        .collect();
    let mut found = Vec::new();
    for of in &types {
        let TypeKind::Object(object) = &of.kind else {
            continue;
        };
        let name = of.name.node.as_str();
        let wanted = REACH.iter().any(|(reached, _)| *reached == name);
        if ["Query", "Mutation", "Subscription"].contains(&name) {
            continue;
        }
        let of_interest = object
            .fields
            .iter()
            .filter(|field| wanted || !field.node.directives.is_empty());
        found.extend(of_interest.map(|one| field(name, &one.node, &composite)));
    }
    found
}

/// Asks for fields of one type.
async fn ask(
    app: &TestApp,
    ws: &Ws,
    credential: Option<&str>,
    of: &str,
    selection: &str,
) -> Answer {
    let (_, reach) = REACH.iter().find(|(reached, _)| *reached == of).unwrap();
    let closing = " }".repeat(reach.matches('{').count());
    let query = format!("query($ws: ID!) {{ {reach} {{ __typename {selection} }}{closing} }}");
    app.post(credential, &query, json!({ "ws": ws.id.to_string() }))
        .await
}

fn permission_of(guard: &str) -> Option<Permission> {
    Permission::parse(
        guard
            .strip_prefix("requires(permission: ")?
            .strip_suffix(')')?,
    )
}

#[test]
fn every_type_with_guarded_fields_is_reached() {
    for field in fields().iter().filter(|field| field.guard.is_some()) {
        let wider = WIDER.contains(&(&field.of, &field.name));
        assert!(
            wider || REACH.iter().any(|(of, _)| *of == field.of),
            "{}.{}",
            field.of,
            field.name
        );
    }
    let of = |of: &str, name: &str| {
        fields()
            .into_iter()
            .find(|field| field.of == of && field.name == name)
            .unwrap()
            .guard
    };
    assert_eq!(
        of("Workspace", "members").as_deref(),
        Some("requires(permission: EDIT_WORKSPACE_PROPERTIES)")
    );
    assert_eq!(of("Workspace", "slug"), None);
}

/// What a guarded field of a workspace answers to each kind of actor; `None` = it is there.
fn expected(actor: Actor) -> Option<&'static str> {
    match actor {
        Anonymous => Some("UNAUTHENTICATED"),
        MemberWith | Administrator | KeyWithoutList | ListedKeyOfAdministrator => None,
        _ => Some("FORBIDDEN"),
    }
}

async fn every_field(app: &TestApp, mode: AccessMode) {
    let parent = app.workspace("upriver").await;
    let ws = app.workspace_with("riverton", mode, None).await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let dataset = app.dataset(&ws, "trees", &ada, true, true).await;
    let cast = cast(app, &ws, &other, &parent, &ada, dataset).await;
    let all = fields();
    // The actors hold EDIT_WORKSPACE_PROPERTIES or nothing; fields of other permissions are in the test
    // of exactly what a guard says.
    let guarded = |field: &&Field| {
        let permission = field.guard.as_deref().and_then(permission_of);
        field.of == "Workspace"
            && permission == Some(Permission::EditWorkspaceProperties)
            && !WIDER.contains(&(&field.of, &field.name))
            && field.name != "roles"
    };
    for (actor, credential) in &cast {
        for field in all.iter().filter(guarded) {
            let answer = ask(
                app,
                &ws,
                credential.as_deref(),
                "Workspace",
                &field.selection,
            )
            .await;
            let place = format!("{} by {actor:?}: {:#}", field.name, answer.body);
            match actor {
                KeyOfDisabled => assert_eq!(answer.status, 401, "{place}"),
                KeyOfAnotherWorkspace => assert!(answer.data()["workspace"].is_null(), "{place}"),
                _ => {
                    // Keys see no keys (KEY-5).
                    let by_key = actor.is_key() && field.name == "apiKeys";
                    let wanted = if by_key {
                        Some("FORBIDDEN")
                    } else {
                        expected(*actor)
                    };
                    assert_eq!(answer.codes().first().copied(), wanted, "{place}");
                    let shown = &answer.body["data"]["workspace"];
                    assert_eq!(
                        shown["__typename"], "Workspace",
                        "the rest of the answer stands: {place}"
                    );
                    if wanted == Some("FORBIDDEN") && !by_key {
                        let required = permission_of(field.guard.as_deref().unwrap()).unwrap();
                        let told = &answer.body["errors"][0]["extensions"]["requiredPermission"];
                        assert_eq!(told, required.as_str(), "{place}");
                    }
                }
            }
        }
    }
}

on_both!(
    r5_every_guarded_field_refuses_whom_it_should_in_a_public_workspace,
    |app| {
        every_field(app, AccessMode::Public).await;
    }
);

on_both!(
    r5_every_guarded_field_refuses_whom_it_should_in_a_private_workspace,
    |app| {
        every_field(app, AccessMode::Private).await;
    }
);

on_both!(r5_a_field_refuses_exactly_what_its_guard_says, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let group = app.group(&ws, "Tree wardens", &[]).await;
    let plain = app
        .member(&ws, "Paul Prins")
        .preset(Preset::Viewer)
        .create()
        .await;
    app.put_into(&ws, group, &plain, Interval::from(app.now()))
        .await;
    let all = fields();
    for field in all
        .iter()
        .filter(|field| REACH.iter().any(|(of, _)| *of == field.of))
    {
        if WIDER.contains(&(&field.of, &field.name)) {
            continue;
        }
        let required = field.guard.as_deref().and_then(permission_of);
        let answer = ask(app, &ws, Some(&plain.key), &field.of, &field.selection).await;
        let place = format!("{}.{}: {:#}", field.of, field.name, answer.body);
        let told = answer.body["errors"][0]["extensions"]["requiredPermission"].as_str();
        if field.name == "apiKeys" {
            assert_eq!(answer.codes(), ["FORBIDDEN"], "{place}");
        } else {
            assert_eq!(told, required.map(Permission::as_str), "{place}");
            assert_eq!(answer.codes().is_empty(), required.is_none(), "{place}");
        }
        if let Some(required) = required {
            let holder = app
                .member(&ws, &format!("{} {}", field.of, field.name))
                .with(required)
                .preset(Preset::Viewer)
                .create();
            let holder = holder.await;
            app.put_into(&ws, group, &holder, Interval::from(app.now()))
                .await;
            let session = app.session_of(holder.account).await;
            let answer = ask(app, &ws, Some(&session), &field.of, &field.selection).await;
            assert!(
                answer.codes().is_empty(),
                "{place} with {required}: {:#}",
                answer.body
            );
        }
    }
});
