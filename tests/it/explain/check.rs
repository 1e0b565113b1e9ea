//! `checkAccess` and `checkAccessBatch` (WS-5, KEY-7).

use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::ResourceAccess,
};
use serde_json::{Value, json};

use super::ask;
use crate::support::{
    TestApp,
    app::Answer,
    on_both,
    world::{Member, Ws},
};

const ONE: &str =
    "query($input: CheckAccessInput!) { checkAccess(input: $input) { allowed recordFilters } }";
const MANY: &str = "query($inputs: [CheckAccessInput!]!) { checkAccessBatch(inputs: $inputs) { index code \
    check { allowed recordFilters } } }";

async fn one(app: &TestApp, by: Option<&str>, input: Value) -> Answer {
    app.post(by, ONE, json!({ "input": input })).await
}

async fn many(app: &TestApp, by: Option<&str>, inputs: &[Value]) -> Answer {
    app.post(by, MANY, json!({ "inputs": inputs })).await
}

/// What came of each question of a batch.
fn became(answer: &Answer) -> Vec<String> {
    let results = answer.data()["checkAccessBatch"].as_array().unwrap();
    let of = |(place, result): (usize, &Value)| {
        assert_eq!(result["index"], place);
        result["code"]
            .as_str()
            .map_or_else(|| result["check"]["allowed"].to_string(), str::to_owned)
    };
    results.iter().enumerate().map(of).collect()
}

async fn gateway(app: &TestApp, ws: &Ws, administrator: &Member) -> String {
    let session = app.session_of(administrator.account).await;
    let input = json!({ "workspaceId": ws.id.to_string(), "name": "gateway", "kind": "GATEWAY" });
    app.mutate(&session, "createApiKey", input).await.0["secret"]
        .as_str()
        .unwrap()
        .to_owned()
}

on_both!(ws_5_accounts_members_keys_and_visitors, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let bo = app
        .member(&ws, "Bo Haugen")
        .preset(Preset::Viewer)
        .scoped(&[])
        .create()
        .await;
    let cy = app.member(&ws, "Cy Marsh").create().await;
    let item = ItemId::Dataset(app.dataset(&ws, "trees", &ada, true, false).await).to_string();
    let open = ItemId::Dataset(app.dataset(&ws, "open", &ada, true, true).await).to_string();
    let elsewhere =
        ItemId::Dataset(app.dataset(&other, "elsewhere", &eve, true, true).await).to_string();
    let by = app.session(ada.account).await;
    let grant = json!({ "membershipIds": [cy.id.to_string()], "resourceId": item, "access": ["BROWSE"], "recordFilter": "a = 1" });
    app.mutate(&by, "grantPermissions", grant).await;
    let key = gateway(app, &ws, &ada).await;
    let of = |name: &str, id: String, item: &str, access: &str| json!({ name: id, "resource": item, "access": access });
    let questions = [
        of("accountId", bo.account.to_string(), &item, "BROWSE"),
        of("accountId", bo.account.to_string(), &item, "EDIT"),
        of("membershipId", ada.id.to_string(), &item, "MANAGE_SECURITY"),
        of("membershipId", ada.id.to_string(), &item, "PUBLISH"),
        of("apiKeyId", bo.key_id.to_string(), &item, "BROWSE"),
        of("accountId", eve.account.to_string(), &item, "BROWSE"),
        of("accountId", eve.account.to_string(), &open, "BROWSE"),
        of("membershipId", cy.id.to_string(), &item, "BROWSE"),
        json!({ "anonymous": true, "resource": open, "access": "BROWSE" }),
        json!({ "anonymous": true, "resource": item, "access": "BROWSE" }),
        of("membershipId", eve.id.to_string(), &item, "BROWSE"),
        of("apiKeyId", eve.key_id.to_string(), &item, "BROWSE"),
        of("membershipId", ada.id.to_string(), &elsewhere, "BROWSE"),
    ];
    let wanted = [
        "true",
        "false",
        "true",
        "true",
        "false",
        "false",
        "true",
        "true",
        "true",
        "false",
        "NOT_FOUND",
        "NOT_FOUND",
        "NOT_FOUND",
    ];
    for by in [&by, &key] {
        let answer = many(app, Some(by), &questions).await;
        assert_eq!(became(&answer), wanted);
        let filters = |place: usize| {
            answer.data()["checkAccessBatch"][place]["check"]["recordFilters"].clone()
        };
        assert_eq!(
            (filters(0), filters(7), filters(9)),
            (Value::Null, json!(["a = 1"]), json!([]))
        );
        for (question, wanted) in questions.iter().zip(wanted) {
            let alone = one(app, Some(by), question.clone()).await;
            if wanted == "NOT_FOUND" {
                assert_eq!(alone.refusals(), ["NOT_FOUND checkAccess"], "{question}");
            } else {
                assert_eq!(
                    alone.data()["checkAccess"]["allowed"].to_string(),
                    wanted,
                    "{question}"
                );
            }
        }
    }
});

