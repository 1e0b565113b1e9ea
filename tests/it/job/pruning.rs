//! Pruning: what counts no more goes, in small batches; what counts stays, to the instant.

use chrono::{DateTime, Duration, Utc};
use concierge::{
    job::pruning::prune,
    service::prune::{Aged, BATCH, batch},
};
use sea_orm::Value as Bound;
use serde_json::json;

use crate::support::{
    TestApp, on_both,
    person::{PASSWORD, SIGN_IN, token},
};

const MICROSECOND: Duration = Duration::microseconds(1);

async fn pruned(app: &TestApp) -> usize {
    prune(&app.app.deps).await.unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// One counter of a period past the services.
async fn counter(app: &TestApp, subject: &str, from: DateTime<Utc>) {
    let sql = "INSERT INTO quota_use (workspace_id, subject, quota_type, period_start, used) \
         SELECT id, $1, 'API_CALLS', $2, 7 FROM workspace";
    app.sql(sql, vec![subject.into(), from.into()]).await;
}

/// One mark of a warning past the services.
async fn warning(app: &TestApp, from: DateTime<Utc>) {
    let sql = "INSERT INTO quota_warning (workspace_id, subject, quota_type, period_start, threshold) \
         SELECT id, 'workspace', 'API_CALLS', $1, 80 FROM workspace";
    app.sql(sql, vec![from.into()]).await;
}

on_both!(aud_5_kept_results_go_when_their_day_is_over, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let give = |permission: &str| json!({ "membershipIds": [ben.id.to_string()], "permissions": [permission], "idempotencyKey": "k" });
    app.mutate(&ada.key, "grantPermissions", give("MANAGE_REUSES"))
        .await;
    app.pass(Duration::hours(24) - MICROSECOND);
    assert_eq!(pruned(app).await, 0);
    assert!(
        app.mutate(&ada.key, "grantPermissions", give("MANAGE_REUSES"))
            .await
            .replayed()
    );
    app.pass(Duration::hours(1));
    assert_eq!(
        (pruned(app).await, app.count("idempotency_record").await),
        (0, 1),
        "an hour for clocks that differ"
    );
    app.pass(Duration::seconds(1));
    assert_eq!(
        (pruned(app).await, app.count("idempotency_record").await),
        (1, 0)
    );
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", give("CREATE_PAGES"))
            .await
            .became(),
        ["GRANTED"]
    );
});

on_both!(
    acc_6_sessions_go_a_month_after_they_could_last_be_used,
    |app| {
        let (_, ada) = app.portal().await;
        let used = app.session(ada.account).await;
        let [ended, idle] = [
            app.session(ada.account).await,
            app.session(ada.account).await,
        ];
        let out = "mutation($input: SignOutInput!) { signOut(input: $input) { endedSessionIds } }";
        app.post(Some(&ended), out, json!({ "input": {} }))
            .await
            .data();
        app.pass(Duration::days(14) - MICROSECOND);
        let own = "{ viewer { profile { sessions { id } } } }";
        // One is used once more, and goes on.
        assert_eq!(app.post(Some(&used), own, json!({})).await.status, 200);
        app.flush().await;
        app.pass(Duration::days(13));
        assert_eq!(app.post(Some(&used), own, json!({})).await.status, 200);
        assert_eq!(app.post(Some(&idle), own, json!({})).await.status, 401);
        app.flush().await;
        app.pass(Duration::days(17));
        assert_eq!((pruned(app).await, app.count("session").await), (0, 3));
        assert_eq!(
            app.post(Some(&used), own, json!({})).await.status,
            401,
            "idle for 17 days"
        );
        app.pass(MICROSECOND);
        assert_eq!((pruned(app).await, app.count("session").await), (2, 1));
        app.pass(Duration::days(27));
        assert_eq!((pruned(app).await, app.count("session").await), (1, 0));
        // That they began and ended stays in the record.
        assert_eq!(
            app.count("audit_event WHERE kind = 'SESSION_ENDED'").await,
            1
        );
    }
);

on_both!(acc_5_counters_of_failures_go_when_the_day_is_over, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    for _ in 0..5 {
        assert_eq!(
            app.sign_in(&ada.email, "wrong").await.user_errors("signIn"),
            ["INVALID_CREDENTIALS"]
        );
    }
    let counters = app.count("sign_in_failure").await;
    assert!(counters >= 1);
    assert_eq!(pruned(app).await, 0);
    assert_eq!(
        app.sign_in(&ada.email, PASSWORD).await.codes(),
        ["RATE_LIMITED"]
    );
    app.pass(Duration::hours(26) - MICROSECOND);
    assert_eq!(pruned(app).await, 0);
    app.pass(MICROSECOND);
    assert_eq!(
        (
            i64::try_from(pruned(app).await).unwrap(),
            app.count("sign_in_failure").await
        ),
        (counters, 0)
    );
    token(&app.sign_in(&ada.email, PASSWORD).await);
});

