//! What every answer has: a request id, security headers, a line in the log, and an end to panics.
//!
//! Owns the one log line a request: ids, names and numbers; never an address, a token or a variable. Must not answer
//! anything itself but the 500 of a panic.

use std::{
    any::Any,
    sync::{Arc, atomic::AtomicU32},
    time::Instant,
};

use axum::{
    body::Body,
    extract::{MatchedPath, State},
    middleware::Next,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};

use super::{
    Edge,
    identify::Identify,
    negotiate::Media,
    respond::{self, Detail},
};
use crate::graphql::admission::{OperationInfo, code};

/// The name of the header, in and out.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, in its extensions.
#[derive(Debug, Clone, Default)]
pub(super) struct RequestId(pub(super) Arc<str>);

/// What a handler tells the log line, in the answer's extensions.
#[derive(Debug, Default)]
pub(super) struct Logged {
    pub(super) actor: String,
    pub(super) operation: Option<OperationInfo>,
    pub(super) complexity: u64,
    pub(super) statements: Arc<AtomicU32>,
}

/// Marks the answer of a panic, until the body is written.
#[derive(Debug, Clone)]
pub(super) struct Panicked(Arc<str>);

/// Turns a panic into a marked answer.
pub(super) fn on_panic(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic");
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.extensions_mut().insert(Panicked(text.into()));
    response
}

/// Around every route.
pub(super) async fn around<I: Identify>(
    State(edge): State<Arc<Edge<I>>>,
    mut request: Request<Body>,
    next: Next,
) -> Response<Body> {
    let began = Instant::now();
    let id = request_id(request.headers(), &edge);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Some(Panicked(text)) = response.extensions_mut().remove::<Panicked>() {
        tracing::error!(request_id = &*id, panic = &*text, "a panic while answering");
        let detail = Detail { request_id: Some(&id), ..Detail::default() };
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        response = respond::error(Media::Json, status, code::INTERNAL, "internal error", detail);
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    security(headers);
    let elapsed = began.elapsed();
    let logged = response.extensions_mut().remove::<Arc<Logged>>();
    let status = response.status();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    if edge.options.metrics.is_some() {
        let labels = [("route", route.to_owned()), ("status", status.as_str().to_owned())];
        metrics::counter!("concierge_http_requests_total", &labels).increment(1);
        metrics::histogram!("concierge_http_request_seconds", "route" => route.to_owned()).record(elapsed.as_secs_f64());
    }
    let status = status.as_u16();
    let ms = elapsed.as_secs_f64() * 1000.0;
    match logged {
        Some(logged) => {
            let (operation_type, operation) = match &logged.operation {
                Some(operation) => (operation.kind.as_str(), operation.name.as_deref().unwrap_or("")),
                None => ("", ""),
            };
            let (actor, complexity, statements) = (&*logged.actor, logged.complexity, logged.statement_count());
            tracing::info!(
                request_id = &*id, %method, route, actor, operation_type, operation, complexity, status, statements, ms,
                "request"
            );
        }
        None => tracing::info!(request_id = &*id, %method, route, status, ms, "request"),
    }
    response
}

/// The incoming id if it has the form of one, else a new one.
fn request_id<I>(headers: &HeaderMap, edge: &Edge<I>) -> Arc<str> {
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(belongs))
        .map_or_else(|| (edge.options.ids)().to_string().into(), Arc::from)
}

fn security(headers: &mut HeaderMap) {
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    headers.entry("content-security-policy").or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
}
