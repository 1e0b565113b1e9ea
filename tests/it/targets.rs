//! The other half of the authorization matrix: whom a call is about. Nobody but an administrator
//! touches an administrator (PERM-6) or changes their own access (PERM-7); each refusal leaves no
//! trace. Made against the schema: a mutation that names members and is not in here fails.

use async_graphql::parser::types::{BaseType, TypeKind, TypeSystemDefinition};
use concierge::domain::permission::{Permission, Preset};
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    app::Door,
    on_both,
    world::{Member, Ws},
};

/// What a call over one member says, whoever it is.
struct Line {
    mutation: &'static str,
    /// The input's field that names members.
    names: &'static str,
    more: Value,
    /// Whether an administrator may do it to themself.
    oneself: bool,
}

impl Line {
    fn input(&self, target: &Member) -> Value {
        let id = json!(target.id.to_string());
        let mut input = self.more.clone();
        input[self.names] = if self.names.ends_with("Ids") {
            json!([id])
        } else {
            id
        };
        input
    }
}

/// The table. Whoever adds a mutation that names members adds a line.
async fn lines(app: &TestApp, ws: &Ws, ada: &Member) -> Vec<Line> {
    let line = |mutation, more, oneself| Line {
        mutation,
        names: "membershipIds",
        more,
        oneself,
    };
    let permissions = json!({ "permissions": ["EDIT_WORKSPACE_PROPERTIES"] });
    let group = json!({ "groupId": app.group(ws, "Tree wardens", &[]).await.to_string() });
    let trees = app.dataset(ws, "trees", ada, false, true).await.to_string();
    let values = json!([{ "type": "DATASETS", "limit": 3 }]);
    let quotas = json!({ "workspaceId": ws.id.to_string(), "scope": "MEMBER", "values": values });
    vec![
        line("setMemberRole", json!({ "roleId": null }), false),
        line(
            "setAccessPeriod",
            json!({ "endsAt": app.at(400 * 86_400) }),
            false,
        ),
        line("disableMembers", json!({}), true),
        line("enableMembers", json!({}), true),
        line("revokeMembers", json!({}), false),
        line("setInactivityExemptions", json!({ "exempt": true }), true),
        line("grantPermissions", permissions.clone(), true),
        line("revokePermissions", permissions, true),
        line("addGroupMembers", group.clone(), true),
        line("removeGroupMembers", group, true),
        line(
            "resetQuotaUsage",
            json!({ "type": "API_CALLS", "reason": "a loop" }),
            false,
        ),
        Line {
            mutation: "setQuotas",
            names: "subjectId",
            more: quotas,
            oneself: true,
        },
        Line {
            mutation: "transferOwnership",
            names: "membershipId",
            more: json!({ "ids": [trees] }),
            oneself: true,
        },
    ]
}

/// What becomes of a call about one member: the code of the whole, or of its item.
async fn became(door: &Door, credential: &str, line: &Line, target: &Member) -> String {
    let mut input = line.input(target);
    input["dryRun"] = json!(true);
    let answer = door.mutate(Some(credential), line.mutation, input).await;
    if let Some(code) = answer.codes().first() {
        return (*code).to_owned();
    }
    answer.payload().became().first().map_or_else(
        || answer.payload().errors().join(", "),
        |code| (*code).to_owned(),
    )
}