on_both!(acc_5_devices_go_after_their_180_days, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    let input = json!({ "email": ada.email, "password": PASSWORD, "transport": "COOKIE" });
    assert_eq!(
        app.ask(SIGN_IN)
            .input(input)
            .send()
            .await
            .user_errors("signIn"),
        [""; 0]
    );
    assert_eq!(app.count("known_device").await, 1);
    app.pass(Duration::days(180) + Duration::minutes(59));
    pruned(app).await;
    assert_eq!(app.count("known_device").await, 1);
    app.pass(Duration::minutes(1) + Duration::seconds(1));
    pruned(app).await;
    assert_eq!(app.count("known_device").await, 0);
});

on_both!(
    quota_5_counters_and_warnings_stay_for_thirteen_months,
    |app| {
        let _ws = app.workspace("riverton").await;
        assert_eq!(app.now(), instant("2026-03-02T09:00:00Z"));
        for (subject, day) in [
            ("workspace", "2025-01-01"),
            ("mem_1", "2025-01-31"),
            ("workspace", "2025-02-01"),
            ("mem_1", "2026-03-02"),
        ] {
            counter(app, subject, instant(&format!("{day}T00:00:00Z"))).await;
        }
        for day in ["2025-01-31", "2025-02-01", "2026-03-02"] {
            warning(app, instant(&format!("{day}T00:00:00Z"))).await;
        }
        assert_eq!(pruned(app).await, 3);
        assert_eq!(
            app.count("quota_use WHERE period_start >= '2025-02-01'")
                .await,
            2
        );
        assert_eq!(
            (
                app.count("quota_use").await,
                app.count("quota_warning").await
            ),
            (2, 2)
        );
        // Up to the end of the month nothing more is old enough.
        app.pass(instant("2026-03-31T23:59:59Z") - app.now());
        assert_eq!(pruned(app).await, 0);
        app.pass(Duration::seconds(1));
        assert_eq!(pruned(app).await, 2);
        assert_eq!(
            (
                app.count("quota_use").await,
                app.count("quota_warning").await
            ),
            (1, 1)
        );
    }
);

on_both!(quota_7_what_a_visitor_used_goes_after_the_day, |app| {
    let (ws, ada) = app.portal().await;
    let gateway = json!({ "workspaceId": ws.id.to_string(), "name": "Servers", "kind": "GATEWAY" });
    let made = app
        .mutate(&app.session_of(ada.account).await, "createApiKey", gateway)
        .await;
    let gateway = made.0["secret"].as_str().unwrap().to_owned();
    let call = |amount: i64| json!({ "workspaceId": ws.id.to_string(), "type": "API_CALLS", "amount": amount, "clientAddress": "192.0.2.7" });
    app.mutate(
        &ada.key,
        "setAnonymousQuotas",
        json!({ "workspaceId": ws.id.to_string(), "perAddress": 5 }),
    )
    .await;
    app.mutate(&gateway, "consumeQuota", call(4)).await;
    app.pass(instant("2026-03-05T00:59:59Z") - app.now());
    let before = app.count("quota_use").await;
    assert_eq!(
        (pruned(app).await, app.count("quota_use").await),
        (0, before)
    );
    let refused = app.mutate(&gateway, "consumeQuota", call(6)).await;
    assert_eq!(refused.0["decision"]["refusedBy"], "ANONYMOUS_ADDRESS");
    app.mutate(&gateway, "consumeQuota", call(5)).await;
    app.pass(Duration::seconds(2));
    assert_eq!(
        pruned(app).await,
        1,
        "the address of three days ago; the pool and the workspace stay"
    );
    assert_eq!(
        app.count("quota_use WHERE subject LIKE 'address:%'").await,
        1
    );
    assert_eq!(
        app.mutate(&gateway, "consumeQuota", call(1)).await.0["decision"]["allowed"],
        false,
        "today's counts on"
    );
});

on_both!(
    pruning_takes_at_most_500_rows_in_a_statement_and_all_in_a_round,
    |app| {
        let _ws = app.workspace("riverton").await;
        let old = instant("2024-05-01T00:00:00Z");
        for number in 0..1_201 {
            counter(app, &format!("mem_{number}"), old).await;
        }
        assert_eq!(
            batch(&app.app.deps, Aged::QuotaUse).await.unwrap(),
            u64::from(BATCH)
        );
        assert_eq!((BATCH, app.count("quota_use").await), (500, 701));
        assert_eq!((pruned(app).await, app.count("quota_use").await), (701, 0));
        assert_eq!(pruned(app).await, 0);
    }
);

