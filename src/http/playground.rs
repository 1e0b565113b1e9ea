//! The playground: its built files, inside the binary.
//!
//! Owns serving them with a strict policy, with validators, and with long caching for files that
//! have a hash in their name. Without a build it serves a page that says how to make one. Serves
//! the demo's credentials with the demo. Must not serve anything else.

use std::sync::Arc;

use axum::{body::Body, extract::State};
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode,
    header::{
        ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
        CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION, VARY,
    },
};
use rust_embed::{Embed, EmbeddedFile};

use super::{Edge, Identify};

#[derive(Embed)]
#[folder = "playground/dist"]
#[allow_missing = true]
struct Files;

const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

/// GraphiQL, the outbox, the target of links in mails.
const PAGES: [&str; 3] = ["index.html", "mail/index.html", "link/index.html"];

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Concierge</title>\
    <h1>The playground is not built</h1><p>Run <code>make playground</code> in the project's folder, then build the \
    server again. The API is at <a href=\"/graphql\">/graphql</a>.</p></html>\n";

/// Answers `/playground/…`.
pub(super) async fn serve(request: Request<Body>) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "text/plain; charset=utf-8",
            "",
        );
        response
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
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
    if name.ends_with(".br") || name.ends_with(".gz") {
        return missing();
    }
    match Files::get(&name) {
        Some(file) => send(&name, file, request.headers()),
        None if PAGES.contains(&name.as_str()) => {
            plain(StatusCode::OK, "text/html; charset=utf-8", NOT_BUILT)
        }
        None => missing(),
    }
}

/// Answers `/playground/demo.json`: the demo's public credentials, for signing in with one click;
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

fn send(name: &str, file: EmbeddedFile, request_headers: &HeaderMap) -> Response<Body> {
    let hash = file.metadata.sha256_hash();
    let etag: String = hash
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let (file, encoding) = packed(name, file, request_headers);
    let etag = match encoding {
        Some(encoding) => format!("\"{etag}-{encoding}\""),
        None => format!("\"{etag}\""),
    };
    let is_current = request_headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().trim_start_matches("W/") == etag || value.trim() == "*");
    let mut response = if is_current {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        Response::new(Body::from(file.data))
    };
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(ETAG, etag);
    }
    if let Some(encoding) = encoding.filter(|_| !is_current) {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    let lasting = name.starts_with("assets/");
    let caching = if lasting {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(CONTENT_TYPE, content_type(name));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// The file as compressed at build time, if there is one and the client accepts it.
fn packed(
    name: &str,
    file: EmbeddedFile,
    request_headers: &HeaderMap,
) -> (EmbeddedFile, Option<&'static str>) {
    let accepts = |encoding: &str| {
        request_headers
            .get_all(ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|entry| {
                let (token, parameters) = entry.split_once(';').unwrap_or((entry, ""));
                let refused = parameters.replace(' ', "").starts_with("q=0")
                    && !parameters.contains(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
                token.trim().eq_ignore_ascii_case(encoding) && !refused
            })
    };
    for (encoding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(encoding)
            && let Some(packed) = Files::get(&format!("{name}.{suffix}"))
        {
            return (packed, Some(encoding));
        }
    }
    (file, None)
}

fn content_type(name: &str) -> HeaderValue {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    HeaderValue::from_static(match ending {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    })
}

fn missing() -> Response<Body> {
    plain(
        StatusCode::NOT_FOUND,
        "text/plain; charset=utf-8",
        "not found\n",
    )
}

fn plain(status: StatusCode, content_type: &'static str, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
