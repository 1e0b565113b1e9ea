//! AUD-4 on every mutation: a rehearsal says what the call then says, and keeps nothing.

use concierge::store::engine;
use sea_orm::{ConnectionTrait, DatabaseBackend, QueryResult};
use serde_json::{Value, json};

use super::{call, cases, document, ids, outcomes, scrubbed, try_call, with};
use crate::support::{TestApp, on_both};

/// The kinds of things of which a secret or a new object would stand in the answer.
const MADE: [&str; 4] = ["apiKey", "secret", "accessRenewal", "reuse"];

/// Makes the database read rows in another order than before where no order is asked for.
async fn stir(app: &TestApp) {
    let db = app.app.deps.db.writer();
    if db.get_database_backend() == DatabaseBackend::Sqlite {
        let reversed = engine::row(db, "PRAGMA reverse_unordered_selects", Vec::new())
            .await
            .unwrap();
        let is_off = |row: QueryResult| row.try_get_by_index::<i64>(0).unwrap() == 0;
        let turned = i64::from(reversed.is_some_and(is_off));
        db.execute_unprepared(&format!("PRAGMA reverse_unordered_selects = {turned}"))
            .await
            .unwrap();
        return;
    }
    // A row that is written anew stands behind the others.
    for table in [
        "permission_grant",
        "role_permission",
        "default_permission",
        "role_assignment",
        "group_membership",
        "quota_value",
        "api_key",
        "disabled_spell",
        "membership",
        "invitation",
        "access_request",
    ] {
        let stir = format!(
            "DO $$ DECLARE one record; BEGIN FOR one IN SELECT id FROM {table} ORDER BY md5(id::text || clock_timestamp()::text) \
             LOOP UPDATE {table} SET id = id WHERE id = one.id; END LOOP; END $$"
        );
        db.execute_unprepared(&stir).await.unwrap();
    }
}

on_both!(
    aud_4_every_rehearsal_says_what_the_call_says_and_keeps_nothing,
    |app| {
        // There are more cases than rehearsals a minute.
        let door = app.tireless_door();
        let rehearse = async |by: &str, mutation: &str, input: &Value| {
            door.post(Some(by), &document(mutation), json!({ "input": input }))
                .await
                .payload()
        };
        for (number, case) in cases(app).await.into_iter().enumerate() {
            let place = case.place();
            let real = with(
                &case.input,
                &json!({ "idempotencyKey": format!("call {number}") }),
            );
            let dry = with(&real, &json!({ "dryRun": true }));
            let before = app.footprint().await;
            let rehearsed = rehearse(&case.by, case.mutation, &dry).await;
            let again = rehearse(&case.by, case.mutation, &dry).await;
            assert_eq!(
                (rehearsed.replayed(), again.replayed()),
                (false, false),
                "{place}"
            );
            assert!(app.footprint().await == before, "{place} left a trace");
            let known = ids(app).await;
            stir(app).await;
            let done = call(app, &case.by, case.mutation, &real).await;
            assert!(!done.replayed(), "a rehearsal is not replayed: {place}");
            assert!(app.footprint().await != before, "{place} did nothing");
            assert_ne!(done.0["changes"], json!([]), "{place}");
            for what in ["errors", "changes", "effects"] {
                assert_eq!(
                    scrubbed(&rehearsed.0[what], &known),
                    scrubbed(&done.0[what], &known),
                    "{place} {what}"
                );
                assert_eq!(
                    scrubbed(&again.0[what], &known),
                    scrubbed(&done.0[what], &known),
                    "{place} {what}"
                );
            }
            assert_eq!(outcomes(&rehearsed), outcomes(&done), "{place}");
            // What was there before is shown as it is.
            let is_new =
                |made: &&str| !["apiKey", "reuse"].contains(made) || case.input.get("id").is_none();
            for made in MADE.into_iter().filter(is_new) {
                assert_eq!(
                    rehearsed.0.get(made).unwrap_or(&Value::Null),
                    &Value::Null,
                    "{place} {made}"
                );
            }
        }
    }
);

on_both!(
    aud_4_a_rehearsal_lists_many_grants_in_the_order_of_the_call,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let group = app.group(&ws, "Parks", &[]).await.to_string();
        let all = json!({ "permissionGroups": ["DATASET", "PAGE"], "permissions": ["MANAGE_REUSES", "BROWSE_ANALYTICS"] });
        for whom in [
            json!({ "membershipIds": [ben.id.to_string()] }),
            json!({ "groupId": group }),
        ] {
            let input = with(&whom, &all);
            assert_eq!(
                call(app, &ada.key, "grantPermissions", &input)
                    .await
                    .errors(),
                Vec::<String>::new()
            );
            app.pass(chrono::Duration::seconds(1));
            let mut first = None;
            for _ in 0..5 {
                let rehearsed = call(
                    app,
                    &ada.key,
                    "revokePermissions",
                    &with(&input, &json!({ "dryRun": true })),
                )
                .await;
                let said = (
                    rehearsed.0["changes"].clone(),
                    rehearsed.0["effects"].clone(),
                );
                assert_eq!(first.get_or_insert_with(|| said.clone()), &said, "{whom}");
                stir(app).await;
            }
            let done = call(app, &ada.key, "revokePermissions", &input).await;
            assert_eq!(
                first,
                Some((done.0["changes"].clone(), done.0["effects"].clone())),
                "{whom}"
            );
            let ids = done.0["changes"]
                .as_array()
                .unwrap()
                .iter()
                .find(|change| change["field"] == "grantIds")
                .unwrap();
            let ids: Vec<String> = serde_json::from_value(ids["before"].clone()).unwrap();
            assert!(
                ids.len() > 5 && ids.is_sorted(),
                "in the order in which they were given: {ids:?}"
            );
        }
    }
);