on_both!(ws_5_everybody_asks_about_themselves, |app| {
    let (ws, ada) = app.portal().await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let item = ItemId::Page(app.page(&ws, "home", &ada, true, false).await);
    app.item_grant(
        &ws,
        (Some(bo.id), None),
        item,
        ResourceAccess::Browse,
        Interval::from(app.now()),
    )
    .await;
    let session = app.session(bo.account).await;
    let of = |name: &str, id: String| json!({ name: id, "resource": item.to_string(), "access": "BROWSE" });
    let own = [
        of("accountId", bo.account.to_string()),
        of("membershipId", bo.id.to_string()),
        of("apiKeyId", bo.key_id.to_string()),
    ];
    let anonymous = json!({ "anonymous": true, "resource": item.to_string(), "access": "BROWSE" });
    let theirs = [
        of("accountId", ada.account.to_string()),
        of("membershipId", ada.id.to_string()),
        of("apiKeyId", ada.key_id.to_string()),
        anonymous,
    ];
    for by in [&session, &bo.key] {
        assert_eq!(became(&many(app, Some(by), &own).await), ["true"; 3]);
        assert_eq!(
            became(&many(app, Some(by), &theirs).await),
            ["FORBIDDEN"; 4]
        );
        assert_eq!(
            one(app, Some(by), theirs[0].clone()).await.refusals(),
            ["FORBIDDEN checkAccess"]
        );
    }
    let outsider = app.outsider("Otto Weiss").await;
    assert_eq!(
        became(&many(app, Some(&outsider), &theirs).await),
        ["NOT_FOUND"; 4]
    );
    for question in own.iter().chain(&theirs) {
        assert_eq!(
            one(app, Some(&outsider), question.clone()).await.codes(),
            ["NOT_FOUND"]
        );
        assert_eq!(
            one(app, None, question.clone()).await.codes(),
            ["UNAUTHENTICATED"]
        );
    }
});

on_both!(key_7_a_gateway_key_checks_and_does_nothing_else, |app| {
    let (ws, ada) = app.portal().await;
    let item = ItemId::Page(app.page(&ws, "home", &ada, true, true).await).to_string();
    let key = gateway(app, &ws, &ada).await;
    let question =
        json!({ "membershipId": ada.id.to_string(), "resource": item, "access": "EDIT" });
    assert_eq!(
        one(app, Some(&key), question.clone()).await.data()["checkAccess"]["allowed"],
        true
    );
    // It is nobody: what it may do itself is nothing.
    let can = "query($id: ID!) { viewer { canAccess(resource: $id, access: BROWSE) } }";
    let itself = app.post(Some(&key), can, json!({ "id": item })).await;
    assert_eq!(itself.data()["viewer"]["canAccess"], false);
    for input in [
        json!({ "membershipId": ada.id.to_string(), "permission": "CREATE_PAGES" }),
        json!({ "email": ada.email, "permission": "CREATE_PAGES" }),
        json!({ "anonymous": true, "permission": "CREATE_PAGES" }),
    ] {
        assert_eq!(
            ask(app, &ws, Some(&key), input).await.codes(),
            ["FORBIDDEN"]
        );
    }
    let members = "query($ws: ID!) { workspace(id: $ws) { members { totalCount } } }";
    assert_eq!(
        app.post(Some(&key), members, json!({ "ws": ws.id.to_string() }))
            .await
            .codes(),
        ["FORBIDDEN"]
    );
    let before = app.footprint().await;
    let grant = json!({ "membershipIds": [ada.id.to_string()], "permissions": ["CREATE_PAGES"] });
    assert_eq!(
        app.try_mutate(&key, "grantPermissions", grant)
            .await
            .codes(),
        ["NOT_FOUND"]
    );
    assert_eq!(app.footprint().await, before);
});

