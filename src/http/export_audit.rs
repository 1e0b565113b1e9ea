//! `GET /export/audit.ndjson`: the record as a file, with all that is needed to verify it elsewhere (AUD-2, AUD-3).
//!
//! Parameters: `workspace` (slug or id, needed), `actorId`, `subjectId`, `kinds` (by commas), `after` and `before` (instants, both
//! outside): as in `AuditEventFilter`. Credentials and guard are those of `Workspace.auditEvents`: 401 without a credential or with
//! a bad one, 403 without EDIT_WORKSPACE_PROPERTIES, 404 where there is no such workspace, 400 for parameters of a wrong form, 429
//! when the budget is used up (an export costs as much as the dearest request).
//!
//! The file is newline-delimited JSON, one event a line, oldest first:
//!
//! - `id`, and `content`: what the hash covers, {v, sequence, at, effectiveAt, kind, actorAccountId, actorApiKeyId, subjectId,
//!   requestId, changes}, in canonical form (RFC 8785);
//! - `previousHash` and `hash`: hash = SHA-256(previousHash as 32 bytes ‖ the UTF-8 text of `content`), in hex; the first previous
//!   hash is 32 zero bytes;
//! - `values`: the personal values that were not erased, by place: `changes.<place>.before` and `.after`, each {salt, value}. In
//!   `changes`, which say `personal` there, stands hex SHA-256(salt as bytes ‖ value); `value` is the JSON text of the value;
//! - `actorKind` and `clientAddress` stand beside the event: the chain covers neither.
//!
//! The last line is {"end": {sequence, hash, events}}: the end of the chain when the export began, to be kept as a pin, and how
//! many lines came before. Events are read and sent page by page; if that fails on the way the connection breaks off, and the last
//! line is missing.
//!
//! Owns the text of lines. Must not decide who may read them.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{ConnectInfo, State},
};
use futures_util::stream;
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, VARY, WWW_AUTHENTICATE},
};
use serde_json::{Map, Value, json};

use super::{
    Edge, graphql,
    identify::Identify,
    log::{Logged, RequestId},
    negotiate::Media,
    query_string,
    respond::{self, Detail},
};
use crate::{
    domain::audit::{AuditEventKind, CLIENT_ADDRESS, GENESIS, canonical, hex},
    graphql::{admission::code, scalar::Instant, scope::Scope},
    service::{
        Failure,
        audit::{Asked, EventFilter, export::AuditExport},
    },
    store::audit::read::Linked,
};

/// Where it is.
pub(super) const PATH: &str = "/export/audit.ndjson";

/// Answers [`PATH`].
pub(super) async fn events<I: Identify>(State(edge): State<Arc<Edge<I>>>, request: Request<Body>) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let request_id = parts.extensions.get::<RequestId>().cloned().unwrap_or_default();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let caller = match edge.identify.identify(&parts, peer, &request_id.0).await {
        Ok(caller) => caller,
        Err(refusal) => return graphql::refused(Media::Json, refusal, &request_id.0),
    };
    let logged = Logged { actor: caller.log_actor.clone(), statements: caller.statements.clone(), ..Logged::default() };
    let cost = edge.admission.charge(&caller.budget_key, caller.now);
    let answer = match (&cost, caller.data.get::<Arc<Scope>>()) {
        (Err(state), _) => Err(Failure::RateLimited { retry_after: state.resets_in }),
        (Ok(_), None) => Err(Failure::Internal("a request without a scope".to_owned())),
        (Ok(_), Some(scope)) => begin(scope, parts.uri.query().unwrap_or_default()).await,
    };
    let mut response = match answer {
        Ok((export, first)) => file(export, first, request_id.0),
        Err(failure) => refused(&failure, &request_id.0),
    };
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("origin, cookie, authorization, x-api-key"));
    graphql::budget_headers(headers, &cost.unwrap_or_else(|state| state));
    response.extensions_mut().insert(Arc::new(logged));
    response
}

