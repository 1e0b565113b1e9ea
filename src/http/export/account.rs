//! `GET /export/account.json`: the data of an account as one document (ERASE-8). `?token=…` is from the
//! link that `exportAccountData` answers; it works once, and needs no other credential. 404 for a
//! token that was used, has expired or never was one.
//!
//! The document is described by a JSON Schema, served beside it. Lists are read and sent page by page.
//! After a failure the connection breaks off and the document has no end.
//!
//! Owns the text of the document. Must not decide what is in it.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::State,
};
use futures_util::stream;
use http::{
    HeaderValue, Method, Request, Response,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use serde_json::{Value, json};

use super::{broken, file};
use crate::{
    domain::audit::instant,
    graphql::scope::Scope,
    http::{Edge, identify::Identify, query_string},
    service::{
        Failure,
        account::data::{DataExport, Part, Section},
    },
};

/// The path of the export.
pub(crate) const PATH: &str = "/export/account.json";

/// The path of the JSON Schema.
pub(crate) const SCHEMA_PATH: &str = "/export/account.schema.json";

/// The JSON Schema of the document.
const SCHEMA: &str = include_str!("../../../docs/account-export.schema.json");

/// Answers [`PATH`].
pub(crate) async fn answer<I: Identify>(
    State(edge): State<Arc<Edge<I>>>,
    request: Request<Body>,
) -> Response<Body> {
    // Looking at the headers alone must not use the link up.
    if request.method() == Method::HEAD {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = http::StatusCode::METHOD_NOT_ALLOWED;
        let headers = response.headers_mut();
        headers.insert(http::header::ALLOW, HeaderValue::from_static("GET"));
        return response;
    }
    super::answer(edge, request, |scope, query, request_id| {
        Box::pin(open(scope, query, request_id))
    })
    .await
}

/// Answers [`SCHEMA_PATH`].
pub(crate) async fn schema() -> Response<Body> {
    let mut response = Response::new(Body::from(SCHEMA));
    let headers = response.headers_mut();
    let media = HeaderValue::from_static("application/schema+json");
    headers.insert(CONTENT_TYPE, media);
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=3600"),
    );
    response
}

async fn open(scope: &Scope, query: &str, request_id: Arc<str>) -> Result<Response<Body>, Failure> {
    let [token] = query_string::parameters(query, ["token"]).map_err(Failure::BadInput)?;
    let token = token.ok_or(Failure::NotFound)?;
    let export = DataExport::open(&scope.deps, &token).await?;
    let head = head(&export, &scope.deps.public_url);
    let day = export.now().date_naive();
    let pages = stream::try_unfold(Rest::Head(head, Box::new(export)), move |rest| {
        let request_id = Arc::clone(&request_id);
        async move {
            let (mut export, open) = match rest {
                Rest::Nothing => return Ok(None),
                Rest::Head(head, export) => return Ok(Some((head, Rest::Next(export, None)))),
                Rest::Next(export, open) => (export, open),
            };
            let part = export
                .next()
                .await
                .map_err(|failure| broken(&request_id, failure))?;
            Ok(Some(match part {
                None => (Bytes::from_static(b"}\n"), Rest::Nothing),
                Some(part) => {
                    let open_after = (!part.is_last).then_some(Opened {
                        section: part.section,
                        has_entries: !part.entries.is_empty()
                            || open.is_some_and(|open| open.has_entries),
                    });
                    (text(&part, open), Rest::Next(export, open_after))
                }
            }))
        }
    });
    let name = format!("account-{day}.json");
    Ok(file(&name, "application/json; charset=utf-8", pages))
}

/// What remains to be sent.
enum Rest {
    Head(Bytes, Box<DataExport>),
    Next(Box<DataExport>, Option<Opened>),
    Nothing,
}

/// A list that has begun.
#[derive(Debug, Clone, Copy)]
struct Opened {
    section: Section,
    has_entries: bool,
}

fn head(export: &DataExport, public_url: &str) -> Bytes {
    let head = json!({
        "$schema": format!("{public_url}{SCHEMA_PATH}"),
        "exportedAt": instant(export.now()),
        "profile": export.profile(),
    });
    let mut text = head.to_string();
    // The lists follow.
    text.pop();
    text.into()
}

fn text(part: &Part, open: Option<Opened>) -> Bytes {
    let mut text = String::new();
    let begun = open.filter(|open| open.section == part.section);
    if begun.is_none() {
        text.push_str(",\n\"");
        text.push_str(part.section.name());
        text.push_str("\":[");
    }
    let mut is_first = !begun.is_some_and(|open| open.has_entries);
    for entry in &part.entries {
        text.push_str(if is_first { "\n" } else { ",\n" });
        text.push_str(&Value::to_string(entry));
        is_first = false;
    }
    if part.is_last {
        text.push(']');
    }
    text.into()
}
