//! What every answer gets: a request id, security headers, a line in the log. Also catches panics.
//!
//! Owns the single log line per request: ids, names and numbers; never an address, a token or a
//! variable. For a refused request it has the code and the client's network. Must not answer
//! anything itself except the 500 of a panic.

use std::{
    any::Any,
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU32},
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{MatchedPath, State},
    middleware::Next,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};

use super::{
    Edge,
    client::{client_address, client_network, is_trusted, peer},
    graphql::requested_locale,
    identify::Identify,
    negotiate::Media,
    respond::{self, Detail, ErrorCode},
};
use crate::{
    domain::vocabulary::Locale,
    graphql::admission::{OperationInfo, code},
    words::message,
};

/// The name of the header, in requests and answers.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How many characters of an operation's name the log keeps.
const LONGEST_NAME: usize = 100;

/// The id of a request, in its extensions.
#[derive(Debug, Clone, Default)]
pub(super) struct RequestId(pub(super) Arc<str>);

/// What a handler reports for the log line, in the answer's extensions.
#[derive(Debug, Default)]
pub(super) struct Logged {
    pub(super) actor: String,
    pub(super) operation: Option<OperationInfo>,
    pub(super) complexity: u64,
    pub(super) statements: Arc<AtomicU32>,
}

/// Marks the answer of a panic until the body is written.
#[derive(Debug, Clone)]
pub(super) struct Panicked(Arc<str>);

/// Turns a panic into a marked answer.
pub(super) fn on_panic(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic");
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.extensions_mut().insert(Panicked(text.into()));
    response
}

/// Wraps every route.
pub(super) async fn around<I: Identify>(
    State(edge): State<Arc<Edge<I>>>,
    mut request: Request<Body>,
    next: Next,
) -> Response<Body> {
    let began = Instant::now();
    let peer = peer(request.extensions());
    let client = client_address(peer, request.headers(), &edge.options.trusted_proxies);
    let id = request_id(peer, request.headers(), &edge);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(RequestId(id.clone()));
    let locale = requested_locale(request.headers());
    let mut response = next.run(request).await;
    if let Some(Panicked(text)) = response.extensions_mut().remove::<Panicked>() {
        response = internal_error(&text, &id, locale);
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    security(headers, edge.options.https);
    let elapsed = began.elapsed();
    let logged = response.extensions_mut().remove::<Arc<Logged>>();
    let code = response
        .extensions_mut()
        .remove::<ErrorCode>()
        .map(|code| code.0);
    // A refused client is logged by network: enough to find an attacker, too little to identify a
    // visitor.
    let client = client
        .filter(|_| code.is_some())
        .map(|address| client_network(address).to_string());
    let (code, client) = (code.as_deref(), client.as_deref());
    let status = response.status();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    if edge.options.metrics.is_some() {
        count(route, status, elapsed);
    }
    let status = status.as_u16();
    let ms = elapsed.as_secs_f64() * 1000.0;
    match logged {
        Some(logged) => {
            let (operation_type, operation) = match &logged.operation {
                Some(operation) => (
                    operation.kind.as_str(),
                    cut(operation.name.as_deref().unwrap_or("")),
                ),
                None => ("", ""),
            };
            let (actor, complexity, statements) =
                (&*logged.actor, logged.complexity, logged.statement_count());
            tracing::info!(
                request_id = &*id, %method, route, actor, operation_type, operation, complexity, status, code, client, statements,
                ms, "request"
            );
        }
        None => {
            tracing::info!(request_id = &*id, %method, route, status, code, client, ms, "request")
        }
    }
    response
}

/// Logs a panic and answers 500.
fn internal_error(panic: &str, request_id: &str, locale: Locale) -> Response<Body> {
    tracing::error!(request_id, panic, "panicked while answering a request");
    respond::error(
        Media::Json,
        StatusCode::INTERNAL_SERVER_ERROR,
        code::INTERNAL,
        &message::internal(),
        locale,
        Detail {
            request_id: Some(request_id),
            ..Detail::default()
        },
    )
}

/// Counts a request in the metrics.
fn count(route: &str, status: StatusCode, elapsed: Duration) {
    let labels = [
        ("route", route.to_owned()),
        ("status", status.as_str().to_owned()),
    ];
    metrics::counter!("concierge_http_requests_total", &labels).increment(1);
    metrics::histogram!("concierge_http_request_seconds", "route" => route.to_owned())
        .record(elapsed.as_secs_f64());
}

/// An operation's name, which clients make up, cut to what the log keeps.
fn cut(name: &str) -> &str {
    name.char_indices()
        .nth(LONGEST_NAME)
        .map_or(name, |(end, _)| &name[..end])
}

/// The id that a trusted proxy gave, if it is well-formed, else a new one. Anybody else who could
/// choose it would write log lines that look like another's.
fn request_id<I>(peer: Option<SocketAddr>, headers: &HeaderMap, edge: &Edge<I>) -> Arc<str> {
    let is_believed = peer
        .is_some_and(|peer| is_trusted(peer.ip().to_canonical(), &edge.options.trusted_proxies));
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    headers
        .get(REQUEST_ID)
        .filter(|_| is_believed)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(belongs))
        .map_or_else(|| (edge.options.ids)().to_string().into(), Arc::from)
}

fn security(headers: &mut HeaderMap, https: bool) {
    if https {
        headers.insert(
            "strict-transport-security",
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    headers.insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    headers
        .entry("content-security-policy")
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ));
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn names_of_operations_are_cut_at_100_characters() {
        assert_eq!(cut("Members"), "Members");
        assert_eq!(cut(&"a".repeat(100)), "a".repeat(100));
        assert_eq!(cut(&"a".repeat(101)), "a".repeat(100));
    }
}