/// Reads the parameters and the first page: what is refused or fails until then still has a status.
async fn begin(scope: &Scope, query: &str) -> Result<(AuditExport, Vec<Linked>), Failure> {
    let known = ["workspace", "actorId", "subjectId", "kinds", "after", "before"];
    let [workspace, actor, subject, kinds, after, before] = query_string::parameters(query, known).map_err(Failure::BadInput)?;
    let workspace = workspace.ok_or_else(|| Failure::bad_input("name the workspace: ?workspace=<slug or id>"))?;
    let kind = |name: &str| AuditEventKind::parse(name).ok_or_else(|| Failure::bad_input("there is no such kind of event"));
    let instant = |text: &String| match Instant::read(text) {
        Some(at) => Ok(at.0),
        None => Err(Failure::bad_input("after and before are instants in UTC: 2026-01-31T12:00:00Z")),
    };
    let filter: EventFilter = Asked {
        actor: actor.as_deref(),
        subject: subject.as_deref(),
        kinds: kinds.as_deref().map(|kinds| kinds.split(',').map(kind).collect()).transpose()?,
        after: after.as_ref().map(instant).transpose()?,
        before: before.as_ref().map(instant).transpose()?,
    }
    .read()?;
    let mut export = AuditExport::open(&scope.deps, &scope.caller, &workspace, filter).await?;
    let first = export.next().await?;
    Ok((export, first))
}

/// What is still to be sent.
enum Rest {
    Page(AuditExport, Vec<Linked>),
    Next(AuditExport),
    Nothing,
}

/// The whole file, each page read when the one before it was taken.
fn file(export: AuditExport, first: Vec<Linked>, request_id: Arc<str>) -> Response<Body> {
    let name = format!("attachment; filename=\"audit-{}.ndjson\"", export.slug());
    let pages = stream::try_unfold(Rest::Page(export, first), move |rest| {
        let request_id = Arc::clone(&request_id);
        async move {
            let (export, page) = match rest {
                Rest::Nothing => return Ok(None),
                Rest::Page(export, page) => (export, page),
                Rest::Next(mut export) => match export.next().await {
                    Ok(page) => (export, page),
                    Err(failure) => {
                        tracing::error!(request_id = &*request_id, %failure, "an export broke off");
                        return Err(failure);
                    }
                },
            };
            if page.is_empty() { Ok(Some((end(&export), Rest::Nothing))) } else { Ok(Some((text(&page)?, Rest::Next(export)))) }
        }
    });
    let mut response = Response::new(Body::from_stream(pages));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    response
}

fn text(page: &[Linked]) -> Result<Bytes, Failure> {
    let mut text = String::new();
    for linked in page {
        text.push_str(&line(linked)?);
        text.push('\n');
    }
    Ok(text.into())
}

/// One event. All of the line is in canonical form, so that `content` stands there as it was hashed.
fn line(Linked { event, previous }: &Linked) -> Result<String, Failure> {
    let unreadable = || Failure::Internal(format!("event {} is no JSON", event.sequence));
    let values: Map<String, Value> = event
        .side
        .iter()
        .filter(|side| side.name != CLIENT_ADDRESS)
        .map(|side| (side.name.clone(), json!({ "salt": hex(&side.salt), "value": side.value })))
        .collect();
    let previous = match previous {
        Some(previous) => Some(hex(previous)),
        None if event.sequence == 1 => Some(hex(&GENESIS)),
        None => None,
    };
    Ok(canonical(&json!({
        "id": event.id,
        "content": event.content().ok_or_else(unreadable)?,
        "previousHash": previous,
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

fn refused(failure: &Failure, request_id: &str) -> Response<Body> {
    let is_internal = matches!(failure, Failure::Internal(_));
    if is_internal {
        tracing::error!(request_id, %failure, "an export failed");
    }
    let mut detail = Detail { request_id: is_internal.then_some(request_id), ..Detail::default() };
    let status = match failure {
        Failure::Unauthenticated => StatusCode::UNAUTHORIZED,
        Failure::Forbidden { required, .. } => {
            detail.required_permission = required.map(|permission| permission.as_str());
            StatusCode::FORBIDDEN
        }
        Failure::NotFound => StatusCode::NOT_FOUND,
        Failure::BadInput(_) => StatusCode::BAD_REQUEST,
        Failure::RateLimited { retry_after } => {
            detail.retry_after = Some(*retry_after);
            StatusCode::TOO_MANY_REQUESTS
        }
        Failure::Unavailable | Failure::Conflict | Failure::IdempotencyConflict => {
            detail.retry_after = Some(1);
            StatusCode::SERVICE_UNAVAILABLE
        }
        Failure::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let message = if is_internal { "internal error".to_owned() } else { failure.to_string() };
    let code = if is_internal { code::INTERNAL } else { failure.code() };
    let mut response = respond::error(Media::Json, status, code, &message, detail);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
