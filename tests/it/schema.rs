//! What the schema promises of itself: its text, a description of everything, connections for lists
//! that grow.

use async_graphql::{
    Positioned,
    parser::types::{TypeKind, TypeSystemDefinition},
};
use serde_json::{Value, json};

use crate::support::on_both;

#[test]
fn the_schema_is_printed() {
    let printed =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql")).unwrap();
    assert!(
        printed == concierge::app::schema_sdl(),
        "print it anew: concierge schema schema.graphql"
    );
}

const EVERYTHING: &str = "{ __schema { types { kind name description
    fields(includeDeprecated: true) { name description isDeprecated deprecationReason
        args(includeDeprecated: true) { name description } type { ...T } }
    inputFields(includeDeprecated: true) { name description }
    enumValues(includeDeprecated: true) { name description } }
    directives { name description args { name description } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value[field]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap()
}

/// Whether it says something: words, not its own name again.
fn says(described: &Value) -> bool {
    described["description"]
        .as_str()
        .is_some_and(|text| text.trim().len() > 3 && text.trim() != name(described))
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
                    silent.push(format!(
                        "{}.{}({})",
                        name(kind),
                        name(member),
                        name(argument)
                    ));
                }
                // Deprecated with a date before it is removed.
                let dated = member["deprecationReason"]
                    .as_str()
                    .is_some_and(|why| why.contains("20"));
                assert!(
                    member["isDeprecated"] != true || dated,
                    "{}.{}",
                    name(kind),
                    name(member)
                );
            }
        }
    }
    for directive in list(schema, "directives") {
        if !says(directive) {
            silent.push(format!("@{}", name(directive)));
        }
    }
    assert!(
        silent.is_empty(),
        "without a description: {}",
        silent.join(", ")
    );
});

