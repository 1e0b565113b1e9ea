//! `GET /export/audit.ndjson`: the audit log as a file, with all that is needed to verify it
//! elsewhere (AUD-2, AUD-3).
//!
//! Parameters: `workspace` (slug or id, required), `actorId`, `subjectId`, `kinds`
//! (comma-separated), `after` and `before` (instants, both exclusive), as in `AuditEventFilter`.
//! Credentials and permissions are those of `Workspace.auditEvents`: 401 without a credential or
//! with a bad one, 403 without EDIT_WORKSPACE_PROPERTIES, 404 if there is no such workspace, 400
//! for malformed parameters, 429 when the budget is used up (an export costs the time that it
//! takes; a refusal costs nothing).
//!
//! The file is newline-delimited JSON, one event per line, oldest first:
//!
//! - `id`, and `content`: what the hash covers, {v, sequence, at, effectiveAt, kind, actorKind,
//!   actorAccountId, actorApiKeyId, client, subjectId, requestId, changes}, in canonical form (RFC
//!   8785). Events from before the chain covered `actorKind` and `client` lack both;
//! - `previousHash` and `hash`: hash = SHA-256(previousHash as 32 bytes ‖ the UTF-8 text of
//!   `content`), in hex; the first previous hash is 32 zero bytes;
//! - `values`: the personal values that were not erased, each {salt, value}, by name:
//!   `changes.<index>.before` and `.after`, and `clientAddress`. For them, `changes` (with
//!   `personal`) and `client` contain hex SHA-256(salt as bytes ‖ value). `value` is the JSON text
//!   of the value;
//! - `actorKind` and `clientAddress`, for readers: taken from `content` and `values`, if present
//!   there.
//!
//! The last line is {"end": {sequence, hash, events}}: the end of the chain when the export began,
//! to keep as a pin, and the number of lines before it. Events are read and sent page by page.
//! After a failure the connection breaks off and the last line is missing.
//!
//! Owns the text of the lines. Must not decide who may read them.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::State,
};
use futures_util::stream;
use http::{Request, Response};
use serde_json::{Map, Value, json};

use super::{broken, file};
use crate::service::audit::Linked;
use crate::{
    domain::audit::{AuditEventKind, CLIENT_ADDRESS, GENESIS, canonical, hex},
    graphql::{admission::shortened, scalar::Instant, scope::Scope},
    http::{Edge, identify::Identify, query_string},
    service::{
        Failure,
        audit::{Asked, EventFilter, export::AuditExport},
    },
    words::message,
};

/// The path of the export.
pub(crate) const PATH: &str = "/export/audit.ndjson";

/// Answers [`PATH`].
pub(crate) async fn answer<I: Identify>(
    State(edge): State<Arc<Edge<I>>>,
    request: Request<Body>,
) -> Response<Body> {
    super::answer(edge, request, |scope, query, request_id| {
        Box::pin(open(scope, query, request_id))
    })
    .await
}

async fn open(scope: &Scope, query: &str, request_id: Arc<str>) -> Result<Response<Body>, Failure> {
    let names = [
        "workspace",
        "actorId",
        "subjectId",
        "kinds",
        "after",
        "before",
    ];
    let [workspace, actor, subject, kinds, after, before] =
        query_string::parameters(query, names).map_err(Failure::BadInput)?;
    let workspace = workspace.ok_or_else(|| Failure::bad_input(message::name_the_workspace()))?;
    let kind = |name: &str| {
        AuditEventKind::parse(name)
            .ok_or_else(|| Failure::bad_input(message::unknown_event_kind(shortened(name))))
    };
    let instant = |text: &String| match Instant::read(text) {
        Some(at) => Ok(at.0),
        None => Err(Failure::bad_input(message::export_instants())),
    };
    let filter: EventFilter = Asked {
        actor: actor.as_deref(),
        subject: subject.as_deref(),
        kinds: kinds
            .as_deref()
            .map(|kinds| kinds.split(',').map(kind).collect())
            .transpose()?,
        after: after.as_ref().map(instant).transpose()?,
        before: before.as_ref().map(instant).transpose()?,
    }
    .read()?;
    let mut export = AuditExport::open(&scope.deps, &scope.caller, &workspace, filter).await?;
    let first = export.next().await?;
    let name = format!("audit-{}.ndjson", export.slug());
    let pages = stream::try_unfold(Rest::Page(export, first), move |rest| {
        let request_id = Arc::clone(&request_id);
        async move {
            let (export, page) = match rest {
                Rest::Nothing => return Ok(None),
                Rest::Page(export, page) => (export, page),
                Rest::Next(mut export) => {
                    let page = export
                        .next()
                        .await
                        .map_err(|failure| broken(&request_id, failure))?;
                    (export, page)
                }
            };
            if page.is_empty() {
                Ok(Some((end(&export), Rest::Nothing)))
            } else {
                Ok(Some((text(&page)?, Rest::Next(export))))
            }
        }
    });
    Ok(file(&name, "application/x-ndjson; charset=utf-8", pages))
}

/// What remains to be sent.
enum Rest {
    Page(AuditExport, Vec<Linked>),
    Next(AuditExport),
    Nothing,
}

fn text(page: &[Linked]) -> Result<Bytes, Failure> {
    let mut text = String::new();
    for linked in page {
        text.push_str(&line(linked)?);
        text.push('\n');
    }
    Ok(text.into())
}

/// One event. The whole line is in canonical form, so that it contains `content` as it was hashed.
fn line(Linked { event, previous }: &Linked) -> Result<String, Failure> {
    let unreadable = || Failure::Internal(format!("event {} is no JSON", event.sequence));
    let values: Map<String, Value> = event
        .side
        .iter()
        .filter(|side| side.name != CLIENT_ADDRESS || event.client.is_some())
        .map(|side| {
            (
                side.name.clone(),
                json!({ "salt": hex(&side.salt), "value": side.value }),
            )
        })
        .collect();
    let previous = match previous {
        Some(previous) => Some(previous.as_slice()),
        None if event.sequence == 1 => Some(GENESIS.as_slice()),
        None => None,
    };
    Ok(canonical(&json!({
        "id": event.id,
        "content": event.content(previous).ok_or_else(unreadable)?,
        "previousHash": previous.map(hex),
        "hash": hex(&event.hash),
        "values": values,
        "actorKind": event.actor_kind,
        "clientAddress": event.client_address(),
    })))
}

fn end(export: &AuditExport) -> Bytes {
    let end = export.end();
    let line = json!({ "end": { "sequence": end.sequence, "hash": hex(&end.hash), "events": export.events() } });
    format!("{}\n", canonical(&line)).into()
}