on_both!(
    r5_nobody_but_an_administrator_touches_one_or_themself,
    |app| {
        let (ws, ada) = app.portal().await;
        let abe = app.administrator(&ws, "Abe Nakamura").await;
        let later = app.member(&ws, "Lena Fischer").create().await;
        let administrator = app.preset(&ws, Preset::Administrator).await;
        let planned = json!({ "membershipIds": [later.id.to_string()], "roleId": administrator.to_string(), "startsAt": app.at(86_400) });
        let ewp = Permission::EditWorkspaceProperties;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(ewp)
            .with(Permission::EditAllDatasets)
            .create()
            .await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let ada_by_session = app.session_of(ada.account).await;
        assert_eq!(
            app.mutate(&ada_by_session, "setMemberRole", planned)
                .await
                .became(),
            ["CHANGED"]
        );
        let listed = json!({ "workspaceId": ws.id.to_string(), "name": "Tram office", "permissions": ["EDIT_WORKSPACE_PROPERTIES"] });
        let listed = app.mutate(&ada_by_session, "createApiKey", listed).await.0["secret"]
            .as_str()
            .unwrap()
            .to_owned();
        let ewa_by_session = app.session_of(ewa.account).await;
        let lines = lines(app, &ws, &ada).await;
        let door = app.tireless_door();
        let before = app.footprint().await;
        for line in lines {
            let name = line.mutation;
            for target in [&ada, &abe, &later] {
                for (who, credential) in [
                    ("an EWP holder", &ewa_by_session),
                    ("their key", &ewa.key),
                    ("a listed key", &listed),
                ] {
                    assert_eq!(
                        became(&door, credential, &line, target).await,
                        "FORBIDDEN",
                        "{name} by {who}"
                    );
                }
            }
            for credential in [&ewa_by_session, &ewa.key] {
                assert_eq!(
                    became(&door, credential, &line, &ewa).await,
                    "FORBIDDEN",
                    "{name} to oneself"
                );
                assert_ne!(
                    became(&door, credential, &line, &ben).await,
                    "FORBIDDEN",
                    "{name} to a member"
                );
            }
            for target in [&abe, &later, &ewa, &ben] {
                assert_ne!(
                    became(&door, &ada_by_session, &line, target).await,
                    "FORBIDDEN",
                    "{name} by an administrator"
                );
            }
            let own = became(&door, &ada_by_session, &line, &ada).await;
            assert_eq!(
                own == "FORBIDDEN",
                !line.oneself,
                "{name} by an administrator to oneself: {own}"
            );
        }
        assert_eq!(app.footprint().await, before);
    }
);

/// The mutations whose input names members, as the schema has them; stopping keys is no touching
/// (PERM-6), calls are counted for whoever makes them, more time is asked for by the member alone,
/// and a link to set a password is no access of one's own (PERM-7): who is sent one is tested in
/// `member::password_resets`. Who is restored is no member any more, and what may not be given back
/// is left out: `member::restore` tests it.
fn naming_members() -> Vec<String> {
    let schema = async_graphql::parser::parse_schema(concierge::app::schema_sdl()).unwrap();
    let mut found = Vec::new();
    for definition in schema.definitions {
        let TypeSystemDefinition::Type(of) = definition else {
            continue;
        };
        let TypeKind::InputObject(input) = of.node.kind else {
            continue;
        };
        let names = |name: &str| {
            input
                .fields
                .iter()
                .any(|field| field.node.name.node == name && is_id(&field.node.ty.node.base))
        };
        if names("membershipIds") || names("membershipId") {
            let name = of.node.name.node.as_str().trim_end_matches("Input");
            found.push(format!("{}{}", name[..1].to_lowercase(), &name[1..]));
        }
    }
    let others = [
        "quotaPreview",
        "explainAccess",
        "checkAccess",
        "revokeApiKeys",
        "consumeQuota",
        "requestAccessRenewal",
        "restoreMembers",
        "sendPasswordResets",
        // Of an account's deletion: tests/it/erasure/succession.rs.
        "successor",
    ];
    found.retain(|name| !others.contains(&name.as_str()));
    found
}

fn is_id(base: &BaseType) -> bool {
    match base {
        BaseType::Named(name) => name == "ID",
        BaseType::List(of) => is_id(&of.base),
    }
}

on_both!(
    r5_the_table_of_targets_has_every_mutation_that_names_members,
    |app| {
        let (ws, ada) = app.portal().await;
        let mut in_table: Vec<String> = lines(app, &ws, &ada)
            .await
            .iter()
            .map(|line| line.mutation.to_owned())
            .collect();
        let mut in_schema = naming_members();
        in_table.sort_unstable();
        in_schema.sort_unstable();
        // Quotas name their subject, whatever it is.
        in_table.retain(|name| name != "setQuotas");
        assert_eq!(in_table, in_schema);
    }
);
