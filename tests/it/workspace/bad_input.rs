//! Wrong forms of reads: each a typed error, none an internal one.

use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

/// Bad input: 400 if nothing ran, 200 with null at its path if something did; nothing else is said.
async fn refused(app: &TestApp, key: &str, query: &str, variables: Value) {
    let answer = app.post(Some(key), query, variables.clone()).await;
    let shown = format!(
        "{query} {}",
        variables.to_string().chars().take(200).collect::<String>()
    );
    assert!(!answer.codes().is_empty(), "{shown}: {:#}", answer.body);
    assert!(
        answer.codes().iter().all(|code| *code == "BAD_USER_INPUT"),
        "{shown}: {:#}",
        answer.body
    );
    if answer.body.get("data").is_some() {
        assert_eq!(answer.status, 200, "{shown}");
        assert!(answer.body["errors"][0]["path"].is_array(), "{shown}");
    } else {
        assert_eq!(answer.status, 400, "{shown}");
    }
}

/// Answered without an error, or refused as bad input; never anything else.
async fn typed(app: &TestApp, key: &str, query: &str, variables: Value) {
    let answer = app.post(Some(key), query, variables).await;
    assert!(
        answer.status == 200 || answer.status == 400,
        "{query}: {:#}",
        answer.body
    );
    assert!(
        answer.codes().iter().all(|code| *code == "BAD_USER_INPUT"),
        "{query}: {:#}",
        answer.body
    );
}

fn texts() -> Vec<String> {
    let long = "x".repeat(10_000);
    [
        "",
        " ",
        "\0",
        "a\0b",
        "a\0@b",
        "\u{1}\u{7f}\u{85}",
        "\u{10ffff}",
        "\u{fffe}",
        "%",
        "_",
        "'",
        "\"",
        "\\",
        "🦀",
        "../..",
        "a b",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([
        long.clone(),
        format!("{long}@example.org"),
        "é".repeat(10_000),
        "a@".repeat(4_000),
        "a ".repeat(5_000),
    ])
    .collect()
}

on_both!(ids_that_are_none_are_bad_input, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let group = app.group(&ws, "Parks", &[]).await;
    let mem = ada.id.to_string();
    let mut bad = texts();
    bad.extend([
        "mem_".to_owned(),
        mem.to_uppercase(),
        format!("{mem}0"),
        mem[..29].to_owned(),
        format!(" {mem}"),
        format!("{mem}\0"),
        mem.replace("mem_", "xyz_"),
        mem.replace("mem_", ""),
        mem.replace("mem_", "mem__"),
        "mem_8zzzzzzzzzzzzzzzzzzzzzzzzz".to_owned(),
        "mem_illegaillegaillegaillegail".to_owned(),
        "1".to_owned(),
        format!("{mem}@2026-01-31T12:00:00.000000Z"),
        format!("{mem}@"),
        format!("{mem}@x_y"),
        format!("@{mem}"),
    ]);
    let fields = [
        "query ($id: ID!) { node(id: $id) { id } }",
        "query ($id: ID!) { nodes(ids: [$id]) { id } }",
        "query ($id: ID!) { workspace(id: $id) { id } }",
        "query ($id: ID!) { workspace(slug: \"riverton\") { member(id: $id) { id } } }",
        "query ($id: ID!) { workspace(slug: \"riverton\") { members(filter: { roleIds: [$id] }) { totalCount } } }",
        "query ($id: ID!) { workspace(slug: \"riverton\") { members(filter: { groupIds: [$id] }) { totalCount } } }",
        "query ($id: ID!) { workspace(slug: \"riverton\") { quotaPreview(input: { type: DATASETS, membershipId: $id }) { limit } } }",
        "query ($id: ID!) { workspace(slug: \"riverton\") { quotaPreview(input: { type: DATASETS, groupIds: [$id] }) { limit } } }",
        "query ($id: ID!) { viewer { canAccess(resource: $id, access: BROWSE) } }",
    ];
    for field in fields {
        for id in &bad {
            refused(app, &ada.key, field, json!({ "id": id })).await;
        }
        for id in [json!(7), json!(true), json!(["x"]), json!({}), Value::Null] {
            refused(app, &ada.key, field, json!({ "id": id })).await;
        }
        // Another type; `node` takes all that are nodes.
        if !field.contains("node") {
            for id in [
                ada.account.to_string(),
                ada.key_id.to_string(),
                format!("aud_{}", &mem[4..]),
                format!("ses_{}", &mem[4..]),
            ] {
                refused(app, &ada.key, field, json!({ "id": id })).await;
            }
        }
    }
    refused(
        app,
        &ada.key,
        "query ($id: ID!) { workspace(slug: \"riverton\") { member(id: $id) { id } } }",
        json!({ "id": group.to_string() }),
    )
    .await;
    // Written into the document.
    for id in ["mem_x", "", "mem_01jd@2026"] {
        refused(
            app,
            &ada.key,
            &format!("{{ node(id: \"{id}\") {{ id }} }}"),
            json!({}),
        )
        .await;
    }
});

