//! Quotas as they are read and set.

mod analytics;
mod anonymous;
mod anonymous_use;
mod concurrent;
mod consume;
mod effective;
mod explain;
mod license;
mod preview;
mod refused;
mod reset;
mod set;
mod statements;
mod time_zone;
mod usage;
mod vectors;
mod warnings;

use serde_json::{Value, json};

use crate::support::{
    TestApp,
    world::{Member, Ws},
};

/// All that is shown of one limit.
const FIELDS: &str = "type limit period used remaining resetsAt decidedBy license { limit period used remaining resetsAt } \
     workspaceCap { limit period used remaining resetsAt } defaultLimit groupLimits { group { title } limit } memberLimit";

/// What `setQuotas` takes.
fn input(ws: &Ws, scope: &str, subject: Option<String>, values: Value) -> Value {
    json!({ "workspaceId": ws.id.to_string(), "scope": scope, "subjectId": subject, "values": values })
}

/// One limit without dates.
fn value(quota_type: &str, limit: Option<i64>) -> Value {
    json!([{ "type": quota_type, "limit": limit }])
}

/// One limit of a member in full, as `reader` is told.
async fn explained(app: &TestApp, reader: &str, member: &Member, quota_type: &str) -> Value {
    let query = format!(
        "query ($id: ID!, $type: QuotaType!) {{ explainQuota(membershipId: $id, type: $type) {{ {FIELDS} }} }}"
    );
    let answer = app
        .post(
            Some(reader),
            &query,
            json!({ "id": member.id.to_string(), "type": quota_type }),
        )
        .await;
    answer.data()["explainQuota"].clone()
}

/// The limit and which scope decided it; `-` for none.
async fn decided(
    app: &TestApp,
    reader: &Member,
    member: &Member,
    quota_type: &str,
) -> (Option<i64>, String) {
    let shown = explained(app, &reader.key, member, quota_type).await;
    (
        shown["limit"].as_i64(),
        shown["decidedBy"].as_str().unwrap_or("-").to_owned(),
    )
}

/// A limit and its scope, to compare with.
fn by(limit: i64, scope: &str) -> (Option<i64>, String) {
    (Some(limit), scope.to_owned())
}

/// Nothing set that counts.
fn unset() -> (Option<i64>, String) {
    (None, "-".to_owned())
}
