//! Warnings at 80 % and 100 % of a limit, once a period (QUOTA-8).

use chrono::Duration;
use concierge::{
    domain::vocabulary::{AccessMode, QuotaPeriod::*, QuotaScope},
    entity,
};
use serde_json::{Value, json};

use super::{
    input,
    usage::{at_once, brief, calls, consume, decided_with, gateway, limit, queued},
};
use crate::support::{TestApp, on_both, world::Member};

/// Which thresholds were told to a member of which limit, in order.
async fn told(app: &TestApp, member: &Member) -> Vec<(String, i64)> {
    let of = |row: &entity::outbox::Model| {
        let payload: Value = serde_json::from_str(&row.payload).unwrap();
        (
            payload["limiter"].as_str().unwrap().to_owned(),
            payload["threshold"].as_i64().unwrap(),
        )
    };
    let mut told: Vec<_> = queued(app, "QUOTA_WARNING")
        .await
        .iter()
        .filter(|row| row.account_id == Some(member.account.0))
        .map(of)
        .collect();
    told.sort_unstable();
    told
}

fn of(limiter: &str, thresholds: &[i64]) -> Vec<(String, i64)> {
    thresholds
        .iter()
        .map(|threshold| (limiter.to_owned(), *threshold))
        .collect()
}

on_both!(
    quota_8_a_member_is_told_at_80_and_100_percent_once_a_day,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        limit(app, &ws, QuotaScope::Member, Some(&ben), Day, 10).await;
        consume(app, &ben.key, &ws, 7).await;
        assert!(
            queued(app, "QUOTA_WARNING").await.is_empty()
                && queued(app, "QUOTA_DIGEST").await.is_empty()
        );
        // Neither by a rehearsal nor by what is refused.
        decided_with(app, &ben.key, calls(&ws, 3, json!({ "dryRun": true }))).await;
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 4).await).4,
            Some("MEMBER")
        );
        assert_eq!(told(app, &ben).await, []);
        consume(app, &ben.key, &ws, 1).await;
        assert_eq!(told(app, &ben).await, of("MEMBER", &[80]));
        consume(app, &ben.key, &ws, 1).await;
        assert_eq!(told(app, &ben).await, of("MEMBER", &[80]));
        consume(app, &ben.key, &ws, 1).await;
        assert_eq!(told(app, &ben).await, of("MEMBER", &[80, 100]));
        // A higher limit, and a counter that was set back, are no other period.
        let values = json!([{ "type": "API_CALLS", "limit": 12 }]);
        app.mutate(
            &ada.key,
            "setQuotas",
            input(&ws, "MEMBER", Some(ben.id.to_string()), values),
        )
        .await;
        consume(app, &ben.key, &ws, 2).await;
        let reset = json!({ "membershipIds": [ben.id.to_string()], "type": "API_CALLS", "reason": "a loop" });
        assert_eq!(
            app.mutate(&ada.key, "resetQuotaUsage", reset)
                .await
                .became(),
            ["RESET"]
        );
        consume(app, &ben.key, &ws, 12).await;
        assert_eq!(told(app, &ben).await, of("MEMBER", &[80, 100]));
        let rows = queued(app, "QUOTA_WARNING").await;
        assert!(
            rows.iter().all(|row| row.workspace_id == Some(ws.id.0)
                && row.subject_id == Some(ben.id.to_string()))
        );
        assert!(
            rows.iter()
                .all(|row| row.send_after == row.created_at && row.sent_at.is_none())
        );
        // One call over both, the next day.
        app.pass(Duration::days(1));
        consume(app, &ben.key, &ws, 12).await;
        let both = of("MEMBER", &[80, 80, 100, 100]);
        assert_eq!(told(app, &ben).await, both);
        assert_eq!(told(app, &ada).await, []);
    }
);

