//! What the outbox would send, as JSON for the playground's mail page. The router includes it only
//! for the demo or a developer's data, because it shows everybody links that open accounts.

use std::sync::Arc;

use axum::{body::Body, extract::State};
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use serde_json::{Value, json};

use super::{Edge, Identify};
use crate::service::outbox::preview::Preview;

/// Answers `/playground/outbox.json`.
pub(super) async fn list<I: Identify>(
    State(edge): State<Arc<Edge<I>>>,
    headers: HeaderMap,
) -> Response<Body> {
    let Some(newest) = &edge.options.outbox else {
        return super::missing(headers).await;
    };
    let (status, body) = match newest().await {
        Ok(mails) => (
            StatusCode::OK,
            json!({ "mails": mails.iter().map(shown).collect::<Vec<_>>() }),
        ),
        Err(failure) => {
            tracing::warn!(%failure, "could not read the outbox");
            (StatusCode::SERVICE_UNAVAILABLE, json!({ "mails": [] }))
        }
    };
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn shown(preview: &Preview) -> Value {
    let mail = preview.mail.as_ref();
    json!({
        "id": preview.id,
        "kind": preview.kind,
        "to": preview.to,
        "createdAt": preview.created_at,
        "sendAfter": preview.send_after,
        "state": preview.state,
        "subject": mail.map(|mail| &mail.subject),
        "text": mail.map(|mail| &mail.text),
        "html": mail.map(|mail| &mail.html),
        "link": mail.and_then(|mail| mail.link.as_ref()),
    })
}
