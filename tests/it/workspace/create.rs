//! `createWorkspace` (WS-1, WS-2): who may, what a new workspace has, slugs for good, and calls at
//! once or again.

use concierge::{
    domain::{audit, id::WorkspaceId, mail::MailKind, permission::Preset},
    entity,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{TestApp, on_both, world::Ws};

fn harbour(slug: &str, administrator: &str) -> Value {
    json!({ "name": "Harbour open data", "slug": slug, "administratorEmail": administrator })
}

fn with(mut input: Value, field: &str, value: Value) -> Value {
    input[field] = value;
    input
}

/// The workspace that a payload names.
fn made(payload: &crate::support::Payload) -> Ws {
    let text = |field: &str| payload.0["workspace"][field].as_str().unwrap().to_owned();
    Ws {
        id: WorkspaceId::parse(&text("id")).unwrap(),
        slug: text("slug"),
    }
}

/// The invited administrator accepts.
async fn take_over(
    app: &TestApp,
    session: &str,
    made: &crate::support::Payload,
) -> crate::support::Payload {
    let accepted = app
        .mutate(
            session,
            "acceptInvitation",
            json!({ "id": made.0["invitation"]["id"] }),
        )
        .await;
    assert!(accepted.errors().is_empty(), "{:?}", accepted.errors());
    accepted
}

async fn workspaces(app: &TestApp) -> i64 {
    app.count("workspace").await
}

const INSIDE: &str = "query($slug: String!) { workspace(slug: $slug) { name description accessMode signInSuggested \
    parent { id } signUp { enabled approvalRequired } viewerMembership { id origin state role { name } accessEndsAt \
    effectivePermissions { permission } } roles { name isPreset } defaultPermissions \
    license { seats seatsUsed secondaryWorkspacesEnabled maxSecondaryWorkspaces quotas { type limit period } } \
    members { nodes { account { displayName } } } } }";

on_both!(
    ws_1_an_operator_makes_a_workspace_with_its_administrator,
    |app| {
        let operator = app.operator("Olu Adeyemi").await;
        let nora = app.outsider("Nora Lind").await;
        let done = app
            .rehearsed(
                &operator,
                "createWorkspace",
                harbour("harbour", "Nora.Lind@EXAMPLE.org "),
            )
            .await;
        let ws = made(&done);
        assert_eq!(
            (ws.slug.as_str(), &done.0["workspace"]["name"]),
            ("harbour", &json!("Harbour open data"))
        );
        let invitation = &done.0["invitation"];
        assert_eq!(
            (&invitation["state"], &done.0["effects"]),
            (&json!("PENDING"), &json!([]))
        );
        assert_eq!(
            (&invitation["email"], &invitation["role"]["name"]),
            (&json!("Nora.Lind@EXAMPLE.org"), &json!("Administrator"))
        );
        assert_eq!(
            app.mails(MailKind::Invitation, "nora.lind@example.org")
                .await
                .len(),
            1
        );
        let joined = take_over(app, &nora, &done).await;

        let answer = app
            .post(Some(&nora), INSIDE, json!({ "slug": "harbour" }))
            .await;
        let inside = &answer.data()["workspace"];
        assert_eq!(
            (&inside["accessMode"], &inside["signInSuggested"]),
            (&json!("PRIVATE"), &json!(false))
        );
        assert_eq!(
            (&inside["parent"], &inside["description"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(
            inside["signUp"],
            json!({ "enabled": false, "approvalRequired": false })
        );
        let own = &inside["viewerMembership"];
        assert_eq!(
            (&own["id"], &own["origin"]),
            (&joined.0["membership"]["id"], &json!("INVITATION"))
        );
        assert_eq!(
            (&own["role"]["name"], &own["accessEndsAt"]),
            (&json!("Administrator"), &Value::Null)
        );
        assert_eq!(own["effectivePermissions"].as_array().unwrap().len(), 14);
        let roles: Vec<_> = inside["roles"]
            .as_array()
            .unwrap()
            .iter()
            .map(|role| role["name"].as_str().unwrap())
            .collect();
        assert_eq!(roles.len(), Preset::ALL.len());
        assert!(
            Preset::ALL
                .iter()
                .all(|preset| roles.contains(&preset.title()))
        );
        assert_eq!(
            (&inside["defaultPermissions"], &inside["license"]["seats"]),
            (&json!([]), &Value::Null)
        );
        assert_eq!(
            (
                &inside["license"]["seatsUsed"],
                &inside["members"]["nodes"][0]["account"]["displayName"]
            ),
            (&json!(1), &json!("Nora Lind"))
        );

        // The administrator goes on from there; the operator has no say inside.
        let role =
            json!({ "workspaceId": ws.id.to_string(), "name": "Moderator", "permissions": [] });
        assert!(
            app.mutate(&nora, "createRole", role.clone())
                .await
                .errors()
                .is_empty()
        );
        assert_eq!(
            app.try_mutate(&operator, "createRole", role)
                .await
                .refusal(),
            "FORBIDDEN"
        );
    }
);

on_both!(
    aud_2_the_record_of_a_workspace_begins_with_its_making,
    |app| {
        let operator = app.operator("Olu Adeyemi").await;
        app.outsider("Nora Lind").await;
        let ws = made(
            &app.mutate(
                &operator,
                "createWorkspace",
                harbour("harbour", "nora.lind@example.org"),
            )
            .await,
        );
        let events = app.events(&ws).await;
        let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["WORKSPACE_CREATED", "INVITATION_CREATED"]);
        assert!(events.iter().all(|event| event.actor_kind == "OPERATOR"));
        assert_eq!(
            events
                .iter()
                .map(|event| event.sequence)
                .collect::<Vec<_>>(),
            [1, 2]
        );
        let row = app.workspace_row(&ws).await;
        assert_eq!(
            (row.audit_sequence, row.audit_hash),
            (2, events[1].hash.clone())
        );
        assert_eq!(row.last_write_at, events[0].at);
        let changes: Value = serde_json::from_str(&events[0].changes).unwrap();
        let content = audit::Content {
            sequence: 1,
            at: events[0].at,
            effective_at: events[0].effective_at,
            kind: "WORKSPACE_CREATED",
            actor_kind: "OPERATOR",
            actor_account_id: events[0]
                .actor_account_id
                .map(concierge::domain::id::AccountId),
            actor_api_key_id: None,
            client: events[0].client.as_deref(),
            subject_id: Some(&ws.id.to_string()),
            request_id: &events[0].request_id,
            changes: &changes,
        };
        assert_eq!(
            audit::hash(&audit::GENESIS, &content, audit::Form::Whole).to_vec(),
            events[0].hash
        );
    }
);

on_both!(quota_1_the_license_comes_with_the_workspace, |app| {
    let operator = app.operator("Olu Adeyemi").await;
    let nora = app.outsider("Nora Lind").await;
    let license = json!({
        "seats": 40, "secondaryWorkspacesEnabled": true, "maxSecondaryWorkspaces": 0,
        "values": [
            { "type": "API_CALLS", "limit": 1_000_000, "period": "MONTH" },
            { "type": "RECORDS_PER_DATASET", "limit": 5_000 },
            { "type": "DATASETS", "limit": null },
        ],
    });
    let input = with(
        harbour("harbour", "nora.lind@example.org"),
        "license",
        license,
    );
    let done = app.rehearsed(&operator, "createWorkspace", input).await;
    take_over(app, &nora, &done).await;
    let answer = app
        .post(Some(&nora), INSIDE, json!({ "slug": "harbour" }))
        .await;
    let license = &answer.data()["workspace"]["license"];
    assert_eq!(
        (&license["seats"], &license["secondaryWorkspacesEnabled"]),
        (&json!(40), &json!(true))
    );
    assert_eq!(license["maxSecondaryWorkspaces"], 0);
    let of = |name: &str| {
        license["quotas"]
            .as_array()
            .unwrap()
            .iter()
            .find(|quota| quota["type"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(
        of("API_CALLS"),
        json!({ "type": "API_CALLS", "limit": 1_000_000, "period": "MONTH" })
    );
    assert_eq!(of("RECORDS_PER_DATASET")["limit"], 5_000);
    assert_eq!(of("DATASETS")["limit"], Value::Null);

    // Calls without a period are counted by the day.
    let daily = json!({ "values": [{ "type": "API_CALLS", "limit": 5 }] });
    let input = with(harbour("marina", "nora.lind@example.org"), "license", daily);
    let done = app.mutate(&operator, "createWorkspace", input).await;
    take_over(app, &nora, &done).await;
    let answer = app
        .post(Some(&nora), INSIDE, json!({ "slug": "marina" }))
        .await;
    assert_eq!(
        answer.data()["workspace"]["license"]["quotas"][0]["period"],
        "DAY"
    );
});

on_both!(quota_1_a_license_out_of_range_is_refused, |app| {
    let operator = app.operator("Olu Adeyemi").await;
    app.outsider("Nora Lind").await;
    let before = app.footprint().await;
    let value = |value: Value| json!({ "values": [value] });
    for (license, error) in [
        (json!({ "seats": 0 }), "OUT_OF_RANGE license.seats"),
        (
            json!({ "maxSecondaryWorkspaces": -1 }),
            "OUT_OF_RANGE license.maxSecondaryWorkspaces",
        ),
        (
            value(json!({ "type": "DATASETS", "limit": -1 })),
            "OUT_OF_RANGE license.values.0.limit",
        ),
        (
            value(json!({ "type": "RECORDS_PER_DATASET", "limit": 1_500 })),
            "NOT_A_MULTIPLE license.values.0.limit",
        ),
        (
            value(json!({ "type": "DATASETS", "limit": 1, "period": "DAY" })),
            "PERIOD_NOT_ALLOWED license.values.0.period",
        ),
        (
            json!({ "values": [{ "type": "DATASETS", "limit": 1 }, { "type": "DATASETS", "limit": 2 }] }),
            "DUPLICATE license.values.1",
        ),
    ] {
        let input = with(
            harbour("harbour", "nora.lind@example.org"),
            "license",
            license.clone(),
        );
        assert_eq!(
            app.mutate(&operator, "createWorkspace", input)
                .await
                .errors(),
            [error],
            "{license}"
        );
    }
    let many = json!({ "values": vec![json!({ "type": "DATASETS", "limit": 1 }); 1_001] });
    let input = with(harbour("harbour", "nora.lind@example.org"), "license", many);
    assert_eq!(
        app.try_mutate(&operator, "createWorkspace", input)
            .await
            .refusal(),
        "BAD_USER_INPUT"
    );
    assert_eq!(app.footprint().await, before);
});

on_both!(ws_1_only_operators_make_workspaces, |app| {
    let (_, ada) = app.portal().await;
    let others = [
        ada.key.clone(),
        app.session_of(ada.account).await,
        app.outsider("Otto Weiss").await,
    ];
    let before = app.footprint().await;
    let input = harbour("harbour", &ada.email);
    for credential in others {
        for dry in [false, true] {
            let refused = app
                .try_mutate(
                    &credential,
                    "createWorkspace",
                    with(input.clone(), "dryRun", json!(dry)),
                )
                .await;
            assert_eq!(refused.refusal(), "FORBIDDEN");
        }
    }
    let anonymous = app
        .door()
        .mutate(None, "createWorkspace", input.clone())
        .await;
    assert_eq!(anonymous.refusal(), "UNAUTHENTICATED");
    assert_eq!(app.footprint().await, before);
    // No key acts as an operator, that of an operator neither.
    app.sql(
        "UPDATE account SET is_operator = true WHERE id = $1",
        vec![ada.account.0.into()],
    )
    .await;
    let before = app.footprint().await;
    assert_eq!(
        app.try_mutate(&ada.key, "createWorkspace", input.clone())
            .await
            .refusal(),
        "FORBIDDEN"
    );
    assert_eq!(app.footprint().await, before);
    let session = app.session_of(ada.account).await;
    assert!(
        app.mutate(&session, "createWorkspace", input)
            .await
            .errors()
            .is_empty()
    );
});

on_both!(
    ws_1_the_administrator_is_invited_with_an_account_or_without,
    |app| {
        let operator = app.operator("Olu Adeyemi").await;
        let done = app
            .mutate(
                &operator,
                "createWorkspace",
                harbour("harbour", "Nobody.Yet@Example.org"),
            )
            .await;
        assert_eq!(
            (done.errors().len(), &done.0["invitation"]["state"]),
            (0, &json!("PENDING"))
        );
        let token = app
            .link(MailKind::Invitation, "nobody.yet@example.org")
            .await;
        let query = "query($token: String!) { invitationByToken(token: $token) { accountExists role { name } workspace { slug } } }";
        let seen = app.post(None, query, json!({ "token": token })).await;
        let seen = &seen.data()["invitationByToken"];
        assert_eq!(
            (&seen["accountExists"], &seen["workspace"]["slug"]),
            (&json!(false), &json!("harbour"))
        );
        // Nobody is in yet; an account of that address joins with the token.
        assert_eq!(app.count("membership").await, 0);
        let nobody = app.outsider("Nobody Yet").await;
        let joined = app
            .mutate(&nobody, "acceptInvitation", json!({ "token": token }))
            .await;
        assert_eq!(joined.0["membership"]["state"], "ACTIVE");
        let wrong = app
            .try_mutate(&operator, "createWorkspace", harbour("marina", "nobody"))
            .await;
        assert_eq!(wrong.refusal(), "BAD_USER_INPUT");
    }
);

on_both!(ws_2_slugs_are_well_formed_and_never_used_twice, |app| {
    let operator = app.operator("Olu Adeyemi").await;
    app.outsider("Nora Lind").await;
    let gone = app.workspace("lakeside").await;
    app.workspace("riverton").await;
    app.sql(
        "UPDATE workspace SET deleted_at = created_at WHERE id = $1",
        vec![gone.id.0.into()],
    )
    .await;
    let before = app.footprint().await;
    for (slug, error) in [
        ("ab", "INVALID_SLUG"),
        ("abcdefghijklmnopqrstuvwxyz01", "INVALID_SLUG"),
        ("Harbour", "INVALID_SLUG"),
        ("har bour", "INVALID_SLUG"),
        ("har_bour", "INVALID_SLUG"),
        ("-harbour", "INVALID_SLUG"),
        ("harbour-", "INVALID_SLUG"),
        ("graphql", "RESERVED"),
        ("www", "RESERVED"),
        ("riverton", "TAKEN"),
        ("lakeside", "TAKEN"),
    ] {
        let refused = app
            .mutate(
                &operator,
                "createWorkspace",
                harbour(slug, "nora.lind@example.org"),
            )
            .await;
        assert_eq!(refused.errors(), [format!("{error} slug")], "{slug}");
    }
    for (name, error) in [
        (" ", "TOO_SHORT"),
        (&"x".repeat(101), "TOO_LONG"),
        ("a\nb", "INVALID_CHARACTERS"),
    ] {
        let input = with(
            harbour("harbour", "nora.lind@example.org"),
            "name",
            json!(name),
        );
        assert_eq!(
            app.mutate(&operator, "createWorkspace", input)
                .await
                .errors(),
            [format!("{error} name")]
        );
    }
    // Everything that a form can mend is said at once.
    let input = with(harbour("www", "nobody@example.org"), "name", json!(""));
    let all = app
        .mutate(
            &operator,
            "createWorkspace",
            with(input, "license", json!({ "seats": 0 })),
        )
        .await;
    assert_eq!(
        all.errors(),
        [
            "TOO_SHORT name",
            "RESERVED slug",
            "OUT_OF_RANGE license.seats"
        ]
    );
    assert_eq!(app.footprint().await, before);
    let shortest = app
        .mutate(
            &operator,
            "createWorkspace",
            harbour("abc", "nora.lind@example.org"),
        )
        .await;
    assert!(shortest.errors().is_empty());
});

on_both!(aud_5_the_same_call_again_makes_no_second_workspace, |app| {
    let operator = app.operator("Olu Adeyemi").await;
    let other = app.operator("Oda Berg").await;
    app.outsider("Nora Lind").await;
    let input = with(
        harbour("harbour", "nora.lind@example.org"),
        "idempotencyKey",
        json!("k1"),
    );
    let first = app
        .mutate(&operator, "createWorkspace", input.clone())
        .await;
    let again = app
        .mutate(&operator, "createWorkspace", input.clone())
        .await;
    assert_eq!(
        (
            again.replayed(),
            &again.0["workspace"],
            &again.0["invitation"]
        ),
        (true, &first.0["workspace"], &first.0["invitation"])
    );
    assert_eq!(again.0["changes"], first.0["changes"]);
    // What is compared are the request's own arguments: another spelling is another request.
    let spelt = with(
        input.clone(),
        "administratorEmail",
        json!("NORA.LIND@example.org"),
    );
    let conflict = app.try_mutate(&operator, "createWorkspace", spelt).await;
    assert_eq!(conflict.refusal(), "IDEMPOTENCY_CONFLICT");
    let conflict = app
        .try_mutate(
            &operator,
            "createWorkspace",
            with(input.clone(), "slug", json!("marina")),
        )
        .await;
    assert_eq!(conflict.refusal(), "IDEMPOTENCY_CONFLICT");
    // The key is the first operator's alone; and kept for a day.
    assert_eq!(
        app.mutate(&other, "createWorkspace", input.clone())
            .await
            .errors(),
        ["TAKEN slug"]
    );
    assert_eq!(workspaces(app).await, 1);
    app.pass(chrono::Duration::hours(25));
    assert_eq!(
        app.mutate(&operator, "createWorkspace", input.clone())
            .await
            .errors(),
        ["TAKEN slug"]
    );
    // Authorization runs first.
    app.pass(-chrono::Duration::hours(25));
    app.sql(
        "UPDATE account SET is_operator = false WHERE email = $1",
        vec!["olu.adeyemi@example.org".into()],
    )
    .await;
    assert_eq!(
        app.try_mutate(&operator, "createWorkspace", input)
            .await
            .refusal(),
        "FORBIDDEN"
    );
});

on_both!(threads: aud_5_of_two_same_calls_at_once_the_second_is_replayed, |app| {
    let operator = app.operator("Olu Adeyemi").await;
    app.outsider("Nora Lind").await;
    for round in 0..8 {
        let slug = format!("harbour-{round}");
        let input = with(harbour(&slug, &format!("nora.{round}@example.org")), "idempotencyKey", json!(slug));
        let call = (operator.as_str(), "createWorkspace", input);
        let [one, other] = app.at_once(call.clone(), call).await.map(Result::unwrap);
        assert_eq!(one.0["workspace"], other.0["workspace"], "round {round}");
        assert!(one.replayed() != other.replayed(), "round {round}");
    }
    assert_eq!(workspaces(app).await, 8);
});

on_both!(threads: ws_2_of_two_workspaces_of_one_slug_one_is_made, |app| {
    let operators = [app.operator("Olu Adeyemi").await, app.operator("Oda Berg").await];
    app.outsider("Nora Lind").await;
    for round in 0..8 {
        let input = harbour(&format!("harbour-{round}"), &format!("nora.{round}@example.org"));
        let call = |operator| (operator, "createWorkspace", input.clone());
        let made = app.at_once(call(operators[0].as_str()), call(operators[round % 2].as_str())).await;
        let mut errors: Vec<_> = made.iter().map(|made| made.as_ref().unwrap().errors()).collect();
        errors.sort_unstable();
        assert_eq!(errors, [vec![], vec!["TAKEN slug".to_owned()]], "round {round}");
    }
    let rows = entity::invitation::Entity::find().all(app.app.deps.db.writer()).await.unwrap();
    assert_eq!((workspaces(app).await, rows.len()), (8, 8), "who lost left nothing");
});