on_both!(what_another_workspace_has_is_not_there, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("elsewhere").await,
    );
    let ada = app.administrator(&ws, "Ada Admin").await;
    let theirs = app.administrator(&other, "Otto Other").await;
    let group = app.group(&other, "Parks", &[]).await;
    let role = app.role(&other, "Steward", &[]).await;
    let session = app.session(ada.account).await;
    for credential in [&ada.key, &session] {
        for id in [
            theirs.id.to_string(),
            theirs.account.to_string(),
            theirs.key_id.to_string(),
            group.to_string(),
            role.to_string(),
        ] {
            let answer = app
                .post(
                    Some(credential),
                    "query ($id: ID!) { node(id: $id) { id } }",
                    json!({ "id": id }),
                )
                .await;
            assert_eq!(*answer.data(), json!({ "node": null }), "{id}");
        }
        let preview = "query ($m: ID, $g: [ID!]) { workspace(slug: \"riverton\") { quotaPreview(input: { type: DATASETS, membershipId: $m, groupIds: $g }) { limit } } }";
        for variables in [
            json!({ "m": theirs.id.to_string() }),
            json!({ "g": [group.to_string()] }),
        ] {
            let answer = app.post(Some(credential), preview, variables).await;
            assert_eq!(answer.refusals(), ["NOT_FOUND workspace.quotaPreview"]);
        }
        let list = "query ($f: MembershipFilter) { workspace(slug: \"riverton\") { members(filter: $f) { totalCount } } }";
        for filter in [
            json!({ "groupIds": [group.to_string()] }),
            json!({ "roleIds": [role.to_string()] }),
        ] {
            let answer = app
                .post(Some(credential), list, json!({ "f": filter }))
                .await;
            assert_eq!(answer.data()["workspace"]["members"]["totalCount"], 0);
        }
    }
});

on_both!(texts_of_any_kind_are_typed_errors_or_find_nothing, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    app.group(&ws, "Parks", &[]).await;
    for text in texts() {
        let variables = json!({ "t": text });
        for query in [
            "query ($t: String!) { workspace(slug: \"riverton\") { members(filter: { search: $t }) { totalCount nodes { id } } } }",
            "query ($t: String!) { workspace(slug: \"riverton\") { groups(filter: { search: $t }) { totalCount } } }",
            "query ($t: String!) { workspace(slug: \"riverton\") { invitations(filter: { search: $t }) { totalCount } } }",
            "query ($t: String!) { workspace(slug: \"riverton\") { apiKeys(filter: { search: $t }) { totalCount } } }",
            "query ($t: String!) { workspace(slug: \"riverton\") { group(slug: $t) { id } } }",
            "query ($t: String!) { workspace(slug: $t) { id } }",
            "query ($t: String!) { viewer { membership(workspace: $t) { id } } }",
            "query ($t: String!) { viewer { can(workspace: $t, permission: CREATE_PAGES) } }",
            "query ($t: String!) { invitationByToken(token: $t) { id } }",
            "query ($t: EmailAddress!) { workspace(slug: \"riverton\") { member(email: $t) { id } } }",
        ] {
            let session = app.session(ada.account).await;
            for credential in [&ada.key, &session] {
                if query.contains("apiKeys") && *credential == ada.key {
                    continue;
                }
                typed(app, credential, query, variables.clone()).await;
            }
        }
    }
    for search in [
        "x".repeat(201),
        "a\0b".to_owned(),
        "a\0@b".to_owned(),
        "\u{1}".to_owned(),
    ] {
        for list in ["members", "groups"] {
            let query = format!(
                "query ($t: String!) {{ workspace(slug: \"riverton\") {{ {list}(filter: {{ search: $t }}) {{ totalCount }} }} }}"
            );
            refused(app, &ada.key, &query, json!({ "t": search })).await;
        }
    }
    for slug in ["", "River ton", "riverton\0", "RIVERTON", "ríverton"] {
        refused(
            app,
            &ada.key,
            "query ($t: String!) { workspace(slug: $t) { id } }",
            json!({ "t": slug }),
        )
        .await;
    }
    let answer = app
        .post(
            Some(&ada.key),
            "{ workspace(slug: \"nowhere\") { id } }",
            json!({}),
        )
        .await;
    assert_eq!(*answer.data(), json!({ "workspace": null }));
});

