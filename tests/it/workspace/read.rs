//! Who reads what of a workspace, and who is refused how (JOIN-1 and api.md).

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::{AccessMode, QuotaScope, QuotaType},
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

/// Every guarded field of a workspace, with a selection.
const GUARDED: [(&str, &str); 14] = [
    ("secondaryWorkspaces", "secondaryWorkspaces { totalCount }"),
    ("defaultPermissions", "defaultPermissions"),
    ("license", "license { seats }"),
    ("quotaValues", "quotaValues(scope: DEFAULT) { limit }"),
    (
        "allQuotaValues",
        "allQuotaValues(scope: DEFAULT) { totalCount }",
    ),
    ("anonymousQuotas", "anonymousQuotas { pool perAddress }"),
    ("member", "member(email: \"nobody@example.org\") { id }"),
    ("members", "members { totalCount }"),
    ("groups", "groups { totalCount }"),
    ("group", "group(slug: \"parks\") { id }"),
    ("invitations", "invitations { totalCount }"),
    ("accessRequests", "accessRequests { totalCount }"),
    ("apiKeys", "apiKeys { totalCount }"),
    (
        "quotaPreview",
        "quotaPreview(input: { type: API_CALLS }) { limit }",
    ),
];

fn guarded() -> String {
    let fields: Vec<&str> = GUARDED.iter().map(|(_, selection)| *selection).collect();
    format!(
        "{{ workspace(slug: \"riverton\") {{ slug {} }} }}",
        fields.join(" ")
    )
}

/// All guarded fields are null with `code` at their paths, and the rest of the answer stands.
async fn refused(app: &TestApp, who: &str, credential: Option<&str>, code: &str) {
    let answer = app.post(credential, &guarded(), json!({})).await;
    assert_eq!(answer.status, 200);
    let mut refusals = answer.refusals();
    refusals.sort();
    let mut wanted: Vec<String> = GUARDED
        .iter()
        .map(|(field, _)| format!("{code} workspace.{field}"))
        .collect();
    wanted.sort();
    assert_eq!(refusals, wanted, "{who}");
    for error in answer.body["errors"].as_array().unwrap() {
        let required = &error["extensions"]["requiredPermission"];
        // No permission lets a key see keys (KEY-5).
        let barred = error["path"][1] == "apiKeys"
            && credential.is_some_and(|credential| credential.starts_with("cck_"));
        let wanted = if code == "FORBIDDEN" && !barred {
            json!("EDIT_WORKSPACE_PROPERTIES")
        } else {
            Value::Null
        };
        assert_eq!(*required, wanted, "{who}");
    }
    let workspace = &answer.body["data"]["workspace"];
    assert_eq!(workspace["slug"], "riverton");
    assert!(
        GUARDED.iter().all(|(field, _)| workspace[field].is_null()),
        "{who}"
    );
}

on_both!(who_is_refused_how_on_every_guarded_field, |app| {
    for mode in [AccessMode::Public, AccessMode::Private] {
        let (slug, elsewhere) = (
            "riverton",
            format!("elsewhere-{}", mode.as_str().to_lowercase()),
        );
        app.sql(
            "UPDATE workspace SET slug = CAST(access_mode AS text) || slug WHERE slug = $1",
            vec![slug.into()],
        )
        .await;
        let ws = app.workspace_with(slug, mode, None).await;
        let other = app.workspace(&elsewhere).await;
        let name = |name: &str| format!("{name} {}", mode.as_str());
        let outsider = app.administrator(&other, &name("Otto")).await;
        let plain = app
            .member(&ws, &name("Paul"))
            .preset(Preset::Publisher)
            .create()
            .await;
        let disabled = app
            .member(&ws, &name("Dan"))
            .preset(Preset::Administrator)
            .disabled()
            .create()
            .await;
        let later = Interval::from(app.now() + Duration::hours(1));
        let scheduled = app
            .member(&ws, &name("Sue"))
            .preset(Preset::Administrator)
            .during(later)
            .create()
            .await;
        let gone = app
            .member(&ws, &name("Gus"))
            .preset(Preset::Administrator)
            .until(app.now())
            .create()
            .await;
        let ewp = Permission::EditWorkspaceProperties;
        let narrow = app
            .member(&ws, &name("Kit"))
            .with(ewp)
            .scoped(&[Permission::ManageReuses])
            .create()
            .await;
        refused(app, "anonymous", None, "UNAUTHENTICATED").await;
        for (who, member) in [
            ("outsider", &outsider),
            ("disabled", &disabled),
            ("scheduled", &scheduled),
            ("gone", &gone),
        ] {
            refused(
                app,
                who,
                Some(&app.session(member.account).await),
                "FORBIDDEN",
            )
            .await;
        }
        refused(
            app,
            "plain member",
            Some(&app.session(plain.account).await),
            "FORBIDDEN",
        )
        .await;
        refused(app, "plain key", Some(&plain.key), "FORBIDDEN").await;
        refused(app, "narrow key", Some(&narrow.key), "FORBIDDEN").await;
        // The member of that key is not refused.
        let answer = app
            .post(
                Some(&app.session(narrow.account).await),
                &guarded(),
                json!({}),
            )
            .await;
        assert!(!answer.data()["workspace"]["members"].is_null());
        // By key there is no other workspace (KEY-5).
        let answer = app.post(Some(&outsider.key), &guarded(), json!({})).await;
        assert_eq!(*answer.data(), json!({ "workspace": null }));
    }
});

