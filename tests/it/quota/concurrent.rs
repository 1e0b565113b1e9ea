//! `consumeQuota` by many at once, on one node and on two: no unit lost, none too many (QUOTA-4,
//! QUOTA-5, AUD-5, R4).

use std::collections::HashMap;

use chrono::Duration;
use concierge::domain::{
    calendar::Calendar,
    vocabulary::{AccessMode, QuotaPeriod::*, QuotaScope},
};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use super::usage::{at_once, calls, counted, counters, limit};
use crate::support::{TestApp, app::Answer, on_both, world::Ws};

const CLIENTS: usize = 64;

fn decision(answer: &Answer) -> Value {
    let payload = answer.payload();
    assert_eq!(payload.errors(), [""; 0]);
    payload.0["decision"].clone()
}

/// How many units were allowed, of the amounts that were asked for in this order.
fn allowed(answers: &[Answer], amounts: &[i64]) -> i64 {
    assert_eq!(answers.len(), amounts.len());
    let pairs = answers.iter().zip(amounts);
    pairs
        .filter(|(answer, _)| decision(answer)["allowed"] == true)
        .map(|(_, amount)| amount)
        .sum()
}

/// 64 clients of four members with these amounts each, over the doors in turn; the sum that was
/// allowed.
async fn race(app: &TestApp, ws: &Ws, nodes: usize, amounts: [i64; 4]) -> i64 {
    let mut doors = vec![app.door()];
    for _ in 1..nodes {
        doors.push(app.another_node().await);
    }
    let mut members = Vec::new();
    for number in 0..4 {
        members.push(
            app.member(ws, &format!("Max Number{number}"))
                .create()
                .await,
        );
    }
    let client = |number: usize| {
        let inputs = amounts
            .iter()
            .map(|amount| calls(ws, *amount, json!({})))
            .collect();
        (
            doors[number % doors.len()].clone(),
            members[number / 2 % 4].key.clone(),
            inputs,
        )
    };
    let answers = at_once((0..CLIENTS).map(client).collect()).await;
    let allowed = allowed(&answers, &amounts.repeat(CLIENTS));
    let mut own = 0;
    for member in &members {
        own += counted(app, ws, Some(member), Day, app.now()).await;
    }
    assert_eq!(
        own, allowed,
        "every unit that was allowed is counted, and no other"
    );
    assert_eq!(counted(app, ws, None, Day, app.now()).await, allowed);
    assert_eq!(counted(app, ws, None, Month, app.now()).await, allowed);
    allowed
}

on_both!(threads: quota_4_single_units_fill_the_license_to_the_last, |app| {
    let ws = app.workspace("riverton").await;
    limit(app, &ws, QuotaScope::License, None, Day, 150).await;
    assert_eq!(race(app, &ws, 1, [1; 4]).await, 150);
});

on_both!(threads: quota_4_single_units_on_two_nodes_fill_own_limits_to_the_last, |app| {
    let ws = app.workspace("riverton").await;
    limit(app, &ws, QuotaScope::Default, None, Day, 37).await;
    limit(app, &ws, QuotaScope::License, None, Month, 1_000).await;
    assert_eq!(race(app, &ws, 2, [1; 4]).await, 4 * 37);
});

on_both!(threads: quota_4_mixed_amounts_on_two_nodes_pass_no_limit, |app| {
    let main = app.workspace("upriver").await;
    let ws = app.workspace_with("riverton", AccessMode::Public, Some(&main)).await;
    limit(app, &ws, QuotaScope::Default, None, Day, 200).await;
    limit(app, &ws, QuotaScope::WorkspaceCap, None, Month, 500).await;
    limit(app, &main, QuotaScope::License, None, Day, 401).await;
    // Each client's last amounts are small: what is left over is less than the least that anybody
    // was refused.
    let allowed = race(app, &ws, 2, [7, 3, 2, 1]).await;
    assert_eq!(allowed, 401);
    assert_eq!(counted(app, &main, None, Day, app.now()).await, 401);
});

on_both!(threads: quota_4_without_limits_nothing_is_lost, |app| {
    let ws = app.workspace("riverton").await;
    assert_eq!(race(app, &ws, 2, [1, 10, 100, 1_000]).await, 64 * 1_111);
});

/// Calls of 1 that are made while somebody holds the counters, with what they were answered once all
/// but the first wait for the next transaction.
async fn held_up(app: &TestApp, ws: &Ws, keys: &[String], count: usize) -> Vec<Answer> {
    let deps = &app.app.deps;
    let held = deps.db.begin().await.unwrap();
    held.execute_unprepared("UPDATE quota_use SET used = used")
        .await
        .unwrap();
    let client = |number: usize| {
        let key = keys[number % keys.len()].clone();
        (app.door(), key, vec![calls(ws, 1, json!({}))])
    };
    let answers = tokio::spawn(at_once((0..count).map(client).collect()));
    while deps.quota_batches.waiting(ws.id) < count - 1 {
        tokio::task::yield_now().await;
    }
    held.rollback().await.unwrap();
    answers.await.unwrap()
}