on_both!(aud_4_every_rehearsal_finds_the_same_wrong, |app| {
    let mut tried = 0;
    for case in cases(app).await {
        if !case.wrong.is_null() {
            tried += 1;
            let wrong = with(&case.input, &case.wrong);
            let place = format!("{} {wrong}", case.mutation);
            let before = app.footprint().await;
            let dry = call(
                app,
                &case.by,
                case.mutation,
                &with(&wrong, &json!({ "dryRun": true })),
            )
            .await;
            let real = call(
                app,
                &case.by,
                case.mutation,
                &with(&wrong, &json!({ "idempotencyKey": "k" })),
            )
            .await;
            assert!(app.footprint().await == before, "{place} left a trace");
            assert_eq!(dry, real, "{place}");
            let failed = real.became().contains(&"NOT_FOUND") || !real.errors().is_empty();
            assert!(failed, "{place}: {:#}", real.0);
            assert_eq!(
                (&real.0["changes"], &real.0["effects"]),
                (&json!([]), &json!([])),
                "{place}"
            );
        }
        // So that the next case finds its world.
        call(app, &case.by, case.mutation, &case.input).await;
    }
    assert!(tried >= 28, "{tried}");
});

/// Who is refused, is so in a rehearsal too, with the same words.
async fn refused(app: &TestApp, credential: Option<&str>, mutation: &str, input: &Value) {
    let before = app.footprint().await;
    let dry = try_call(
        app,
        credential,
        mutation,
        &with(input, &json!({ "dryRun": true })),
    )
    .await;
    let real = try_call(
        app,
        credential,
        mutation,
        &with(input, &json!({ "idempotencyKey": "k" })),
    )
    .await;
    assert!(
        ["UNAUTHENTICATED", "NOT_FOUND", "FORBIDDEN"].contains(&real.refusal()),
        "{mutation} {input}: {:#}",
        real.body
    );
    assert_eq!(
        dry.body["errors"][0]["message"], real.body["errors"][0]["message"],
        "{mutation} {input}"
    );
    assert_eq!(dry.refusals(), real.refusals(), "{mutation} {input}");
    assert!(
        app.footprint().await == before,
        "{mutation} {input} left a trace"
    );
}

on_both!(aud_4_whom_a_mutation_refuses_may_not_rehearse_it, |app| {
    let all = cases(app).await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let stranger = app.outsider("Otto Weiss").await;
    for case in all {
        refused(app, None, case.mutation, &case.input).await;
        // Whoever has an account may join, and submit reuses of open datasets.
        let strangers = if ["joinWorkspace", "submitReuse"].contains(&case.mutation) {
            vec![&eve.key]
        } else {
            vec![&stranger, &eve.key]
        };
        for credential in strangers {
            refused(app, Some(credential), case.mutation, &case.input).await;
        }
    }
});

on_both!(aud_4_rehearsals_are_rationed, |app| {
    let (ws, ada) = app.portal().await;
    let abe = app.administrator(&ws, "Abe Nakamura").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"] });
    let dry = with(&input, &json!({ "dryRun": true }));
    let before = app.footprint().await;
    let query =
        "mutation($input: GrantPermissionsInput!) { grantPermissions(input: $input) { replayed } }";
    let mut admitted = 0;
    let refused = loop {
        let answer = app
            .post(Some(&ada.key), query, json!({ "input": dry }))
            .await;
        if !answer.codes().is_empty() {
            break answer;
        }
        admitted += 1;
        assert!(admitted < 2_000, "never refused");
    };
    // 120 at once, and what two a second add meanwhile.
    assert!(admitted >= 120, "{admitted}");
    assert_eq!(refused.refusal(), "RATE_LIMITED");
    let wait = refused.body["errors"][0]["extensions"]["retryAfter"]
        .as_u64()
        .unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert!(app.footprint().await == before);
    // Others rehearse, and what is no rehearsal runs.
    assert_eq!(
        call(app, &abe.key, "grantPermissions", &dry).await.became(),
        ["GRANTED"]
    );
    assert_eq!(
        call(app, &ada.key, "grantPermissions", &input)
            .await
            .became(),
        ["GRANTED"]
    );
});
