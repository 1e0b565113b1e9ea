//! The form of every root field is checked before the first one runs (api.md, "Which exit"):
//! nothing of a call with a wrong form is done, the status is 400, and the message names the place,
//! the value and what is expected.

use async_graphql::parser::types::{
    BaseType, InputValueDefinition, Type, TypeKind, TypeSystemDefinition,
};
use concierge::graphql::form;
use serde_json::{Value, json};

use crate::support::{TestApp, app::Answer, on_both};

/// Every input value of the schema with its owner, as admission names it.
fn inputs() -> Vec<(String, InputValueDefinition)> {
    let schema = async_graphql::parser::parse_schema(concierge::app::schema_sdl()).unwrap();
    let mut found = Vec::new();
    for definition in schema.definitions {
        let TypeSystemDefinition::Type(of) = definition else {
            continue;
        };
        let name = of.node.name.node.to_string();
        match of.node.kind {
            TypeKind::InputObject(input) => found.extend(
                input
                    .fields
                    .into_iter()
                    .map(|field| (name.clone(), field.node)),
            ),
            TypeKind::Object(object) => {
                for field in object.fields {
                    let owner = format!("{name}.{}", field.node.name.node);
                    found.extend(
                        field
                            .node
                            .arguments
                            .into_iter()
                            .map(|argument| (owner.clone(), argument.node)),
                    );
                }
            }
            _ => {}
        }
    }
    found
}

fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}

#[test]
fn every_id_and_every_list_that_is_given_has_a_declared_form() {
    let (mut missing, mut pages) = (Vec::new(), Vec::new());
    for (owner, input) in inputs() {
        let (name, ty) = (input.name.node.as_str(), &input.ty.node);
        if named(ty) == "ID" && form::id(&owner, name).is_none() {
            missing.push(format!(
                "{owner}.{name}: of which kind is the id? (graphql/form.rs, id)"
            ));
        }
        if matches!(ty.base, BaseType::List(_)) && form::size(&owner, name).is_none() {
            missing.push(format!(
                "{owner}.{name}: how many items? (graphql/form.rs, size)"
            ));
        }
        // Admission checks page arguments by their names.
        if matches!(name, "first" | "last") && named(ty) != "Int"
            || matches!(name, "after" | "before") && named(ty) != "String"
        {
            pages.push(format!("{owner}.{name}: {ty}"));
        }
    }
    pages.retain(|place| !place.starts_with("DateTimeRange."));
    assert!(
        missing.is_empty() && pages.is_empty(),
        "{}\n{}",
        missing.join("\n"),
        pages.join("\n")
    );
}

/// Which input objects have a choice among their fields is said by their descriptions; each of them
/// has a rule.
#[test]
fn every_owner_of_a_rule_is_in_the_schema() {
    let owners: Vec<String> = inputs().into_iter().map(|(owner, _)| owner).collect();
    let ruled: Vec<&String> = owners
        .iter()
        .filter(|owner| form::rule(owner).is_some())
        .collect();
    for owner in [
        "Query.workspace",
        "Workspace.member",
        "AcceptInvitationInput",
        "DeclineInvitationInput",
        "Query.verifyAudit",
        "AuditPinInput",
        "DatasetFilter",
        "ConsumeQuotaInput",
        "CreateRoleInput",
        "CreateApiKeyInput",
        "DecideAccessRenewalsInput",
        "SubmitReuseInput",
        "CompleteSignInInput",
        "ReauthenticateInput",
        "UpdateAccountInput",
        "UpdateGroupInput",
        "CheckAccessInput",
        "ExplainAccessInput",
        "GrantPermissionsInput",
        "RevokePermissionsInput",
        "InviteMembersInput",
        "UpdateInvitationsInput",
        "ApproveAccessRequestsInput",
        "RevokeApiKeysInput",
        "SetAccessPeriodInput",
        "UpdateSignUpSettingsInput",
        "SetMemberRoleInput",
        "QuotaValueInput",
        "LicenseValueInput",
        "SetQuotasInput",
    ] {
        assert!(ruled.iter().any(|ruled| *ruled == owner), "{owner}");
    }
}