on_both!(threads: quota_4_calls_that_wait_share_a_transaction, |app| {
    let ws = app.workspace("riverton").await;
    limit(app, &ws, QuotaScope::Default, None, Day, 20).await;
    let (ada, ben) = (app.member(&ws, "Ada Veldkamp").create().await, app.member(&ws, "Ben Okafor").create().await);
    let keys = [ada.key.clone(), ben.key.clone()];
    let mut alone = 0;
    for key in &keys {
        alone = consume_answer(app, key, &ws).await.statements;
    }
    let answers = held_up(app, &ws, &keys, 20).await;
    let mut used: Vec<i64> = answers.iter().map(|answer| decision(answer)["used"].as_i64().unwrap()).collect();
    used.sort_unstable();
    let each: Vec<i64> = (2..=11).flat_map(|used| [used, used]).collect();
    assert_eq!(used, each, "each call has its own place");
    let statements: u32 = answers.iter().map(|answer| answer.statements).sum();
    // All look up their key, and few count.
    assert!(statements < 20 * (alone - 1), "{statements}, {alone} alone");
    // 9 more each fit: the others are refused, and no call is lost.
    let answers = held_up(app, &ws, &keys, 40).await;
    let allowed = answers.iter().filter(|answer| decision(answer)["allowed"] == true).count();
    assert_eq!(allowed, 18);
    for member in [&ada, &ben] {
        assert_eq!(counted(app, &ws, Some(member), Day, app.now()).await, 20);
    }
    assert_eq!(counted(app, &ws, None, Day, app.now()).await, 40);
    assert_eq!(app.app.deps.quota_batches.waiting(ws.id), 0);
});

async fn consume_answer(app: &TestApp, key: &str, ws: &Ws) -> Answer {
    let input = calls(ws, 1, json!({}));
    app.door().mutate(Some(key), "consumeQuota", input).await
}

on_both!(threads: aud_5_one_key_at_once_counts_once, |app| {
    let ws = app.workspace("riverton").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let doors = [app.door(), app.another_node().await];
    for round in 0..8 {
        let input = calls(&ws, 3, json!({ "idempotencyKey": format!("k{round}") }));
        let client = |number: usize| (doors[number % 2].clone(), ben.key.clone(), vec![input.clone()]);
        let answers = at_once((0..16).map(client).collect()).await;
        let replayed = answers.iter().filter(|answer| answer.payload().replayed()).count();
        assert_eq!(replayed, 15);
        assert!(answers.iter().all(|answer| decision(answer) == decision(&answers[0])));
        assert_eq!(counted(app, &ws, Some(&ben), Day, app.now()).await, 3 * (round + 1));
    }
});

on_both!(threads: aud_5_one_key_at_once_with_two_inputs_counts_one_of_them, |app| {
    let ws = app.workspace("riverton").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let call = |amount| (&*ben.key, "consumeQuota", calls(&ws, amount, json!({ "idempotencyKey": "k" })));
    let both = app.at_once(call(2), call(3)).await;
    let refused: Vec<_> = both.iter().filter_map(|one| one.as_ref().err()).collect();
    assert_eq!(refused, ["IDEMPOTENCY_CONFLICT"]);
    let won = if both[0].is_ok() { 2 } else { 3 };
    assert_eq!(counted(app, &ws, Some(&ben), Day, app.now()).await, won);
});

/// Calls go on while the clock passes `boundary`.
async fn passing(app: &TestApp, boundary: &str) {
    let ws = app.workspace("riverton").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    limit(app, &ws, QuotaScope::Default, None, Day, 60).await;
    limit(app, &ws, QuotaScope::License, None, Month, 100).await;
    let boundary: chrono::DateTime<chrono::Utc> = boundary.parse().unwrap();
    let (last, first) = (
        boundary - Duration::milliseconds(1),
        boundary + Duration::milliseconds(1),
    );
    app.clock.set(last);
    let doors = [app.door(), app.another_node().await];
    let client = |number: usize| {
        (
            doors[number % 2].clone(),
            ben.key.clone(),
            vec![calls(&ws, 1, json!({})); 3],
        )
    };
    let clock = std::sync::Arc::clone(&app.clock);
    let load = tokio::spawn(at_once((0..CLIENTS).map(client).collect()));
    while counters(app)
        .await
        .iter()
        .map(|row| row.used)
        .max()
        .unwrap_or_default()
        < 20
    {
        tokio::task::yield_now().await;
    }
    clock.set(first);
    let answers = load.await.unwrap();
    let mut allowed: HashMap<String, i64> = HashMap::new();
    for answer in answers
        .iter()
        .map(decision)
        .filter(|decision| decision["allowed"] == true)
    {
        *allowed
            .entry(answer["resetsAt"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    let mut all = 0;
    for at in [last, first] {
        let resets = concierge::domain::audit::instant(
            concierge::domain::calendar::Calendar::default().resets_at(Day, at),
        );
        let counted = counted(app, &ws, Some(&ben), Day, at).await;
        assert_eq!(
            counted,
            allowed.get(&resets).copied().unwrap_or_default(),
            "{at}"
        );
        assert!(counted <= 60, "{at}: {counted}");
        all += counted;
    }
    assert!(
        allowed.values().all(|units| *units > 0) && allowed.len() == 2,
        "{allowed:?}"
    );
    let months = [
        counted(app, &ws, None, Month, last).await,
        counted(app, &ws, None, Month, first).await,
    ];
    if Calendar::default().start(Month, last) == Calendar::default().start(Month, first) {
        assert_eq!(months, [all; 2]);
        assert!(all <= 100);
    } else {
        assert_eq!(months.iter().sum::<i64>(), all);
    }
}

on_both!(threads: quota_5_no_unit_is_lost_or_too_many_at_midnight, |app| {
    passing(app, "2026-03-17T00:00:00Z").await;
});

on_both!(threads: quota_5_no_unit_is_lost_or_too_many_on_the_first, |app| {
    passing(app, "2026-04-01T00:00:00Z").await;
});
