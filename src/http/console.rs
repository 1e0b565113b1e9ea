//! The console: the back office's built files, inside the binary.
//!
//! Owns its files, its policy (UI-80), and the documents that it sends by their ids (UI-84).
//! Addresses of its pages have no file: they are answered with the page that reads the address.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use rust_embed::Embed;

use super::embedded::Embedded;

#[derive(Embed)]
#[folder = "playground/dist/console"]
#[allow_missing = true]
struct Files;

const CONSOLE: Embedded = Embedded {
    get: Files::get,
    // The hash is of the <style> that React Aria's scroll lock adds on iOS; `npm run check:csp`
    // computes it from the package.
    policy: "default-src 'none'; script-src 'self'; \
    style-src 'self' 'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg='; img-src 'self'; font-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types default",
};

/// No other site can embed or open the console and keep a hold of it, and it asks for no device.
/// `nosniff` and `no-referrer` stand on every answer.
const HEADERS: [(&str, &str); 3] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()",
    ),
];

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Concierge</title>\
    <h1>The console is not built</h1><p>Run <code>make playground</code> in the project's folder, then build the \
    server again. The API is at <a href=\"/graphql\">/graphql</a>.</p></html>\n";

/// By id, as the console's build writes them.
const DOCUMENTS: &str =
    include_str!("../../playground/src/console/api/gql/persisted-documents.json");

/// Answers `/console/…`.
pub(super) async fn serve(request: Request<Body>) -> Response<Body> {
    let mut response = answer(&request);
    for (name, value) in HEADERS {
        response.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

fn answer(request: &Request<Body>) -> Response<Body> {
    if let Some(refused) = CONSOLE.refuse_method(request) {
        return refused;
    }
    let path = request
        .uri()
        .path()
        .strip_prefix("/console/")
        .unwrap_or_default();
    if let Some(file) = CONSOLE.find(path) {
        return CONSOLE.send(path, file, request.headers());
    }
    if !is_page(path) {
        return CONSOLE.missing();
    }
    match CONSOLE.find("index.html") {
        Some(file) => CONSOLE.send("index.html", file, request.headers()),
        None => CONSOLE.plain(StatusCode::OK, "text/html; charset=utf-8", NOT_BUILT),
    }
}

/// Slugs and ids have no dot and no escape; files have a dot.
fn is_page(path: &str) -> bool {
    !path.starts_with("assets/") && !path.contains(['.', '%', '\\'])
}

/// The documents that the console sends by their ids.
pub fn documents() -> Result<Vec<String>, serde_json::Error> {
    serde_json::from_str::<BTreeMap<String, String>>(DOCUMENTS)
        .map(|documents| documents.into_values().collect())
}
