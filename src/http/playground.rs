//! The playground: its built files, inside the binary.
//!
//! Owns its files, its policy, and the demo's credentials, which are served with the demo alone.
//! Without a build it serves a page that says how to make one.

use std::sync::Arc;

use axum::{body::Body, extract::State};
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION},
};
use rust_embed::Embed;

use super::{Edge, Identify, embedded::Embedded};

#[derive(Embed)]
#[folder = "playground/dist/playground"]
#[allow_missing = true]
struct Files;

const PLAYGROUND: Embedded = Embedded {
    get: Files::get,
    policy: "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'",
};

/// GraphiQL, the outbox, the target of links in mails.
const PAGES: [&str; 3] = ["index.html", "mail/index.html", "link/index.html"];

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Concierge</title>\
    <h1>The playground is not built</h1><p>Run <code>make playground</code> in the project's folder, then build the \
    server again. The API is at <a href=\"/graphql\">/graphql</a>.</p></html>\n";

/// Answers `/playground/…`.
pub(super) async fn serve(request: Request<Body>) -> Response<Body> {
    if let Some(refused) = PLAYGROUND.refuse_method(&request) {
        return refused;
    }
    let path = request
        .uri()
        .path()
        .strip_prefix("/playground/")
        .unwrap_or_default();
    let name = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    match PLAYGROUND.find(&name) {
        Some(file) => PLAYGROUND.send(&name, file, request.headers()),
        None if PAGES.contains(&name.as_str()) => {
            PLAYGROUND.plain(StatusCode::OK, "text/html; charset=utf-8", NOT_BUILT)
        }
        None => PLAYGROUND.missing(),
    }
}

/// Answers `/playground/demo.json` and `/console/demo.json`: the demo's public credentials, for signing in with one click;
/// `null` if the demo is not served.
pub(super) async fn demo<I: Identify>(State(edge): State<Arc<Edge<I>>>) -> Response<Body> {
    let credentials = edge.options.demo.as_deref().unwrap_or("null");
    let mut response = Response::new(Body::from(format!("{{\"demo\":{credentials}}}")));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Redirects from one path to another.
pub(super) fn redirect(to: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    response
        .headers_mut()
        .insert(LOCATION, HeaderValue::from_static(to));
    response
}
