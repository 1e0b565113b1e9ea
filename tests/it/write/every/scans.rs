//! No statement reads a whole table that grows: on a million accounts it would hold the writer, or
//! its caller, for seconds. SQLite's plans do not depend on what is in the tables, so they are asked
//! for in an almost empty database.

use std::collections::BTreeSet;

use concierge::job::{inactivity, outbox, pruning, reminder, sweeper, warner};
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use serde_json::json;

use super::{cases, try_call, with};
use crate::support::{Engine, TestApp, log::Log, person::PASSWORD};

/// Statements that read a whole table or index all the same, by a part of their text, and why they
/// may.
const MAY_SCAN: &[(&str, &str)] = &[
    (
        "INSERT INTO \"role\"",
        "only while an invitation names a role that is not there yet",
    ),
    ("LIMIT ?) AND ", "pruning, once an hour, in batches"),
    ("FROM \"inactivity_policy\"", "one row for a workspace"),
    ("COALESCE(w.parent_id, w.id)", "one row for a workspace"),
    (
        "SELECT w.id FROM workspace w JOIN",
        "one row for a workspace",
    ),
];

/// Whether a line of a plan reads all rows of a table or an index.
fn scans(line: &str) -> bool {
    let Some(scanned) = line.strip_prefix("SCAN ") else {
        return false;
    };
    // Values that the caller gave (`v`), or rows that an index found before (`t0`, `t1` …).
    let is_found = scanned
        .strip_prefix('t')
        .is_some_and(|number| number.parse::<u8>().is_ok());
    let harmless = [
        "json_each",
        "CONSTANT ROW",
        "ROW VALUES CLAUSE",
        "(subquery",
        "(join",
    ];
    scanned != "v" && !is_found && !harmless.iter().any(|part| scanned.contains(part))
}

async fn plan(app: &TestApp, sql: &str) -> Vec<String> {
    let explain =
        Statement::from_string(DatabaseBackend::Sqlite, format!("EXPLAIN QUERY PLAN {sql}"));
    let rows = app
        .app
        .deps
        .db
        .reader()
        .query_all_raw(explain)
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.try_get::<String>("", "detail").unwrap())
        .collect()
}

async fn strangers(app: &TestApp) {
    let (address, password) = ("new@example.org", PASSWORD);
    for (mutation, input) in [
        (
            "createAccount",
            json!({ "email": address, "password": password }),
        ),
        (
            "requestPasswordReset",
            json!({ "email": "ada.veldkamp@example.org" }),
        ),
        (
            "signIn",
            json!({ "email": "ada.veldkamp@example.org", "password": password }),
        ),
        (
            "signIn",
            json!({ "email": "nobody@example.org", "password": password }),
        ),
    ] {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let document = format!(
            "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ errors {{ code }} }} }}"
        );
        let answer = app.post(None, &document, json!({ "input": input })).await;
        assert!(answer.codes().is_empty(), "{mutation}: {:#}", answer.body);
    }
}

#[tokio::test]
async fn no_statement_reads_a_whole_table() {
    let app = &TestApp::on(Engine::Sqlite).await.unwrap();
    let cases = cases(app).await;
    let heard = Log::statements();
    for case in cases {
        let dry = with(&case.input, &json!({ "dryRun": true }));
        try_call(app, Some(&case.by), case.mutation, &dry).await;
        try_call(app, Some(&case.by), case.mutation, &case.input).await;
    }
    strangers(app).await;
    app.pass(chrono::Duration::days(1));
    let deps = &app.app.deps;
    outbox::deliver(deps).await.unwrap();
    sweeper::sweep(deps).await.unwrap();
    warner::warn(deps).await.unwrap();
    reminder::remind(deps).await.unwrap();
    inactivity::process(deps).await.unwrap();
    pruning::prune(deps).await.unwrap();
    let text = heard.text();
    drop(heard);
    let statements: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| Some(line.split_once("concierge::sql: ")?.1))
        .collect();
    assert!(statements.len() > 150, "{} statements", statements.len());
    let mut found = Vec::new();
    let mut used = BTreeSet::new();
    for sql in statements {
        if ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]
            .iter()
            .all(|verb| !sql.starts_with(verb))
        {
            continue;
        }
        let plan = plan(app, sql).await;
        let Some(line) = plan.iter().find(|line| scans(line)) else {
            continue;
        };
        match MAY_SCAN.iter().find(|(part, _)| sql.contains(part)) {
            Some((part, _)) => {
                used.insert(*part);
            }
            None => found.push(format!("{line}: {sql}")),
        }
    }
    assert!(
        found.is_empty(),
        "{} of them:\n{}",
        found.len(),
        found.join("\n")
    );
    for (part, why) in MAY_SCAN {
        assert!(used.contains(part), "nothing is scanned by {part} ({why})");
    }
}