on_both!(ws_5_batches_take_few_statements_and_have_bounds, |app| {
    let (ws, ada) = app.portal().await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let item = ItemId::Page(app.page(&ws, "home", &ada, true, true).await).to_string();
    let by = app.session(ada.account).await;
    let names = [
        ("accountId", bo.account.to_string()),
        ("membershipId", bo.id.to_string()),
        ("apiKeyId", bo.key_id.to_string()),
    ];
    let questions: Vec<Value> = (0..1_001)
        .map(|n| {
            let (name, id) = &names[n % 3];
            json!({ *name: id, "resource": item })
        })
        .collect();
    many(app, Some(&by), &questions[..1]).await;
    let few = many(app, Some(&by), &questions[..3]).await;
    let most = many(app, Some(&by), &questions[..1_000]).await;
    assert_eq!(became(&most), vec!["true"; 1_000]);
    assert_eq!(most.statements, few.statements);
    assert!(few.statements <= 9, "{}", few.statements);
    for questions in [&questions[..], &[]] {
        assert_eq!(
            many(app, Some(&by), questions).await.codes(),
            ["BAD_USER_INPUT"]
        );
    }
    for input in [
        json!({ "resource": item, "access": "BROWSE" }),
        json!({ "anonymous": false, "resource": item, "access": "BROWSE" }),
        json!({ "membershipId": bo.id.to_string(), "anonymous": true, "resource": item, "access": "BROWSE" }),
        json!({ "membershipId": item, "resource": item, "access": "BROWSE" }),
        json!({ "membershipId": bo.id.to_string(), "resource": bo.id.to_string(), "access": "BROWSE" }),
    ] {
        assert_eq!(
            one(app, Some(&by), input.clone()).await.codes(),
            ["BAD_USER_INPUT"],
            "{input}"
        );
    }
});

on_both!(p_10_a_gateways_questions_take_one_statement, |app| {
    let (ws, ada) = app.portal().await;
    let key = gateway(app, &ws, &ada).await;
    let (mut items, mut members) = (Vec::new(), Vec::new());
    for number in 0..5 {
        let slug = format!("trees-{number}");
        let dataset = app.dataset(&ws, &slug, &ada, true, number % 2 == 0).await;
        items.push(ItemId::Dataset(dataset).to_string());
        let name = format!("Kim Number{number}");
        members.push(app.member(&ws, &name).preset(Preset::Viewer).create().await);
    }
    app.outsider("Otto Weiss").await;
    let outsider = app.account_of("Otto Weiss").await;
    let mut inputs = Vec::new();
    for item in &items {
        for member in &members {
            let of = |mut input: Value| {
                input["resource"] = json!(item);
                input["access"] = json!("BROWSE");
                inputs.push(input);
            };
            let ids = [
                json!({ "accountId": member.account.to_string() }),
                json!({ "membershipId": member.id.to_string() }),
                json!({ "accountId": outsider.to_string() }),
                json!({ "anonymous": true }),
            ];
            ids.into_iter().for_each(of);
        }
    }
    let cold = many(app, Some(&key), &inputs).await;
    assert!(cold.statements > 1, "{}", cold.statements);
    // Whatever was asked before, alone or together, and nobody asks the database again.
    let warm = many(app, Some(&key), &inputs).await;
    assert_eq!((warm.statements, became(&warm)), (1, became(&cold)));
    for input in &inputs[..4] {
        let answer = one(app, Some(&key), input.clone()).await;
        answer.data();
        assert_eq!(answer.statements, 1, "{input}");
    }
    // A write makes the node read again what it needs, once.
    let grant =
        json!({ "membershipIds": [members[0].id.to_string()], "permissions": ["CREATE_PAGES"] });
    app.mutate(&ada.key, "grantPermissions", grant).await;
    let cold = many(app, Some(&key), &inputs).await;
    assert!(cold.statements > 1, "{}", cold.statements);
    assert_eq!(many(app, Some(&key), &inputs).await.statements, 1);
});