/// Refused before anything ran: 400, no data, and the message says all of it.
#[track_caller]
fn refused(answer: &Answer, parts: &[&str]) {
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (400, vec!["BAD_USER_INPUT"]),
        "{:#}",
        answer.body
    );
    assert!(answer.body.get("data").is_none(), "{:#}", answer.body);
    let message = answer.body["errors"][0]["message"].as_str().unwrap();
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
}

const ROLE_ID: &str = "role_01jzmv0b0pem2r1tnhdwk2shhy";

async fn second_is_wrong(
    app: &TestApp,
    session: &str,
    workspace: &str,
    wrong: (&str, Value),
    parts: &[&str],
) {
    let (mutation, input) = wrong;
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation($first: CreateGroupInput!, $second: {kind}!) {{ createGroup(input: $first) {{ group {{ id }} }} {mutation}(input: $second) {{ errors {{ code }} }} }}"
    );
    let first = json!({ "workspaceId": workspace, "title": "Tree wardens" });
    let answer = app
        .post(
            Some(session),
            &document,
            json!({ "first": first, "second": input }),
        )
        .await;
    refused(&answer, parts);
}

on_both!(d2_nothing_runs_while_the_form_of_any_root_is_wrong, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    let (id, member) = (ws.id.to_string(), ada.id.to_string());
    let group = app.group(&ws, "Sailors", &[]).await.to_string();
    let before = app.footprint().await;
    let many: Vec<String> = vec![member.clone(); 1_001];
    let day = app.at(86_400);
    let wrong = [
        (
            "deleteGroup",
            json!({ "id": "nonsense" }),
            vec!["input.id", "\"nonsense\" is not an id", "grp_"],
        ),
        (
            "deleteGroup",
            json!({ "id": ROLE_ID }),
            vec!["input.id", ROLE_ID, "another kind", "grp_"],
        ),
        (
            "deleteGroup",
            json!({ "id": format!("{group}@2026-03-02T09:00:00.000000Z") }),
            vec!["input.id", "carries an instant"],
        ),
        (
            "disableMembers",
            json!({ "membershipIds": [] }),
            vec!["input.membershipIds", "0 items", "1 to 1000"],
        ),
        (
            "disableMembers",
            json!({ "membershipIds": many }),
            vec!["input.membershipIds", "1001 items", "1 to 1000"],
        ),
        (
            "disableMembers",
            json!({ "membershipIds": [member, group] }),
            vec!["input.membershipIds[1]", "mem_"],
        ),
        (
            "disableMembers",
            json!({ "membershipIds": [member], "idempotencyKey": "" }),
            vec!["input.idempotencyKey", "1 to 255"],
        ),
        (
            "grantPermissions",
            json!({ "membershipIds": [member], "groupId": group, "permissions": ["CREATE_PAGES"] }),
            vec!["\"input\"", "exactly one of membershipIds and groupId"],
        ),
        (
            "grantPermissions",
            json!({ "groupId": group }),
            vec!["either permissions and permissionGroups, or resourceId"],
        ),
        (
            "setAccessPeriod",
            json!({ "membershipIds": [member], "endsAt": day, "unlimited": true }),
            vec!["exactly one of endsAt"],
        ),
        (
            "setQuotas",
            json!({ "workspaceId": id, "scope": "DEFAULT", "values": [{ "type": "DATASETS" }] }),
            vec!["input.values[0]", "limit"],
        ),
        (
            "setQuotas",
            json!({ "workspaceId": id, "scope": "GROUP", "values": [] }),
            vec!["input.values", "1 to 100"],
        ),
        (
            "revokeApiKeys",
            json!({ "workspaceId": id, "all": false }),
            vec!["workspaceId with all: true"],
        ),
        (
            "setMemberRole",
            json!({ "membershipIds": [member] }),
            vec!["a value for roleId, or null"],
        ),
    ];
    for (mutation, input, parts) in wrong {
        second_is_wrong(app, &session, &id, (mutation, input), &parts).await;
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(d3_a_wrong_form_is_400_wherever_it_stands, |app| {
    let (_, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    for (selection, parts) in [
        (
            "members(first: 0) { totalCount }",
            vec!["\"first\" of \"members\"", "1 to 100, not 0"],
        ),
        (
            "members(last: 101) { totalCount }",
            vec!["\"last\" of \"members\"", "1 to 100, not 101"],
        ),
        (
            "members(first: 1, last: 1) { totalCount }",
            vec!["first or last, not both"],
        ),
        (
            "members(after: \"nonsense\") { totalCount }",
            vec!["\"after\" of \"members\"", "\"nonsense\" is not a cursor"],
        ),
        (
            "quotaPreview(input: { type: DATASETS, memberLimit: -1 }) { limit }",
            vec!["\"input\" of \"quotaPreview\"", "0"],
        ),
        (
            "quotaPreview(input: { type: RECORDS_PER_DATASET, memberLimit: 1500 }) { limit }",
            vec!["\"input\" of \"quotaPreview\"", "1"],
        ),
        (
            "members(filter: { roleIds: [] }) { totalCount }",
            vec!["filter.roleIds", "0 items"],
        ),
        (
            "members(filter: { groupIds: [\"mem_x\"] }) { totalCount }",
            vec!["filter.groupIds[0]", "\"mem_x\"", "grp_"],
        ),
        (
            "members(filter: { states: [GONE] }) { totalCount }",
            vec![
                "filter.states[0]",
                "GONE",
                "choose from",
                "ACTIVE",
                "DISABLED",
            ],
        ),
        (
            "member(id: \"acc_01jzmv0b0pem2r1tnhdwk2shhy\") { id }",
            vec!["\"id\" of \"member\"", "mem_"],
        ),
        (
            "members(filter: { search: \"a\", search: \"b\" }) { totalCount }",
            vec!["\"search\" more than once"],
        ),
        (
            "datasets(filter: { theme: \"a\\u0000b\" }) { totalCount }",
            vec!["\"filter\" of \"datasets\"", "no NUL"],
        ),
        (
            "member { id }",
            vec!["\"member\"", "exactly one of id and email"],
        ),
        (
            "auditEvents(filter: { actorId: \"mem_01jzmv0b0pem2r1tnhdwk2shhy\" }) { totalCount }",
            vec!["acc_ or key_"],
        ),
    ] {
        let query =
            format!("{{ viewer {{ kind }} workspace(slug: \"riverton\") {{ {selection} }} }}");
        refused(&app.post(Some(&session), &query, json!({})).await, &parts);
    }
    for (query, variables, parts) in [
        (
            "query($id: ID!) { node(id: $id) { id } }",
            json!({ "id": "x".repeat(200) }),
            vec!["\"id\" of \"node\"", "\"xxxx", "x\"…", "mem_"],
        ),
        (
            "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            json!({ "ids": [] }),
            vec!["\"ids\" of \"nodes\"", "1 to 100"],
        ),
        (
            "query($n: Int) { workspaces(first: $n) { nodes { id } } }",
            json!({ "n": -1 }),
            vec!["\"first\" of \"workspaces\"", ", not -1"],
        ),
        (
            "query($s: String, $i: ID) { workspace(slug: $s, id: $i) { id } }",
            json!({}),
            vec!["exactly one of slug and id"],
        ),
        (
            "query($f: MembershipFilter) { workspace(slug: \"riverton\") { members(filter: $f) { totalCount } } }",
            json!({ "f": { "states": ["ACTIVE", "GONE"] } }),
            vec!["\"$f.states[1]\"", "\"GONE\"", "choose from", "ENDED"],
        ),
        (
            "query($f: MembershipFilter) { workspace(slug: \"riverton\") { members(filter: $f) { totalCount } } }",
            json!({ "f": { "search": 12 } }),
            vec!["\"$f.search\"", "\"String\"", "the number 12"],
        ),
        (
            "query($at: DateTime) { workspace(slug: \"riverton\") { members(asOf: $at) { totalCount } } }",
            json!({ "at": 12 }),
            vec![
                "is not valid. A value of type \"DateTime\" is expected, not the number 12. A DateTime is",
            ],
        ),
    ] {
        refused(&app.post(Some(&session), query, variables).await, &parts);
    }
});