on_both!(ewp_holders_read_all_of_it, |app| {
    let ws = app.workspace("riverton").await;
    app.group(&ws, "Parks", &[]).await;
    let ewp = app
        .member(&ws, "Edith Ewp")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    let answer = app
        .post(Some(&app.session(ewp.account).await), &guarded(), json!({}))
        .await;
    let workspace = &answer.data()["workspace"];
    let empty: Vec<&str> = GUARDED
        .iter()
        .map(|(field, _)| *field)
        .filter(|field| workspace[field].is_null())
        .collect();
    assert_eq!(empty, ["member"], "nobody has that address");
    // By key: everything but keys (KEY-5), and the secondary workspaces' faces (WS-9).
    let answer = app.post(Some(&ewp.key), &guarded(), json!({})).await;
    assert_eq!(answer.refusals(), ["FORBIDDEN workspace.apiKeys"]);
});

on_both!(who_reads_roles_license_and_secondary_workspaces, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    app.workspace_with("riverton-transit", AccessMode::Private, Some(&ws))
        .await;
    let plain = app.member(&ws, "Paul Plain").create().await;
    let manager = app
        .member(&ws, "Mia Manager")
        .with(Permission::ManageSecondaryWorkspaces)
        .create()
        .await;
    let disabled = app.member(&ws, "Dan Disabled").disabled().create().await;
    let operator = app
        .member(&app.workspace("elsewhere").await, "Olga Operator")
        .create()
        .await;
    app.make_operator(operator.account).await;
    let query = "{ workspace(slug: \"riverton\") { roles { name } license { seatsUsed } secondaryWorkspaces { nodes { slug } } members { totalCount } } }";
    let ask = async |account| {
        let answer = app
            .post(Some(&app.session(account).await), query, json!({}))
            .await;
        let workspace = &answer.body["data"]["workspace"];
        (
            !workspace["roles"].is_null(),
            !workspace["license"].is_null(),
            workspace["secondaryWorkspaces"].clone(),
            workspace["members"].clone(),
        )
    };
    let secondary = json!({ "nodes": [{ "slug": "riverton-transit" }] });
    assert_eq!(
        ask(plain.account).await,
        (true, false, Value::Null, Value::Null)
    );
    assert_eq!(
        ask(manager.account).await,
        (true, false, secondary, Value::Null)
    );
    assert_eq!(
        ask(disabled.account).await,
        (false, false, Value::Null, Value::Null)
    );
    assert_eq!(
        ask(operator.account).await,
        (false, true, Value::Null, Value::Null)
    );
    let answer = app
        .post(
            None,
            "{ workspace(slug: \"riverton\") { roles { name } } }",
            json!({}),
        )
        .await;
    assert_eq!(answer.refusals(), ["UNAUTHENTICATED workspace.roles"]);
});

on_both!(join_1_the_face_that_outsiders_see, |app| {
    let ws = app.workspace("riverton").await;
    let hidden = app
        .workspace_with("hidden", AccessMode::Private, None)
        .await;
    let outsider = app
        .member(&app.workspace("elsewhere").await, "Otto Outsider")
        .create()
        .await;
    let session = app.session(outsider.account).await;
    let query = "query ($slug: String!) { workspace(slug: $slug) { id slug name description createdAt accessMode signInSuggested
        signUp { enabled approvalRequired } parent { id } viewerMembership { id } viewerCan(permission: BROWSE_ALL_DATASETS) } }";
    for (ws, mode) in [(&ws, "PUBLIC"), (&hidden, "PRIVATE")] {
        let expected = json!({ "workspace": {
            "id": ws.id.to_string(), "slug": ws.slug, "name": format!("{} open data", ws.slug), "description": null,
            "createdAt": "2026-03-02T08:00:00.000000Z", "accessMode": mode, "signInSuggested": false,
            "signUp": { "enabled": false, "approvalRequired": false }, "parent": null, "viewerMembership": null, "viewerCan": false,
        } });
        for credential in [None, Some(session.as_str())] {
            assert_eq!(
                *app.post(credential, query, json!({ "slug": ws.slug }))
                    .await
                    .data(),
                expected
            );
        }
    }
});