/// Introspection shows no directives, so descriptions say who may.
#[test]
fn every_guard_is_named_in_the_description() {
    let schema = async_graphql::parser::parse_schema(concierge::app::schema_sdl()).unwrap();
    let mut silent = Vec::new();
    for definition in schema.definitions {
        let TypeSystemDefinition::Type(ty) = definition else {
            continue;
        };
        let TypeKind::Object(object) = &ty.node.kind else {
            continue;
        };
        for Positioned { node: field, .. } in &object.fields {
            let guards = field.directives.iter().map(|directive| &directive.node);
            for guard in guards.filter(|guard| guard.name.node == "requires") {
                let (kind, needed) = &guard.arguments[0];
                let needed = match (kind.node.as_str(), needed.node.to_string().as_str()) {
                    ("role", "OPERATOR") => "perators".to_owned(),
                    (_, name) => name.to_owned(),
                };
                let says = field.description.as_ref();
                if !says.is_some_and(|says| says.node.contains(&needed)) {
                    silent.push(format!(
                        "{}.{}: {needed}",
                        ty.node.name.node, field.name.node
                    ));
                }
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join(", "));
}

/// Lists outside connections, and what bounds each.
const BOUNDED: &[(&str, &str)] = &[
    ("AccessCheck.conditions", "one for each kind"),
    (
        "AccessCheck.recordFilters",
        "one for each grant and group that opens the dataset",
    ),
    ("AccessDifference.gained", "fourteen permissions"),
    ("AccessDifference.gainedAccess", "at most 100, and a count"),
    ("AccessDifference.lost", "fourteen permissions"),
    ("AccessDifference.lostAccess", "at most 100, and a count"),
    ("AccessEffect.gained", "fourteen permissions"),
    ("AccessEffect.gainedAccess", "at most 100, and a count"),
    ("AccessEffect.lost", "fourteen permissions"),
    ("AccessEffect.lostAccess", "at most 100, and a count"),
    ("AccessEffect.quotas", "one for each type"),
    ("AccessEffect.stoppedApiKeys", "a member's keys, at most 50"),
    ("AccessExplanation.obstacles", "one for each kind"),
    (
        "AccessExplanation.recordFilters",
        "one for each grant and group that opens the dataset",
    ),
    (
        "AccessExplanation.sources",
        "one for each path: role, grants, at most 100 groups",
    ),
    (
        "AccessExplanation.suggestions",
        "at most ten roles and ten groups",
    ),
    (
        "AccessRequest.answers",
        "the fields of the form, at most 30",
    ),
    ("Analytics.days", "at most 800"),
    ("Analytics.topDatasets", "at most 100"),
    ("AnalyticsDay.refusals", "one for each limit"),
    ("ApiKey.allowedNetworks", "at most 20"),
    ("ApiKey.effectivePermissions", "fourteen permissions"),
    ("ApiKey.secrets", "at most two"),
    ("ApiKey.permissions", "fourteen permissions"),
    (
        "ChangePasswordPayload.endedSessionIds",
        "at most 50 sessions",
    ),
    ("Dataset.copies", "at most 100 of one original"),
    (
        "Dataset.viewerRecordFilters",
        "one for each grant and group that opens the dataset",
    ),
    (
        "EffectivePermission.sources",
        "one for each path: role, grants, at most 100 groups",
    ),
    ("EffectiveQuota.groupLimits", "at most 100 groups"),
    (
        "EndOtherSessionsPayload.endedSessionIds",
        "at most 50 sessions",
    ),
    ("EndSessionPayload.endedSessionIds", "one"),
    ("EraseAccountPayload.blockedBy", "the first 100"),
    (
        "GrantPermissionsResult.grants",
        "one for each right of the call",
    ),
    ("Group.permissions", "fourteen permissions"),
    ("Group.quotaValues", "one for each type"),
    ("Invitation.groups", "at most 100"),
    ("Invitation.permissions", "fourteen permissions"),
    ("Invitation.quotaValues", "one for each type"),
    ("License.quotas", "one for each type"),
    ("Membership.answers", "the fields of the form, at most 30"),
    ("Membership.backOfficeSections", "fourteen sections"),
    ("Membership.effectivePermissions", "fourteen permissions"),
    ("Membership.effectiveQuotas", "one for each type"),
    ("Membership.groups", "at most 100"),
    ("PasswordStrength.codes", "one for each fault"),
    ("PermissionCategory.permissions", "fourteen permissions"),
    ("PermissionInfo.sections", "fourteen sections"),
    ("Page.copies", "at most 100 of one original"),
    ("Profile.invitations", "at most 100"),
    ("Profile.secondFactors", "one app and at most 20 passkeys"),
    ("Profile.sessions", "at most 50"),
    (
        "Query.checkAccessBatch",
        "one for each question, at most 1,000",
    ),
    ("Query.nodes", "one for each id, at most 100"),
    ("ConfirmTotpPayload.recoveryCodes", "ten"),
    ("FinishPasskeyRegistrationPayload.recoveryCodes", "ten"),
    ("RegenerateRecoveryCodesPayload.recoveryCodes", "ten"),
    ("SignInPayload.secondFactors", "three kinds"),
    ("Query.permissionCatalogue", "the catalogue"),
    (
        "ResetPasswordPayload.livingApiKeys",
        "at most 100, and a count",
    ),
    ("Role.permissions", "fourteen permissions"),
    ("ScheduleAccountDeletionPayload.blockedBy", "the first 100"),
    ("SetQuotasPayload.values", "at most 100 of each type"),
    ("SignOutPayload.endedSessionIds", "at most 50 sessions"),
    ("SignUpField.choices", "at most 50"),
    ("SignUpField.labels", "one for each language"),
    ("SignUpSettings.allowedEmailDomains", "at most 100"),
    ("SignUpSettings.fields", "at most 30"),
    ("AccessEffect.passedLimits", "one for each type of quota"),
    ("SignUpSettings.introductions", "one for each language"),
    ("SignUpSettings.notificationReceivers", "at most 20"),
    ("SignUpSettings.termsByLocale", "one for each language"),
    (
        "RestoreMembersResult.leftOut",
        "the first 100, with a count",
    ),
    (
        "SetInactivityPolicyPayload.inactiveMembers",
        "the first 100, with a count",
    ),
    (
        "SetSignInPolicyPayload.concernedMembers",
        "the first 100, with a count",
    ),
    ("SignUpSettings.notificationAddresses", "at most 20"),
    ("Theme.colors", "at most 12"),
    ("Workspace.apiCallsByDay", "at most 800"),
    (
        "Workspace.datasetThemes",
        "at most 100, and those that were texts before",
    ),
    ("Workspace.defaultPermissions", "fourteen permissions"),
    ("Workspace.quotaValues", "at most 3,000; refused with more"),
    ("Workspace.roles", "at most 105"),
];

/// Lists of every payload or of every error, and what bounds them.
const OF_PAYLOADS: &[(&str, &str)] = &[
    ("results", "one for each item of the call, at most 1,000"),
    ("errors", "one for each fault of the input"),
    ("changes", "one for each field that a call changes"),
    (
        "effects",
        "one for each member that a call touches, at most 10,000",
    ),
    ("path", "a path in the input"),
];

on_both!(a_5_every_list_is_a_connection_or_has_a_bound, |app| {
    let answer = app.post(None, EVERYTHING, json!({})).await;
    let schema = &answer.data()["__schema"];
    let (mut wrong, mut found) = (Vec::new(), Vec::new());
    for kind in list(schema, "types")
        .filter(|kind| !name(kind).starts_with("__") && !name(kind).ends_with("Connection"))
    {
        for field in list(kind, "fields") {
            let place = format!("{}.{}", name(kind), name(field));
            let (mut inner, mut is_list) = (&field["type"], false);
            while !inner["ofType"].is_null() {
                is_list |= inner["kind"] == "LIST";
                inner = &inner["ofType"];
            }
            if name(inner).ends_with("Connection") {
                let arguments: Vec<&str> = list(field, "args").map(name).collect();
                let all = ["first", "after", "last", "before"]
                    .iter()
                    .all(|argument| arguments.contains(argument));
                assert!(all, "{place} takes {arguments:?}");
            } else if is_list {
                let is_payloads = OF_PAYLOADS.iter().any(|(known, _)| *known == name(field));
                if !is_payloads && !BOUNDED.iter().any(|(known, _)| *known == place) {
                    wrong.push(place.clone());
                }
                found.push(place);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "lists without a bound: make them connections: {}",
        wrong.join(", ")
    );
    let gone: Vec<&str> = BOUNDED
        .iter()
        .map(|(known, _)| *known)
        .filter(|known| !found.iter().any(|one| one == known))
        .collect();
    assert!(gone.is_empty(), "no such list: {}", gone.join(", "));
});

on_both!(connections_have_all_four_fields, |app| {
    let answer = app.post(None, EVERYTHING, json!({})).await;
    for kind in
        list(&answer.data()["__schema"], "types").filter(|kind| name(kind).ends_with("Connection"))
    {
        let fields: Vec<&str> = list(kind, "fields").map(name).collect();
        assert_eq!(
            fields,
            ["edges", "nodes", "pageInfo", "totalCount"],
            "{}",
            name(kind)
        );
    }
});

on_both!(every_scalar_of_ours_says_where_it_is_specified, |app| {
    let query = "{ __schema { types { kind name specifiedByURL } } }";
    let answer = app.post(None, query, json!({})).await;
    let standard = ["ID", "String", "Int", "Float", "Boolean"];
    for kind in list(&answer.data()["__schema"], "types").filter(|kind| kind["kind"] == "SCALAR") {
        let url = kind["specifiedByURL"].as_str();
        assert!(
            standard.contains(&name(kind)) || url.is_some_and(|url| url.starts_with("https://")),
            "{}",
            name(kind)
        );
    }
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
    assert!(
        wrong.is_empty(),
        "client stores key objects by `id`: {}",
        wrong.join(", ")
    );
});

on_both!(every_mutation_answers_a_payload_of_its_own_or_null, |app| {
    let query = "{ __type(name: \"Mutation\") { fields { name type { kind name } } } }";
    let answer = app.post(None, query, json!({})).await;
    for mutation in list(&answer.data()["__type"], "fields") {
        let own = format!(
            "{}{}Payload",
            name(mutation)[..1].to_uppercase(),
            &name(mutation)[1..]
        );
        assert_eq!(
            mutation["type"],
            json!({ "kind": "OBJECT", "name": own }),
            "{}",
            name(mutation)
        );
    }
});

/// Mutations without an idempotency key, and why (AUD-5).
const WITHOUT_KEY: &[(&str, &str)] = &[
    ("createAccount", "public"),
    ("verifyEmail", "public"),
    ("resendVerificationEmail", "public"),
    ("confirmEmailChange", "done again, it is answered as done"),
    ("undoEmailChange", "public"),
    ("requestPasswordReset", "public"),
    ("resetPassword", "public, a password"),
    ("changePassword", "a password"),
    (
        "findApiKey",
        "finding changes nothing, and each time is recorded",
    ),
    (
        "reportLeakedApiKey",
        "public, a second report changes nothing",
    ),
    (
        "scheduleAccountDeletion",
        "done again, it is answered as done",
    ),
    (
        "cancelAccountDeletion",
        "done again, it is answered as done",
    ),
    ("eraseAccount", "done again, it is answered as done"),
    ("followDataset", "done again, it is answered as done"),
    ("unfollowDataset", "done again, it is answered as done"),
    ("exportAccountData", "each link works once"),
    ("signIn", "a session"),
    ("completeSignIn", "a session"),
    ("reauthenticate", "a session"),
    ("scheduleFactorRemoval", "a second factor"),
    ("cancelFactorRemoval", "public"),
    ("startTotpEnrolment", "a second factor"),
    ("confirmTotp", "a second factor"),
    ("disableTotp", "a second factor"),
    ("regenerateRecoveryCodes", "a second factor"),
    ("startPasskeyRegistration", "a second factor"),
    ("finishPasskeyRegistration", "a second factor"),
    ("renamePasskey", "a second factor"),
    ("removePasskey", "a second factor"),
    ("startPasskeySignIn", "public"),
    ("signInWithPasskey", "a session"),
    ("signOut", "a session"),
    ("endSession", "a session"),
    ("endOtherSessions", "a session"),
];

on_both!(aud_5_every_other_mutation_takes_an_idempotency_key, |app| {
    let query = "{ __type(name: \"Mutation\") { fields { name args { type { ofType { inputFields { name } } } }
        type { fields { name } } } } }";
    let answer = app.post(None, query, json!({})).await;
    for mutation in list(&answer.data()["__type"], "fields") {
        let takes = list(mutation, "args").any(|argument| {
            list(&argument["type"]["ofType"], "inputFields")
                .any(|field| name(field) == "idempotencyKey")
        });
        let exempt = WITHOUT_KEY
            .iter()
            .any(|(known, _)| *known == name(mutation));
        assert!(takes != exempt, "{}", name(mutation));
        let says = list(&mutation["type"], "fields").any(|field| name(field) == "replayed");
        assert!(
            says || exempt,
            "{} does not say whether it is replayed",
            name(mutation)
        );
    }
});
