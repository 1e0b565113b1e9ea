//! Reuses (REUSE-1): people submit them, holders of MANAGE_REUSES decide.

mod decide;
mod mails;
mod read;
mod submit;

use chrono::{DateTime, Utc};
use concierge::{
    domain::{id::DatasetId, mail::MailKind},
    entity::outbox,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::support::TestApp;

const SUBMIT: &str = "submitReuse";
const APPROVE: &str = "approveReuses";
const REJECT: &str = "rejectReuses";
const DELETE: &str = "deleteReuses";

/// A reuse of `dataset`, with more.
fn of(dataset: DatasetId, more: Value) -> Value {
    let mut input = json!({
        "datasetId": dataset.to_string(), "title": "Tree map", "url": "https://maps.example/trees",
    });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

/// Submits a reuse of `dataset` and returns its id.
async fn submitted(app: &TestApp, session: &str, dataset: DatasetId, title: &str) -> String {
    let input = of(dataset, json!({ "title": title }));
    let done = app.mutate(session, SUBMIT, input).await;
    assert_eq!(done.errors(), Vec::<String>::new());
    done.0["reuse"]["id"].as_str().unwrap().to_owned()
}

/// The state of a reuse as `credential` sees it; null if they do not.
async fn state(app: &TestApp, credential: Option<&str>, id: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Reuse { state } } }";
    let answer = app.post(credential, query, json!({ "id": id })).await;
    answer.data()["node"]["state"].clone()
}

/// When the digests that were queued are due; `None` for one that is addressed already.
async fn digests(app: &TestApp) -> Vec<Option<DateTime<Utc>>> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::Kind.eq(MailKind::ReuseDigest.as_str()))
        .order_by_asc(outbox::Column::SendAfter)
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    rows.into_iter()
        .map(|row| Some(row.send_after).filter(|_| row.account_id.is_none()))
        .collect()
}
