//! Files inside the binary: the playground's and the console's.
//!
//! Owns validators, compressed forms, media types and caching: files with a hash in their name are
//! kept for a year. Each owner brings its own files and its own policy. Must not know either.

use axum::body::Body;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode,
    header::{
        ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
        CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    },
};
use rust_embed::EmbeddedFile;

/// What one owner serves.
pub(super) struct Embedded {
    /// Finds a file by its path.
    pub get: fn(&str) -> Option<EmbeddedFile>,
    /// The content security policy of all answers.
    pub policy: &'static str,
}

impl Embedded {
    /// The file, or `None` if there is none of this name. Compressed forms have no address of their
    /// own.
    pub(super) fn find(&self, name: &str) -> Option<EmbeddedFile> {
        if name.ends_with(".br") || name.ends_with(".gz") {
            return None;
        }
        (self.get)(name)
    }

    /// Answers with a file, or with 304 if the client has it.
    pub(super) fn send(
        &self,
        name: &str,
        file: EmbeddedFile,
        request_headers: &HeaderMap,
    ) -> Response<Body> {
        let hash = file.metadata.sha256_hash();
        let etag: String = hash
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let (file, encoding) = self.packed(name, file, request_headers);
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
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(self.policy),
        );
        response
    }

    /// The file as compressed at build time, if there is one and the client accepts it.
    fn packed(
        &self,
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
                && let Some(packed) = (self.get)(&format!("{name}.{suffix}"))
            {
                return (packed, Some(encoding));
            }
        }
        (file, None)
    }

    pub(super) fn missing(&self) -> Response<Body> {
        self.plain(
            StatusCode::NOT_FOUND,
            "text/plain; charset=utf-8",
            "not found\n",
        )
    }

    /// Answers any other method than GET and HEAD.
    pub(super) fn refuse_method(&self, request: &Request<Body>) -> Option<Response<Body>> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let mut response = self.plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "text/plain; charset=utf-8",
            "",
        );
        response
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        Some(response)
    }

    pub(super) fn plain(
        &self,
        status: StatusCode,
        content_type: &'static str,
        text: &'static str,
    ) -> Response<Body> {
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(self.policy),
        );
        response
    }
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