on_both!(threads: pruning_on_two_nodes_at_once_takes_each_row_once, |app| {
    let _ws = app.workspace("riverton").await;
    for number in 0..700 {
        counter(app, &format!("mem_{number}"), instant("2024-05-01T00:00:00Z")).await;
    }
    let round = || {
        let deps = app.app.deps.clone();
        tokio::spawn(async move { prune(&deps).await.unwrap() })
    };
    let (one, other) = (round(), round());
    assert_eq!(one.await.unwrap() + other.await.unwrap(), 700);
    assert_eq!(app.count("quota_use").await, 0);
});

on_both!(pruning_leaves_what_counts, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .until(app.now() + Duration::days(1))
        .create()
        .await;
    let session = app.session_of(ada.account).await;
    let input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"], "idempotencyKey": "k" });
    app.mutate(&session, "grantPermissions", input).await;
    let lease = "INSERT INTO job_lease (name, holder, leased_until) VALUES ($1, $2, $3)";
    app.sql(
        lease,
        vec!["gone".into(), Bound::from(ws.id.0), app.now().into()],
    )
    .await;
    let before = app.footprint().await;
    assert_eq!(pruned(app).await, 0);
    assert!(app.footprint().await == before);
    app.pass(Duration::days(400));
    let record = (
        app.count("audit_event").await,
        app.count("audit_value").await,
        app.count("permission_grant").await,
    );
    // The session, the kept result, the lease; nothing that access or the record hangs on.
    assert_eq!(pruned(app).await, 3);
    assert_eq!(
        (
            app.count("audit_event").await,
            app.count("audit_value").await,
            app.count("permission_grant").await
        ),
        record
    );
    assert_eq!(
        (
            app.count("membership").await,
            app.count("api_key").await,
            app.count("job_lease").await
        ),
        (2, 2, 0)
    );
});

on_both!(
    mail_1_what_was_mailed_about_goes_after_a_month_and_the_dead_after_three,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        let reset = "mutation($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { sent } }";
        let create =
            "mutation($input: CreateAccountInput!) { createAccount(input: $input) { sent } }";
        app.door()
            .post(None, reset, json!({ "input": { "email": ada.email } }))
            .await
            .data();
        let stranger = json!({ "email": "ida@example.org", "password": "a long way to the lake" });
        app.door()
            .post(None, create, json!({ "input": stranger }))
            .await
            .data();
        app.sql(
            "UPDATE outbox SET sent_at = created_at WHERE kind = 'PASSWORD_RESET'",
            Vec::new(),
        )
        .await;
        app.sql(
            "UPDATE outbox SET dead_at = created_at WHERE kind = 'REGISTRATION'",
            Vec::new(),
        )
        .await;
        let warned = "INSERT INTO access_warning (membership_id, ends_at, days_before, workspace_id) \
         SELECT id, $1, 7, workspace_id FROM membership";
        app.sql(warned, vec![app.now().into()]).await;
        let left = async || {
            let count = async |table: &str| app.count(table).await;
            (
                count("registration").await,
                count("password_reset").await,
                count("access_warning").await,
                count("outbox").await,
            )
        };
        app.pass(Duration::days(2));
        pruned(app).await;
        assert_eq!(
            left().await,
            (0, 1, 1, 2),
            "a registration is over after a day, and holds a password"
        );
        app.pass(Duration::days(28) - MICROSECOND);
        pruned(app).await;
        assert_eq!(left().await, (0, 1, 1, 2));
        app.pass(Duration::hours(1) + Duration::seconds(1));
        pruned(app).await;
        assert_eq!(left().await, (0, 0, 0, 1));
        app.pass(Duration::days(60));
        pruned(app).await;
        assert_eq!(left().await, (0, 0, 0, 0));
    }
);

on_both!(every_kind_of_old_rows_can_be_deleted, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let change = "INSERT INTO email_change (id, account_id, old_email, old_email_canonical, new_email, new_email_canonical, \
         created_at, expires_at) VALUES ($1, $2, 'a@example.org', 'a@example.org', 'b@example.org', 'b@example.org', $3, $4)";
    let id = app.app.deps.ids.uuid(app.now());
    let (now, end) = (app.now(), app.now() + Duration::hours(24));
    app.sql(
        change,
        vec![id.into(), ada.account.0.into(), now.into(), end.into()],
    )
    .await;
    app.pass(Duration::days(31) - MICROSECOND);
    for aged in Aged::ALL {
        assert_eq!(batch(&app.app.deps, aged).await.unwrap(), 0, "{aged:?}");
    }
    app.pass(MICROSECOND);
    assert_eq!(batch(&app.app.deps, Aged::EmailChanges).await.unwrap(), 1);
});
