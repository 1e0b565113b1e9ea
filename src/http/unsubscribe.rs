//! `/unsubscribe?token=…`: the link in mails to followers (FOLLOW-2). A POST unfollows at once, without
//! signing in, as RFC 8058 has mail programs do it. A GET only shows a page with a button, because
//! programs that look at mails follow their links. 404 for a token that never was one; one that was
//! used before is as good.
//!
//! Owns the page. Must not say whose mail it was, nor about what. Credentials are not read: whoever
//! has the mail may unsubscribe.

use std::sync::Arc;

use axum::{body::Body, extract::State};
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{
        AUTHORIZATION, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
        COOKIE, RETRY_AFTER,
    },
};

use super::{Edge, export::identified, identify::Identify, language, query_string};
use crate::{
    domain::vocabulary::Locale,
    graphql::scope::Scope,
    service::{Failure, follow},
    words::plain,
};

/// What the browser may do with the page: send its form back here.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem;\
     color-scheme:light dark}button{font:inherit;padding:.6rem 1.2rem;cursor:pointer}";

/// What the page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Question,
    Done,
    Unknown,
    Later,
}

impl Shown {
    const fn status(self) -> StatusCode {
        match self {
            Self::Question | Self::Done => StatusCode::OK,
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Later => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The title and the text of the page.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Question => ("unsubscribe-question-title", "unsubscribe-question-text"),
            Self::Done => ("unsubscribe-done-title", "unsubscribe-done-text"),
            Self::Unknown => ("unsubscribe-unknown-title", "unsubscribe-unknown-text"),
            Self::Later => ("unsubscribe-later-title", "unsubscribe-later-text"),
        }
    }
}

/// Answers a GET or POST of the page.
pub(super) async fn answer<I: Identify>(
    State(edge): State<Arc<Edge<I>>>,
    request: Request<Body>,
) -> Response<Body> {
    let (mut parts, _) = request.into_parts();
    for name in [AUTHORIZATION, COOKIE] {
        parts.headers.remove(name);
    }
    parts.headers.remove("x-api-key");
    let (caller, _) = match identified(&edge, &parts).await {
        Ok(identified) => identified,
        Err(response) => return response,
    };
    let query = parts.uri.query().unwrap_or_default();
    let token = query_string::parameters(query, ["token"]);
    let token = token.ok().and_then(|[token]| token).unwrap_or_default();
    let shown = match caller.data.get::<Arc<Scope>>() {
        None => Shown::Later,
        Some(scope) if parts.method == Method::POST => {
            match follow::unsubscribe(&scope.deps, &token).await {
                Ok(()) => Shown::Done,
                Err(Failure::NotFound) => Shown::Unknown,
                Err(failure) => {
                    tracing::warn!(%failure, "could not unsubscribe somebody");
                    Shown::Later
                }
            }
        }
        Some(scope) if follow::is_token(&scope.deps, &token) => Shown::Question,
        Some(_) => Shown::Unknown,
    };
    page(shown, caller.locale)
}

fn page(shown: Shown, locale: Locale) -> Response<Body> {
    let (title, text) = shown.words();
    let (title, text) = (plain(locale, title), plain(locale, text));
    let form = if shown == Shown::Question {
        format!(
            "<form method=\"post\"><button>{}</button></form>",
            plain(locale, "unsubscribe-question-action")
        )
    } else {
        String::new()
    };
    let language = language::tag(locale);
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title><style>{STYLE}</style></head>\n\
         <body><main><h1>{title}</h1><p>{text}</p>{form}</main></body></html>\n"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = shown.status();
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CONTENT_LANGUAGE, language),
        (CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if shown == Shown::Later {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}