on_both!(ws_5_what_is_kept_does_not_outlive_a_write, |app| {
    let (ws, ada) = app.portal().await;
    let key = gateway(app, &ws, &ada).await;
    let by = app.session(ada.account).await;
    let cy = app.member(&ws, "Cy Marsh").create().await;
    let dataset = app.dataset(&ws, "trees", &ada, true, false).await;
    let (item, member) = (ItemId::Dataset(dataset).to_string(), cy.id.to_string());
    let role = app
        .role(&ws, "Reader", &[Permission::BrowseAllDatasets])
        .await
        .to_string();
    let group = app
        .group(&ws, "Readers", &[Permission::BrowseAllDatasets])
        .await
        .to_string();
    let members = json!([member]);
    let grant = json!({ "membershipIds": members, "resourceId": item, "access": ["BROWSE"] });
    let soon = concierge::domain::audit::instant(app.now() + chrono::Duration::hours(1));
    let steps = [
        ("grantPermissions", grant.clone(), "true"),
        ("revokePermissions", grant, "false"),
        (
            "setDatasetSecurity",
            json!({ "id": item, "security": "OPEN" }),
            "true",
        ),
        ("unpublishDataset", json!({ "id": item }), "false"),
        ("publishDataset", json!({ "id": item }), "true"),
        (
            "setDatasetSecurity",
            json!({ "id": item, "security": "RESTRICTED" }),
            "false",
        ),
        (
            "grantPermissions",
            json!({ "membershipIds": members, "permissions": ["CREATE_DATASETS"] }),
            "false",
        ),
        (
            "transferOwnership",
            json!({ "ids": [item], "membershipId": member }),
            "true",
        ),
        (
            "transferOwnership",
            json!({ "ids": [item], "membershipId": ada.id.to_string() }),
            "false",
        ),
        (
            "setMemberRole",
            json!({ "membershipIds": members, "roleId": role }),
            "true",
        ),
        (
            "updateRole",
            json!({ "id": role, "permissions": [] }),
            "false",
        ),
        (
            "addGroupMembers",
            json!({ "groupId": group, "membershipIds": members }),
            "true",
        ),
        (
            "disableMembers",
            json!({ "membershipIds": members }),
            "false",
        ),
        ("enableMembers", json!({ "membershipIds": members }), "true"),
        (
            "removeGroupMembers",
            json!({ "groupId": group, "membershipIds": members }),
            "false",
        ),
        (
            "addGroupMembers",
            json!({ "groupId": group, "membershipIds": members }),
            "true",
        ),
        (
            "setAccessPeriod",
            json!({ "membershipIds": members, "endsAt": soon }),
            "true",
        ),
    ];
    let answers = async || {
        let ask = |subject: Value| {
            let mut input = subject;
            input["resource"] = json!(item);
            input["access"] = json!("BROWSE");
            input
        };
        let inputs = [
            ask(json!({ "accountId": cy.account.to_string() })),
            ask(json!({ "membershipId": member })),
        ];
        became(&many(app, Some(&key), &inputs).await)
    };
    assert_eq!(answers().await, ["false", "false"]);
    for (mutation, input, expected) in steps {
        let payload = app.mutate(&by, mutation, input.clone()).await;
        assert_eq!(payload.errors(), [""; 0], "{mutation} {input}");
        assert_eq!(answers().await, [expected; 2], "{mutation} {input}");
    }
    // Time ends without a write what a write has planned.
    app.pass(chrono::Duration::hours(1));
    assert_eq!(answers().await, ["false", "false"]);
    let by = app.session(ada.account).await;
    app.mutate(&by, "deleteDataset", json!({ "id": item }))
        .await;
    assert_eq!(answers().await, ["NOT_FOUND", "NOT_FOUND"]);
});
