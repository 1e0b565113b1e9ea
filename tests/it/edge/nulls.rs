//! Null where refused: a nullable field that fails is null with its error, and the rest of the
//! answer stands.

use std::{fs, path::Path};

use serde_json::json;

use crate::support::{TestApp, on_both};

/// Each nullable root of `Query`, asked for by a visitor in a way that is refused while it runs;
/// `WS` is the workspace's id.
const REFUSED: &[(&str, &str)] = &[
    (
        "node",
        "node(id: \"ws_01jzmv0b0pem2r1tnhdwk2shhy@2026-03-02T09:00:00.000000Z\") { id }",
    ),
    ("workspace", "workspace(slug: \"Riverton\") { id }"),
    (
        "invitationByToken",
        "invitationByToken(token: \"cci_nonsense\") { id }",
    ),
    (
        "passwordStrength",
        "passwordStrength(password: \"x\", email: \"x\") { __typename }",
    ),
    (
        "verifyAudit",
        "verifyAudit(workspaceId: \"WS\") { __typename }",
    ),
    (
        "checkAccess",
        "checkAccess(input: { resource: \"ds_01jzmv0b0pem2r1tnhdwk2shhy\", anonymous: true }) { allowed }",
    ),
    (
        "checkAccessBatch",
        "checkAccessBatch(inputs: [{ resource: \"ds_01jzmv0b0pem2r1tnhdwk2shhy\", anonymous: true }]) { index }",
    ),
];

/// Nullable roots that nothing a visitor asks is refused by: `what_cannot_be_loaded_is_null_alone`
/// breaks their table.
const NEVER_REFUSED: [&str; 1] = ["explainQuota"];

/// By GET, where secrets are refused too.
async fn by_get(app: &TestApp, query: &str) -> crate::support::app::Answer {
    let query: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
    app.get(
        &format!("/graphql?query={query}"),
        &[("accept", "application/graphql-response+json")],
    )
    .await
}

on_both!(every_nullable_root_nulls_itself_alone, |app| {
    let ws = app.workspace("riverton").await;
    let query = "{ __type(name: \"Query\") { fields { name type { kind } } } }";
    let answer = app.post(None, query, json!({})).await;
    for field in answer.data()["__type"]["fields"].as_array().unwrap() {
        let name = field["name"].as_str().unwrap();
        let Some((_, refused)) = REFUSED.iter().find(|(known, _)| *known == name) else {
            assert!(
                field["type"]["kind"] == "NON_NULL" || NEVER_REFUSED.contains(&name),
                "make {name} fail here"
            );
            continue;
        };
        let refused = refused.replace("WS", &ws.id.to_string());
        let query = format!(
            "{{ viewer {{ kind }} {refused} after: workspace(slug: \"riverton\") {{ slug }} }}"
        );
        let answer = by_get(app, &query).await;
        assert_eq!(answer.status, 200, "{name}");
        let paths: Vec<_> = answer
            .refusals()
            .iter()
            .map(|refusal| refusal.split_once(' ').unwrap().1.to_owned())
            .collect();
        assert_eq!(paths, [name], "{:#}", answer.body);
        let expected = json!({ "viewer": { "kind": "ANONYMOUS" }, name: null, "after": { "slug": "riverton" } });
        assert_eq!(answer.body["data"], expected, "{name}");
    }
});

on_both!(fields_of_the_viewer_null_themselves_alone, |app| {
    let query = "{ viewer { kind membership(workspace: \"River ton\") { id } } nodes(ids: [
        \"ws_01jzmv0b0pem2r1tnhdwk2shhy@2026-03-02T09:00:00.000000Z\", \"acc_01jzmv0b0pem2r1tnhdwk2shhy@2026-03-02T09:00:00.000000Z\"]) { id } }";
    let answer = app.post(None, query, json!({})).await;
    assert_eq!(
        answer.refusals(),
        [
            "BAD_USER_INPUT viewer.membership",
            "BAD_USER_INPUT nodes.0",
            "BAD_USER_INPUT nodes.1"
        ],
        "{:#}",
        answer.body
    );
    let expected =
        json!({ "viewer": { "kind": "ANONYMOUS", "membership": null }, "nodes": [null, null] });
    assert_eq!(answer.body["data"], expected);
});

on_both!(what_cannot_be_loaded_is_null_alone, |app| {
    let (_, ada) = app.portal().await;
    // What these fields are loaded from is gone.
    app.sql("ALTER TABLE membership_form RENAME TO elsewhere_1", vec![])
        .await;
    app.sql("ALTER TABLE access_renewal RENAME TO elsewhere_2", vec![])
        .await;
    app.sql("ALTER TABLE quota_use RENAME TO elsewhere_3", vec![])
        .await;
    let query = "query($id: ID!) { workspace(slug: \"riverton\") {
        member(id: $id) { state answers { key } acceptedTermsVersion accessRenewal { id } } }
        explainQuota(membershipId: $id, type: API_CALLS) { limit } }";
    let answer = app
        .post(Some(&ada.key), query, json!({ "id": ada.id.to_string() }))
        .await;
    let mut refusals = answer.refusals();
    refusals.sort_unstable();
    let fields = ["acceptedTermsVersion", "accessRenewal", "answers"]
        .map(|field| format!("INTERNAL workspace.member.{field}"));
    assert_eq!(
        refusals,
        [vec!["INTERNAL explainQuota".to_owned()], fields.to_vec()].concat()
    );
    let member = json!({ "state": "ACTIVE", "answers": null, "acceptedTermsVersion": null, "accessRenewal": null });
    assert_eq!(
        answer.body["data"],
        json!({ "workspace": { "member": member }, "explainQuota": null })
    );
});

/// What the resolvers of a file answer, each with its line; `Result<Option<…>>` would null the
/// parent.
fn faults(path: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            faults(&path, found);
            continue;
        }
        let mut is_object = false;
        for (place, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            is_object = line.starts_with("#[Object") || is_object && line != "}";
            if is_object && line.contains("Result<Option<") && line.contains("-> ") {
                found.push(format!("{}:{}", path.display(), place + 1));
            }
        }
    }
}

#[test]
fn no_resolver_of_a_nullable_field_nulls_its_parent() {
    let mut found = Vec::new();
    faults(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/graphql")),
        &mut found,
    );
    assert!(
        found.is_empty(),
        "answer graphql::error::Nullable: {found:#?}"
    );
}

#[test]
fn the_scan_knows_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let text = "#[Object]\nimpl A {\n    async fn b(&self) -> Result<Option<C>> {\n    }\n}\nfn d() -> Result<Option<E>> {}\n";
    fs::write(folder.path().join("a.rs"), text).unwrap();
    let mut found = Vec::new();
    faults(folder.path(), &mut found);
    assert_eq!(found.len(), 1, "{found:?}");
}