on_both!(quota_8_there_is_one_digest_a_day, |app| {
    let ws = app.workspace("riverton").await;
    let (ben, cleo) = (
        app.member(&ws, "Ben Okafor").create().await,
        app.member(&ws, "Cleo Diaz").create().await,
    );
    limit(app, &ws, QuotaScope::Default, None, Day, 10).await;
    for member in [&ben, &cleo] {
        consume(app, &member.key, &ws, 8).await;
        consume(app, &member.key, &ws, 2).await;
    }
    let digests = queued(app, "QUOTA_DIGEST").await;
    assert_eq!(digests.len(), 1);
    assert_eq!(
        (digests[0].workspace_id, digests[0].account_id),
        (Some(ws.id.0), None)
    );
    assert_eq!(
        digests[0].send_after,
        "2026-03-03T00:00:00Z"
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
    );
    app.pass(Duration::days(1));
    consume(app, &ben.key, &ws, 8).await;
    assert_eq!(queued(app, "QUOTA_DIGEST").await.len(), 2);
    assert_eq!(told(app, &cleo).await, of("DEFAULT", &[80, 100]));
});

on_both!(
    quota_8_of_workspace_limits_its_administrators_are_told,
    |app| {
        let main = app.workspace("upriver").await;
        let ws = app
            .workspace_with("riverton", AccessMode::Public, Some(&main))
            .await;
        let (ada, abe) = (
            app.administrator(&ws, "Ada Veldkamp").await,
            app.administrator(&ws, "Abe Nakamura").await,
        );
        let mia = app.administrator(&main, "Mia Lund").await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let key = gateway(app, &ws, &ada).await;
        limit(app, &ws, QuotaScope::WorkspaceCap, None, Month, 100).await;
        limit(app, &main, QuotaScope::License, None, Day, 95).await;
        let pool = json!({ "workspaceId": ws.id.to_string(), "pool": 10, "perAddress": 10 });
        app.mutate(&ada.key, "setAnonymousQuotas", pool).await;
        consume(app, &ben.key, &ws, 80).await;
        assert_eq!(told(app, &ada).await, of("WORKSPACE_CAP", &[80]));
        assert_eq!(told(app, &abe).await, of("WORKSPACE_CAP", &[80]));
        assert_eq!(told(app, &mia).await, of("LICENSE", &[80]));
        // The pool is the workspace's, the address is nobody's.
        decided_with(
            app,
            &key,
            calls(&ws, 10, json!({ "clientAddress": "192.0.2.1" })),
        )
        .await;
        let mut pool = of("ANONYMOUS_POOL", &[80, 100]);
        pool.extend(of("WORKSPACE_CAP", &[80]));
        assert_eq!(told(app, &abe).await, pool);
        consume(app, &ben.key, &ws, 5).await;
        assert_eq!(told(app, &mia).await, of("LICENSE", &[80, 100]));
        assert_eq!(told(app, &ben).await, []);
        assert!(queued(app, "QUOTA_DIGEST").await.is_empty());
        // The day's limit begins anew, the month's does not.
        app.pass(Duration::days(1));
        consume(app, &ben.key, &ws, 1).await;
        assert_eq!(told(app, &mia).await, of("LICENSE", &[80, 100]));
        assert_eq!(told(app, &ada).await, pool);
    }
);

on_both!(threads: quota_8_many_at_once_are_told_once, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    limit(app, &ws, QuotaScope::Default, None, Day, 100).await;
    limit(app, &ws, QuotaScope::License, None, Day, 100).await;
    let doors = [app.door(), app.another_node().await];
    let client = |number: usize| (doors[number % 2].clone(), ben.key.clone(), vec![calls(&ws, 1, json!({})); 2]);
    at_once((0..64).map(client).collect()).await;
    assert_eq!(told(app, &ben).await, of("DEFAULT", &[80, 100]));
    assert_eq!(told(app, &ada).await, of("LICENSE", &[80, 100]));
    assert_eq!(queued(app, "QUOTA_DIGEST").await.len(), 1);
});