on_both!(
    join_1_the_list_of_workspaces_shows_public_ones_and_ones_own,
    |app| {
        let riverton = app.workspace("riverton").await;
        let hidden = app
            .workspace_with("hidden", AccessMode::Private, None)
            .await;
        let mine = app.workspace_with("mine", AccessMode::Private, None).await;
        let paul = app.member(&mine, "Paul Plain").create().await;
        app.member(&hidden, "Paul Plain")
            .of(paul.account)
            .until(app.now())
            .create()
            .await;
        let operator = app.member(&riverton, "Olga Operator").create().await;
        app.make_operator(operator.account).await;
        let query = "query ($filter: WorkspaceFilter) { workspaces(filter: $filter) { totalCount nodes { slug } } }";
        let ask = async |credential: Option<&str>, filter: Value| -> Vec<String> {
            let answer = app
                .post(credential, query, json!({ "filter": filter }))
                .await;
            let found = &answer.data()["workspaces"];
            let slugs: Vec<String> = found["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|node| node["slug"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(found["totalCount"], slugs.len());
            slugs
        };
        let paul_s = app.session(paul.account).await;
        assert_eq!(ask(None, Value::Null).await, ["riverton"]);
        assert_eq!(ask(Some(&paul_s), Value::Null).await, ["mine", "riverton"]);
        assert_eq!(ask(Some(&paul_s), json!({ "mine": true })).await, ["mine"]);
        assert_eq!(
            ask(Some(&paul_s), json!({ "mine": false })).await,
            ["riverton"]
        );
        assert_eq!(
            ask(Some(&paul_s), json!({ "accessMode": "PRIVATE" })).await,
            ["mine"]
        );
        assert_eq!(ask(Some(&paul.key), Value::Null).await, ["mine"]);
        assert_eq!(
            ask(Some(&app.session(operator.account).await), Value::Null).await,
            ["hidden", "mine", "riverton"]
        );
        assert_eq!(
            ask(Some(&operator.key), Value::Null).await,
            ["riverton"],
            "no key acts as an operator"
        );
    }
);

on_both!(key_7_a_gateway_key_reads_nothing_inside, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    app.sql(
        "UPDATE api_key SET kind = 'GATEWAY' WHERE id = $1",
        vec![ada.key_id.0.into()],
    )
    .await;
    refused(app, "gateway", Some(&ada.key), "FORBIDDEN").await;
    let query = "{ viewer { can(workspace: \"riverton\", permission: MANAGE_REUSES) } workspace(slug: \"riverton\") { roles { name } } }";
    let answer = app.post(Some(&ada.key), query, json!({})).await;
    assert_eq!(answer.refusals(), ["FORBIDDEN workspace.roles"]);
    assert_eq!(answer.body["data"]["viewer"]["can"], false);
});

on_both!(quota_values_of_each_scope_that_count_now, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let bob = app
        .member(&ws, "Bob Bare")
        .until(app.now() + Duration::minutes(5))
        .create()
        .await;
    let (parks, water) = (
        app.group(&ws, "Parks", &[]).await,
        app.group(&ws, "Water", &[]).await,
    );
    let calls = (QuotaType::ApiCalls, None);
    app.quota(&ws, QuotaScope::Default, None, calls, 10).await;
    app.quota(
        &ws,
        QuotaScope::Default,
        None,
        (QuotaType::Datasets, None),
        3,
    )
    .await;
    app.quota(&ws, QuotaScope::Group, Some(parks.0), calls, 20)
        .await;
    app.quota(&ws, QuotaScope::Group, Some(water.0), calls, 30)
        .await;
    app.quota(&ws, QuotaScope::Member, Some(bob.id.0), calls, 40)
        .await;
    app.quota(&ws, QuotaScope::License, None, calls, 50).await;
    let query = "query ($scope: QuotaScope!) { workspace(slug: \"riverton\") { quotaValues(scope: $scope) { type subjectId limit period } } }";
    let ask = async |scope: &str| {
        let answer = app
            .post(Some(&ada.key), query, json!({ "scope": scope }))
            .await;
        answer.data()["workspace"]["quotaValues"].clone()
    };
    let value = |subject: Option<String>, limit: i64| json!({ "type": "API_CALLS", "subjectId": subject, "limit": limit, "period": "DAY" });
    let datasets = json!({ "type": "DATASETS", "subjectId": null, "limit": 3, "period": null });
    assert_eq!(ask("DEFAULT").await, json!([value(None, 10), datasets]));
    assert_eq!(
        ask("GROUP").await,
        json!([
            value(Some(parks.to_string()), 20),
            value(Some(water.to_string()), 30)
        ])
    );
    assert_eq!(
        ask("MEMBER").await,
        json!([value(Some(bob.id.to_string()), 40)])
    );
    assert_eq!(ask("LICENSE").await, json!([value(None, 50)]));
    assert_eq!(ask("WORKSPACE_CAP").await, json!([]));
    // What hangs on an ended row counts no more (TIME-7).
    app.end_group(&ws, water, app.now()).await;
    app.pass(Duration::minutes(5));
    assert_eq!(
        ask("GROUP").await,
        json!([value(Some(parks.to_string()), 20)])
    );
    assert_eq!(ask("MEMBER").await, json!([]));
});
