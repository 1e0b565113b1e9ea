//! What the schema promises of itself: its text, a description of everything, connections for lists that grow.

use serde_json::{Value, json};

use crate::support::on_both;

#[test]
fn the_schema_is_printed() {
    let printed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql")).unwrap();
    assert!(printed == concierge::app::schema_sdl(), "print it anew: concierge schema schema.graphql");
}

const EVERYTHING: &str = "{ __schema { types { kind name description
    fields(includeDeprecated: true) { name description isDeprecated deprecationReason
        args(includeDeprecated: true) { name description } type { ...T } }
    inputFields(includeDeprecated: true) { name description }
    enumValues(includeDeprecated: true) { name description } }
    directives { name description args { name description } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value[field].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap()
}

/// Whether it says something: words, not its own name again.
fn says(described: &Value) -> bool {
    described["description"].as_str().is_some_and(|text| text.trim().len() > 3 && text.trim() != name(described))
}

on_both!(every_part_of_the_schema_has_a_description, |app| {
    let answer = app.post(None, EVERYTHING, json!({})).await;
    let schema = &answer.data()["__schema"];
    let mut silent = Vec::new();
    for kind in list(schema, "types").filter(|kind| !name(kind).starts_with("__")) {
        // The specification's own scalar.
        if !says(kind) && name(kind) != "ID" {
            silent.push(name(kind).to_owned());
        }
        for part in ["fields", "inputFields", "enumValues"] {
            for member in list(kind, part) {
                if !says(member) {
                    silent.push(format!("{}.{}", name(kind), name(member)));
                }
                for argument in list(member, "args").filter(|argument| !says(argument)) {
                    silent.push(format!("{}.{}({})", name(kind), name(member), name(argument)));
                }
                // Deprecated with a date before it is removed.
                let dated = member["deprecationReason"].as_str().is_some_and(|why| why.contains("20"));
                assert!(member["isDeprecated"] != true || dated, "{}.{}", name(kind), name(member));
            }
        }
    }
    for directive in list(schema, "directives") {
        if !says(directive) {
            silent.push(format!("@{}", name(directive)));
        }
    }
    assert!(silent.is_empty(), "without a description: {}", silent.join(", "));
});

/// Lists that cannot grow without bound, and why they are no connections.
const BOUNDED: &[(&str, &str)] = &[
    ("Query.nodes", "one for each id asked for"),
    ("Query.permissionCatalogue", "the catalogue"),
    ("Workspace.quotaValues", "one for each type, of one scope and subject"),
    ("Workspace.roles", "at most 105"),
    ("Membership.groups", "at most 100"),
    ("Invitation.groups", "at most 100"),
    ("Profile.invitations", "those that wait for one address"),
    ("Profile.sessions", "at most 50"),
    ("Membership.effectivePermissions", "at most fourteen"),
    ("Membership.effectiveQuotas", "one for each type"),
];

on_both!(lists_of_objects_that_can_grow_are_connections, |app| {
    let answer = app.post(None, EVERYTHING, json!({})).await;
    let schema = &answer.data()["__schema"];
    let nodes: Vec<&str> = {
        let query = "{ __type(name: \"Node\") { possibleTypes { name } } }";
        let answer = app.post(None, query, json!({})).await;
        let all = answer.data()["__type"]["possibleTypes"].as_array().unwrap().clone();
        all.into_iter().map(|one| &*Box::leak(name(&one).to_owned().into_boxed_str())).collect()
    };
    let mut wrong = Vec::new();
    for kind in list(schema, "types") {
        let own = name(kind);
        if own.starts_with("__") || own.ends_with("Connection") || own.ends_with("Payload") || own.ends_with("Result") {
            continue;
        }
        for field in list(kind, "fields") {
            let place = format!("{own}.{}", name(field));
            let (mut inner, mut is_list) = (&field["type"], false);
            while !inner["ofType"].is_null() {
                is_list |= inner["kind"] == "LIST";
                inner = &inner["ofType"];
            }
            let paged = list(field, "args").any(|argument| name(argument) == "first");
            if name(inner).ends_with("Connection") {
                let arguments: Vec<&str> = list(field, "args").map(name).collect();
                // The contract walks the directory forward only.
                let forward = if place == "Workspace.directory" { 2 } else { 4 };
                let all = ["first", "after", "last", "before"][..forward].iter().all(|argument| arguments.contains(argument));
                assert!(all, "{place} takes {arguments:?}");
            } else if is_list && (paged || nodes.contains(&name(inner))) && !BOUNDED.iter().any(|(known, _)| *known == place) {
                wrong.push(place);
            }
        }
    }
    assert!(wrong.is_empty(), "lists that are no connections: {}", wrong.join(", "));
});

on_both!(only_objects_of_the_interface_node_have_an_id, |app| {
    let query = "{ __schema { types { kind name interfaces { name } fields(includeDeprecated: true) { name } } } }";
    let answer = app.post(None, query, json!({})).await;
    let mut wrong = Vec::new();
    for kind in list(&answer.data()["__schema"], "types").filter(|kind| kind["kind"] == "OBJECT") {
        let is_node = list(kind, "interfaces").any(|interface| name(interface) == "Node");
        let has_id = list(kind, "fields").any(|field| name(field) == "id");
        if is_node != has_id {
            wrong.push(name(kind).to_owned());
        }
    }
    assert!(wrong.is_empty(), "client stores key objects by `id`: {}", wrong.join(", "));
});

on_both!(every_mutation_answers_a_payload_of_its_own_or_null, |app| {
    let query = "{ __type(name: \"Mutation\") { fields { name type { kind name } } } }";
    let answer = app.post(None, query, json!({})).await;
    for mutation in list(&answer.data()["__type"], "fields") {
        let own = format!("{}{}Payload", name(mutation)[..1].to_uppercase(), &name(mutation)[1..]);
        assert_eq!(mutation["type"], json!({ "kind": "OBJECT", "name": own }), "{}", name(mutation));
    }
});