on_both!(wrong_forms_of_filters_and_arguments_are_bad_input, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let role = app
        .preset(&ws, concierge::domain::permission::Preset::Editor)
        .await
        .to_string();
    let many = |value: &str, count: usize| json!(vec![value; count]);
    let list = "query ($f: MembershipFilter) { workspace(slug: \"riverton\") { members(filter: $f) { totalCount } } }";
    for filter in [
        json!({ "states": [] }),
        json!({ "roleIds": [] }),
        json!({ "groupIds": [] }),
        json!({ "directPermissions": [] }),
        json!({ "origins": [] }),
        json!({ "states": many("ACTIVE", 1001) }),
        json!({ "roleIds": many(&role, 1001) }),
        json!({ "origins": many("SIGN_UP", 1001) }),
        json!({ "directPermissions": many("CREATE_PAGES", 1001) }),
        json!({ "states": ["GONE"] }),
        json!({ "states": ["active"] }),
        json!({ "states": [null] }),
        json!({ "signedUpOnly": "MAYBE" }),
        json!({ "hasRole": "yes" }),
        json!({ "unknown": 1 }),
        json!({ "search": 7 }),
        json!({ "accessEnds": { "after": "2026-02-30T00:00:00Z" } }),
        json!({ "accessEnds": { "after": "1969-12-31T23:59:59Z" } }),
        json!({ "joined": { "before": "9999-01-01T00:00:00Z" } }),
        json!({ "joined": { "before": "10000-01-01T00:00:00Z" } }),
        json!({ "lastActive": { "before": "2026-01-31T12:00:00+24:00" } }),
        json!({ "lastActive": { "before": "" } }),
        json!({ "lastActive": { "before": "2026-01-31T12:00:00.1234567890Z" } }),
        json!({ "lastActive": 5 }),
        json!([1]),
    ] {
        refused(app, &ada.key, list, json!({ "f": filter })).await;
    }
    let groups = "query ($f: GroupFilter) { workspace(slug: \"riverton\") { groups(filter: $f) { totalCount } } }";
    for filter in [
        json!({ "permissions": [] }),
        json!({ "permissions": many("CREATE_PAGES", 1001) }),
        json!({ "permissions": ["FLY"] }),
    ] {
        refused(app, &ada.key, groups, json!({ "f": filter })).await;
    }
    for query in [
        "{ nodes(ids: []) { id } }",
        "{ workspace { id } }",
        "{ workspace(slug: \"riverton\", id: \"ws_01jd0000000000000000000000\") { id } }",
        "{ workspace(slug: null, id: null) { id } }",
        "{ workspace(slug: \"riverton\") { member { id } } }",
        "{ workspace(slug: \"riverton\") { viewerCan(permission: FLY) } }",
        "{ workspace(slug: \"riverton\") { quotaValues(scope: NOWHERE) { limit } } }",
        "{ workspace(slug: \"riverton\") { members(orderBy: { field: AGE, direction: ASC }) { totalCount } } }",
        "{ workspace(slug: \"riverton\") { members(orderBy: { field: NAME }) { totalCount } } }",
        "{ workspace(slug: \"riverton\") { groups(first: 0) { totalCount } } }",
        "{ workspace(slug: \"riverton\") { groups(after: \"x\") { totalCount } } }",
        "{ workspaces(first: 101) { totalCount } }",
        "{ workspaces(first: 1, last: 1) { totalCount } }",
        "{ viewer { membership(workspace: \"riverton\") { grants(first: -1) { totalCount } } } }",
        "{ viewer { membership(workspace: \"riverton\") { grants(first: 1, last: 1) { totalCount } } } }",
        "{ viewer { canAccess(resource: \"ds_01jd0000000000000000000000\", access: FLY) } }",
    ] {
        refused(app, &ada.key, query, json!({})).await;
    }
    let ids = vec![ada.id.to_string(); 101];
    refused(
        app,
        &ada.key,
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        json!({ "ids": ids }),
    )
    .await;
    let preview = "query ($i: QuotaPreviewInput!) { workspace(slug: \"riverton\") { quotaPreview(input: $i) { limit } } }";
    for input in [
        json!({}),
        json!({ "type": "BYTES" }),
        json!({ "type": "DATASETS", "memberLimit": -1 }),
        json!({ "type": "DATASETS", "memberLimit": 9_007_199_254_740_992_i64 }),
        json!({ "type": "DATASETS", "memberLimit": 1.5 }),
        json!({ "type": "DATASETS", "memberLimit": "7" }),
        json!({ "type": "RECORDS_PER_DATASET", "memberLimit": 999 }),
        json!({ "type": "DATASETS", "groupIds": vec![ws.id.to_string(); 1] }),
    ] {
        refused(app, &ada.key, preview, json!({ "i": input })).await;
    }
});
