//! Answers that are not GraphQL results, in the same shape.
//!
//! Owns the JSON of errors from HTTP itself. Must not know GraphQL documents.

use axum::body::Body;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER},
};
use serde::Serialize;

use super::{language, negotiate::Media};
use crate::{domain::vocabulary::Locale, words::Message};

#[derive(Serialize)]
struct Errors<'a> {
    errors: [Error<'a>; 1],
}

#[derive(Serialize)]
struct Error<'a> {
    message: String,
    extensions: Extensions<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Extensions<'a> {
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required_permission: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

/// The code of the first error of an answer, in its extensions, for the log line.
#[derive(Debug, Clone)]
pub(super) struct ErrorCode(pub(super) String);

/// What to report besides status and message.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Detail<'a> {
    pub(super) request_id: Option<&'a str>,
    pub(super) retry_after: Option<u64>,
    pub(super) required_permission: Option<&'a str>,
    /// The line of a file that cannot be read.
    pub(super) line: Option<usize>,
}

/// An error as a GraphQL answer without data.
pub(super) fn error(
    media: Media,
    status: StatusCode,
    code: &str,
    message: &Message,
    locale: Locale,
    detail: Detail<'_>,
) -> Response<Body> {
    let Detail {
        request_id,
        retry_after,
        required_permission,
        line,
    } = detail;
    let extensions = Extensions {
        code,
        request_id,
        retry_after,
        required_permission,
        line,
    };
    let errors = Errors {
        errors: [Error {
            message: message.text(locale),
            extensions,
        }],
    };
    let body = serde_json::to_vec(&errors).unwrap_or_default();
    let mut response = json(media, status, body);
    response.extensions_mut().insert(ErrorCode(code.to_owned()));
    response.headers_mut().insert(
        CONTENT_LANGUAGE,
        HeaderValue::from_static(language::tag(locale)),
    );
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Bytes of JSON as an answer that is not cached.
pub(super) fn json(media: Media, status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, media.content_type());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
