//! What visitors use: one pool a day, and one limit for each client address (QUOTA-7).

use chrono::Duration;
use concierge::domain::vocabulary::{AccessMode, QuotaPeriod::*, QuotaScope};
use serde_json::{Value, json};

use super::usage::{at_once, brief, calls, counted, counters, decided_with, gateway, limit};
use crate::support::{TestApp, on_both, world::Ws};

async fn from(app: &TestApp, key: &str, ws: &Ws, address: &str, amount: i64) -> Value {
    decided_with(
        app,
        key,
        calls(ws, amount, json!({ "clientAddress": address })),
    )
    .await
}

async fn limits(app: &TestApp, by: &str, ws: &Ws, pool: Value, per_address: Value) {
    let input =
        json!({ "workspaceId": ws.id.to_string(), "pool": pool, "perAddress": per_address });
    app.mutate(by, "setAnonymousQuotas", input).await;
}

on_both!(
    quota_7_each_client_has_a_limit_and_all_have_one_pool,
    |app| {
        let (ws, ada) = app.portal().await;
        let key = gateway(app, &ws, &ada).await;
        limits(app, &ada.key, &ws, json!(10), json!(4)).await;
        assert_eq!(
            brief(&from(app, &key, &ws, "192.0.2.1", 3).await),
            (true, 3, Some(4), Some(1), None)
        );
        // The same client in another coat.
        assert_eq!(
            brief(&from(app, &key, &ws, "::ffff:192.0.2.1", 2).await),
            (false, 3, Some(4), Some(1), Some("ANONYMOUS_ADDRESS"))
        );
        assert_eq!(
            brief(&from(app, &key, &ws, "::ffff:192.0.2.1", 1).await),
            (true, 4, Some(4), Some(0), None)
        );
        assert_eq!(
            brief(&from(app, &key, &ws, "2001:db8:0:1::1", 3).await),
            (true, 3, Some(4), Some(1), None)
        );
        // One /64 is one client, the next is another.
        assert_eq!(
            brief(&from(app, &key, &ws, "2001:db8:0:1:ffff::2", 2).await).4,
            Some("ANONYMOUS_ADDRESS")
        );
        assert_eq!(
            brief(&from(app, &key, &ws, "2001:db8:0:2::1", 3).await),
            (true, 3, Some(4), Some(0), None)
        );
        let refused = from(app, &key, &ws, "192.0.2.2", 1).await;
        assert_eq!(
            brief(&refused),
            (false, 10, Some(10), Some(0), Some("ANONYMOUS_POOL"))
        );
        assert_eq!(refused["resetsAt"], "2026-03-03T00:00:00.000000Z");
        assert_eq!(counted(app, &ws, None, Day, app.now()).await, 10);
        // Members have their own limits.
        assert_eq!(
            brief(&decided_with(app, &ada.key, calls(&ws, 7, json!({}))).await),
            (true, 7, None, None, None)
        );
        app.pass(Duration::hours(15));
        assert_eq!(
            brief(&from(app, &key, &ws, "192.0.2.1", 3).await),
            (true, 3, Some(4), Some(1), None)
        );
        limits(app, &ada.key, &ws, json!(null), json!(null)).await;
        assert_eq!(
            brief(&from(app, &key, &ws, "192.0.2.1", 1_000).await),
            (true, 1_003, None, None, None)
        );
        limits(app, &ada.key, &ws, json!(0), json!(null)).await;
        assert_eq!(
            brief(&from(app, &key, &ws, "192.0.2.9", 1).await).4,
            Some("ANONYMOUS_POOL")
        );
    }
);

on_both!(quota_7_the_tables_tell_nobodys_address, |app| {
    let (ws, ada) = app.portal().await;
    let key = gateway(app, &ws, &ada).await;
    let call = calls(
        &ws,
        1,
        json!({ "clientAddress": "192.0.2.77", "idempotencyKey": "k" }),
    );
    app.mutate(&key, "consumeQuota", call.clone()).await;
    assert!(app.mutate(&key, "consumeQuota", call).await.replayed());
    assert!(!app.footprint().await.contains("192.0.2.77"));
    let names = |rows: Vec<concierge::entity::quota_use::Model>| {
        let names = rows
            .into_iter()
            .map(|row| row.subject)
            .filter(|name| name.starts_with("address:"));
        names.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(counters(app).await).len(), 1);
    // Nor that somebody came back another day.
    app.pass(Duration::days(1));
    from(app, &key, &ws, "192.0.2.77", 1).await;
    assert_eq!(names(counters(app).await).len(), 2);
});

on_both!(
    quota_9_visitors_of_a_secondary_workspace_count_on_its_main_one,
    |app| {
        let main = app.workspace("upriver").await;
        let ws = app
            .workspace_with("riverton", AccessMode::Public, Some(&main))
            .await;
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let key = gateway(app, &ws, &ada).await;
        limit(app, &main, QuotaScope::License, None, Month, 5).await;
        assert_eq!(
            brief(&from(app, &key, &ws, "192.0.2.1", 4).await),
            (true, 4, None, Some(1), None)
        );
        assert_eq!(
            brief(&from(app, &key, &ws, "192.0.2.2", 2).await),
            (false, 4, Some(5), Some(1), Some("LICENSE"))
        );
        assert_eq!(counted(app, &main, None, Month, app.now()).await, 4);
    }
);

on_both!(threads: quota_7_visitors_at_once_pass_neither_limit, |app| {
    let (ws, ada) = app.portal().await;
    let key = gateway(app, &ws, &ada).await;
    limits(app, &ada.key, &ws, json!(70), json!(10)).await;
    let doors = [app.door(), app.another_node().await];
    let client = |number: usize| {
        let address = json!({ "clientAddress": format!("192.0.2.{}", number % 8) });
        (doors[number / 8 % 2].clone(), key.clone(), vec![calls(&ws, 1, address); 3])
    };
    let answers = at_once((0..64).map(client).collect()).await;
    let allowed = answers.iter().filter(|answer| answer.payload().0["decision"]["allowed"] == true).count();
    assert_eq!(allowed, 70);
    let rows = counters(app).await;
    let addresses: Vec<i64> = rows.iter().filter(|row| row.subject.starts_with("address:")).map(|row| row.used).collect();
    assert!(addresses.iter().all(|used| *used <= 10) && addresses.iter().sum::<i64>() == 70, "{addresses:?}");
});
