//! Input of the wrong form or the wrong value: a typed error, nothing changed, never an internal
//! one.

use chrono::Duration;
use concierge::domain::{
    id::MembershipId, interval::Interval, permission::Permission::ManageReuses,
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

/// What is left of a call once `field` says `value`; null removes it.
fn with(input: &Value, field: &str, value: Value) -> Value {
    let mut input = input.clone();
    input[field] = value;
    input
}

struct World {
    session: String,
    /// Good inputs, one for each mutation.
    good: Vec<(&'static str, Value)>,
    /// An id of each type, all of another workspace.
    foreign: Foreign,
}

struct Foreign {
    member: String,
    group: String,
    grant: String,
    role: String,
    key: String,
    dataset: String,
    workspace: String,
}

async fn world(app: &TestApp) -> World {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let foreign = Foreign {
        member: eve.id.to_string(),
        group: app.group(&other, "Sailors", &[]).await.to_string(),
        grant: app
            .grant_row(
                &other,
                Some(eve.id),
                None,
                Some(ManageReuses),
                Interval::from(app.now()),
                None,
            )
            .await
            .to_string(),
        role: app.role(&other, "Sailor", &[]).await.to_string(),
        key: eve.key_id.to_string(),
        dataset: app
            .dataset(&other, "boats", &eve, true, true)
            .await
            .to_string(),
        workspace: other.id.to_string(),
    };
    let ids = json!([ben.id.to_string()]);
    let good = vec![
        (
            "setMemberRole",
            json!({ "membershipIds": ids, "roleId": null }),
        ),
        (
            "grantPermissions",
            json!({ "membershipIds": ids, "permissions": ["MANAGE_REUSES"] }),
        ),
        (
            "revokePermissions",
            json!({ "membershipIds": ids, "permissions": ["MANAGE_REUSES"] }),
        ),
        (
            "createApiKey",
            json!({ "workspaceId": ws.id.to_string(), "name": "Harvester" }),
        ),
        ("revokeApiKeys", json!({ "ids": [ben.key_id.to_string()] })),
        (
            "setAccessPeriod",
            json!({ "membershipIds": ids, "unlimited": true }),
        ),
        ("disableMembers", json!({ "membershipIds": ids })),
        ("enableMembers", json!({ "membershipIds": ids })),
        ("revokeMembers", json!({ "membershipIds": ids })),
        ("sendPasswordResets", json!({ "membershipIds": ids })),
        (
            "leaveWorkspace",
            json!({ "workspaceId": ws.id.to_string() }),
        ),
    ];
    World {
        session: app.session_of(ada.account).await,
        good,
        foreign,
    }
}

/// The call is refused as a whole with that code.
async fn refused(app: &TestApp, session: &str, mutation: &str, input: Value, code: &str) {
    let shown: String = input.to_string().chars().take(200).collect();
    let answer = app.try_mutate(session, mutation, input).await;
    assert_eq!(
        answer.codes().first(),
        Some(&code),
        "{mutation} {shown}: {:#}",
        answer.body
    );
}

on_both!(bad_ids_are_refused, |app| {
    let World {
        session,
        good,
        foreign,
    } = world(app).await;
    let before = app.footprint().await;
    let malformed = |right: &str| {
        let other = if right.starts_with("mem_") {
            &foreign.group
        } else {
            &foreign.member
        };
        vec![
            String::new(),
            "nonsense".to_owned(),
            "mem_".to_owned(),
            "1' OR '1'='1".to_owned(),
            "\u{0}".to_owned(),
            format!("{right}\u{0}"),
            format!("{right}0"),
            format!(" {right}"),
            right.to_uppercase(),
            format!("{right}@2026-03-02T09:00:00.000000Z"),
            other.clone(),
            "x".repeat(10_000),
        ]
    };
    for (mutation, input) in &good {
        let fields: &[(&str, &str, bool)] = match *mutation {
            "setMemberRole" => &[
                ("membershipIds", &foreign.member, true),
                ("roleId", &foreign.role, false),
            ],
            "createApiKey" | "leaveWorkspace" => &[("workspaceId", &foreign.workspace, false)],
            "revokeApiKeys" => &[("ids", &foreign.key, true)],
            _ => &[("membershipIds", &foreign.member, true)],
        };
        for (field, right, list) in fields {
            for bad in malformed(right) {
                let value = if *list { json!([bad]) } else { json!(bad) };
                refused(
                    app,
                    &session,
                    mutation,
                    with(input, field, value),
                    "BAD_USER_INPUT",
                )
                .await;
            }
        }
    }
    for bad in malformed(&foreign.grant) {
        refused(
            app,
            &session,
            "revokePermissions",
            json!({ "grantIds": [bad] }),
            "BAD_USER_INPUT",
        )
        .await;
    }
    for bad in malformed(&foreign.group) {
        for mutation in ["grantPermissions", "revokePermissions"] {
            refused(
                app,
                &session,
                mutation,
                json!({ "groupId": bad, "permissions": ["MANAGE_REUSES"] }),
                "BAD_USER_INPUT",
            )
            .await;
        }
    }
    for bad in malformed(&foreign.dataset) {
        let input = json!({ "membershipIds": good[1].1["membershipIds"], "resourceId": bad, "access": ["BROWSE"] });
        refused(app, &session, "grantPermissions", input, "BAD_USER_INPUT").await;
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(ids_of_other_workspaces_are_not_there, |app| {
    let World {
        session,
        good,
        foreign,
    } = world(app).await;
    let before = app.footprint().await;
    refused(
        app,
        &session,
        "setMemberRole",
        json!({ "membershipIds": [foreign.member], "roleId": null }),
        "NOT_FOUND",
    )
    .await;
    for mutation in ["grantPermissions", "revokePermissions"] {
        for whom in [
            json!({ "membershipIds": [foreign.member] }),
            json!({ "groupId": foreign.group }),
        ] {
            refused(
                app,
                &session,
                mutation,
                with(&whom, "permissions", json!(["MANAGE_REUSES"])),
                "NOT_FOUND",
            )
            .await;
        }
    }
    refused(
        app,
        &session,
        "revokePermissions",
        json!({ "grantIds": [foreign.grant] }),
        "NOT_FOUND",
    )
    .await;
    refused(
        app,
        &session,
        "revokeApiKeys",
        json!({ "ids": [foreign.key] }),
        "NOT_FOUND",
    )
    .await;
    refused(
        app,
        &session,
        "revokeApiKeys",
        json!({ "membershipId": foreign.member }),
        "NOT_FOUND",
    )
    .await;
    // A workspace's own id.
    refused(
        app,
        &session,
        "revokeApiKeys",
        json!({ "workspaceId": foreign.workspace, "all": true }),
        "FORBIDDEN",
    )
    .await;
    refused(
        app,
        &session,
        "createApiKey",
        json!({ "workspaceId": foreign.workspace, "name": "Harvester" }),
        "FORBIDDEN",
    )
    .await;
    let role = app
        .mutate(
            &session,
            "setMemberRole",
            with(&good[0].1, "roleId", json!(foreign.role)),
        )
        .await;
    assert_eq!(role.errors(), ["NOT_FOUND roleId"]);
    assert_eq!(app.footprint().await, before);
});

on_both!(lists_that_are_empty_or_too_long_are_refused, |app| {
    let World {
        session,
        good,
        foreign,
    } = world(app).await;
    let before = app.footprint().await;
    let id = good[0].1["membershipIds"][0].clone();
    let made = |count: usize| -> Vec<String> {
        (0..count)
            .map(|_| MembershipId(app.app.deps.ids.uuid(app.now())).to_string())
            .collect()
    };
    for (mutation, input) in good
        .iter()
        .filter(|(_, input)| input.get("membershipIds").is_some())
    {
        for ids in [
            json!([]),
            json!(made(1_001)),
            json!(vec![id.clone(); 1_001]),
        ] {
            refused(
                app,
                &session,
                mutation,
                with(input, "membershipIds", ids),
                "BAD_USER_INPUT",
            )
            .await;
        }
        // More than a body may hold.
        let answer = app
            .try_mutate(
                &session,
                mutation,
                with(input, "membershipIds", json!(made(50_001))),
            )
            .await;
        assert_eq!(answer.status, 413);
    }
    let keys = json!(vec![foreign.key.clone(); 1_001]);
    for (mutation, field, value) in [
        ("grantPermissions", "permissions", json!([])),
        ("revokePermissions", "permissions", json!([])),
        ("grantPermissions", "permissionGroups", json!([])),
        (
            "grantPermissions",
            "permissions",
            json!(vec!["MANAGE_REUSES"; 1_001]),
        ),
        ("revokeApiKeys", "ids", json!([])),
        ("revokeApiKeys", "ids", keys),
        (
            "createApiKey",
            "allowedNetworks",
            json!(vec!["192.0.2.1"; 21]),
        ),
        (
            "createApiKey",
            "permissions",
            json!(vec!["MANAGE_REUSES"; 1_001]),
        ),
    ] {
        let input = &good.iter().find(|(name, _)| *name == mutation).unwrap().1;
        refused(
            app,
            &session,
            mutation,
            with(input, field, value),
            "BAD_USER_INPUT",
        )
        .await;
    }
    for input in [
        json!({ "grantIds": [] }),
        json!({ "grantIds": vec![foreign.grant.clone(); 1_001] }),
    ] {
        refused(app, &session, "revokePermissions", input, "BAD_USER_INPUT").await;
    }
    let many = json!({ "membershipIds": [id], "resourceId": foreign.dataset, "access": [] });
    refused(app, &session, "grantPermissions", many, "BAD_USER_INPUT").await;
    assert_eq!(app.footprint().await, before);
});

on_both!(exclusive_arguments_are_given_exactly_once, |app| {
    let World {
        session,
        good,
        foreign,
    } = world(app).await;
    let before = app.footprint().await;
    let ids = &good[1].1["membershipIds"];
    let (group, grant, item) = (&foreign.group, &foreign.grant, &foreign.dataset);
    for input in [
        json!({ "permissions": ["MANAGE_REUSES"] }),
        json!({ "membershipIds": ids, "groupId": group, "permissions": ["MANAGE_REUSES"] }),
        json!({ "membershipIds": ids }),
        json!({ "membershipIds": ids, "access": ["BROWSE"] }),
        json!({ "membershipIds": ids, "resourceId": item }),
        json!({ "membershipIds": ids, "resourceId": item, "access": ["BROWSE"], "permissions": ["MANAGE_REUSES"] }),
        json!({ "membershipIds": ids, "resourceId": item, "access": ["BROWSE"], "permissionGroups": ["PAGE"] }),
        json!({ "membershipIds": ids, "access": ["BROWSE"], "permissions": ["MANAGE_REUSES"] }),
    ] {
        for mutation in ["grantPermissions", "revokePermissions"] {
            refused(app, &session, mutation, input.clone(), "BAD_USER_INPUT").await;
        }
    }
    let filtered =
        json!({ "membershipIds": ids, "permissions": ["MANAGE_REUSES"], "recordFilter": "a = 1" });
    refused(
        app,
        &session,
        "grantPermissions",
        filtered,
        "BAD_USER_INPUT",
    )
    .await;
    for more in [
        json!({ "membershipIds": ids }),
        json!({ "groupId": group }),
        json!({ "permissions": ["MANAGE_REUSES"] }),
        json!({ "permissionGroups": ["PAGE"] }),
        json!({ "resourceId": item }),
        json!({ "access": ["BROWSE"] }),
    ] {
        refused(
            app,
            &session,
            "revokePermissions",
            with(&more, "grantIds", json!([grant])),
            "BAD_USER_INPUT",
        )
        .await;
    }
    let (key, member, workspace) = (&foreign.key, &foreign.member, &foreign.workspace);
    for input in [
        json!({}),
        json!({ "ids": [key], "membershipId": member }),
        json!({ "ids": [key], "workspaceId": workspace, "all": true }),
        json!({ "membershipId": member, "workspaceId": workspace, "all": true }),
        json!({ "workspaceId": workspace }),
        json!({ "workspaceId": workspace, "all": false }),
        json!({ "all": true }),
        json!({ "ids": [key], "all": true }),
    ] {
        refused(app, &session, "revokeApiKeys", input, "BAD_USER_INPUT").await;
    }
    // The role must be named, even if as none.
    refused(
        app,
        &session,
        "setMemberRole",
        json!({ "membershipIds": ids }),
        "BAD_USER_INPUT",
    )
    .await;
    let gateway =
        json!({ "workspaceId": workspace, "name": "Edge", "kind": "GATEWAY", "permissions": [] });
    refused(app, &session, "createApiKey", gateway, "BAD_USER_INPUT").await;
    assert_eq!(app.footprint().await, before);
});

on_both!(scalars_and_enums_are_coerced_before_anything_runs, |app| {
    let World { session, good, .. } = world(app).await;
    let before = app.footprint().await;
    let dates = [
        "",
        "tomorrow",
        "2026-03-02",
        "2026-02-30T09:00:00Z",
        "2026-03-02T09:00:00+25:00",
        "2026-03-02T09:00:00.0000000001Z",
        "1969-12-31T23:59:59Z",
        "9999-01-01T00:00:00Z",
        "+262143-01-01T00:00:00Z",
        "2026-03-02T09:00:00Z\u{0}",
    ];
    for (mutation, input) in &good {
        let times: &[&str] = match *mutation {
            "createApiKey" => &["expiresAt"],
            "setMemberRole" | "grantPermissions" | "setAccessPeriod" => &["startsAt", "endsAt"],
            _ => &[],
        };
        for field in times {
            for date in dates {
                refused(
                    app,
                    &session,
                    mutation,
                    with(input, field, json!(date)),
                    "BAD_USER_INPUT",
                )
                .await;
            }
            refused(
                app,
                &session,
                mutation,
                with(input, field, json!(1_772_442_000)),
                "BAD_USER_INPUT",
            )
            .await;
        }
        for (field, value) in [
            ("dryRun", json!("yes")),
            ("idempotencyKey", json!(7)),
            ("unknown", json!(true)),
            ("permissions", json!(["FLY"])),
            ("permissions", json!(["MANAGE_REUSES", null])),
            ("permissions", json!([{ "a": 1 }])),
        ] {
            refused(
                app,
                &session,
                mutation,
                with(input, field, value),
                "BAD_USER_INPUT",
            )
            .await;
        }
        refused(app, &session, mutation, json!(null), "BAD_USER_INPUT").await;
        refused(
            app,
            &session,
            mutation,
            json!([input, input]),
            "BAD_USER_INPUT",
        )
        .await;
    }
    for (field, value) in [
        ("permissionGroups", json!(["EVERYTHING"])),
        ("access", json!(["READ"])),
    ] {
        refused(
            app,
            &session,
            "grantPermissions",
            with(&good[1].1, field, value),
            "BAD_USER_INPUT",
        )
        .await;
    }
    refused(
        app,
        &session,
        "createApiKey",
        with(&good[3].1, "kind", json!("ROOT")),
        "BAD_USER_INPUT",
    )
    .await;
    assert_eq!(app.footprint().await, before);
});

on_both!(
    texts_with_nul_and_control_characters_reach_no_database,
    |app| {
        let World {
            session,
            good,
            foreign,
        } = world(app).await;
        let before = app.footprint().await;
        let (create, revoke) = (&good[3].1, &good[4].1);
        for bad in ["a\u{0}b", "a\u{1}b", "a\u{7f}b", "a\u{85}b"] {
            let named = app
                .mutate(&session, "createApiKey", with(create, "name", json!(bad)))
                .await;
            assert_eq!(named.errors(), ["INVALID_CHARACTERS name"]);
            let network = app
                .mutate(
                    &session,
                    "createApiKey",
                    with(create, "allowedNetworks", json!(["192.0.2.1", bad])),
                )
                .await;
            assert_eq!(network.errors(), ["INVALID_NETWORK allowedNetworks.1"]);
            let reason = app
                .mutate(
                    &session,
                    "revokeApiKeys",
                    with(revoke, "reason", json!(bad)),
                )
                .await;
            assert_eq!(reason.errors(), ["INVALID_CHARACTERS reason"]);
            for (mutation, input) in &good {
                refused(
                    app,
                    &session,
                    mutation,
                    with(input, "idempotencyKey", json!(bad)),
                    "BAD_USER_INPUT",
                )
                .await;
            }
        }
        for (name, errors) in [
            (String::new(), ["TOO_SHORT name"]),
            ("  ".to_owned(), ["TOO_SHORT name"]),
            ("é".repeat(101), ["TOO_LONG name"]),
            ("x".repeat(10_000), ["TOO_LONG name"]),
            ("a\nb".to_owned(), ["INVALID_CHARACTERS name"]),
        ] {
            assert_eq!(
                app.mutate(&session, "createApiKey", with(create, "name", json!(name)))
                    .await
                    .errors(),
                errors
            );
        }
        let reason = app
            .mutate(
                &session,
                "revokeApiKeys",
                with(revoke, "reason", json!("x".repeat(501))),
            )
            .await;
        assert_eq!(reason.errors(), ["TOO_LONG reason"]);
        for expiry in [app.at(0), app.at(-1), "1970-01-01T00:00:00Z".to_owned()] {
            let past = app
                .mutate(
                    &session,
                    "createApiKey",
                    with(create, "expiresAt", json!(expiry)),
                )
                .await;
            assert_eq!(past.errors(), ["ENDS_IN_PAST expiresAt"]);
        }
        let body = app.try_mutate(
        &session,
        "grantPermissions",
        json!({ "groupId": foreign.group, "resourceId": foreign.dataset, "access": ["BROWSE"], "recordFilter": "x".repeat(1_500_000) }),
    );
        assert_eq!(body.await.status, 413, "more than a body may hold");
        assert_eq!(app.footprint().await, before);
        app.pass(Duration::seconds(1));
        let last = with(create, "expiresAt", json!("9998-12-31T23:59:59.999999Z"));
        assert_eq!(
            app.mutate(&session, "createApiKey", last)
                .await
                .errors()
                .len(),
            0
        );
    }
);
