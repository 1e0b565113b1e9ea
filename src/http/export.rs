//! Lists as files, streamed page by page: what the exports share. An export has the same
//! credentials, budget and log line as a GraphQL request.
//!
//! Owns statuses and headers. Must not know what is in a file, nor who may read it.

pub mod account;
pub mod audit;
pub mod members;

use std::sync::Arc;

use axum::body::{Body, Bytes};
use futures_util::{Stream, StreamExt, future::BoxFuture, stream};
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, VARY, WWW_AUTHENTICATE},
    request::Parts,
};

use super::{
    Edge,
    client::peer,
    graphql,
    identify::{Caller, Identify},
    log::{Logged, RequestId},
    negotiate::Media,
    respond::{self, Detail},
};
use crate::{
    domain::{clock::Clock, vocabulary::Locale},
    graphql::{
        admission::{Admission, RequestCost},
        scope::Scope,
    },
    service::{Failure, failure::Rate},
};

/// Opens a file: reads the parameters and the first page, so that a refusal or failure until then
/// still has a status.
type Open =
    for<'a> fn(&'a Scope, &'a str, Arc<str>) -> BoxFuture<'a, Result<Response<Body>, Failure>>;

/// Who sends a request about a file, and its id; the refusal of a bad credential.
pub(super) async fn identified<I: Identify>(
    edge: &Edge<I>,
    parts: &Parts,
) -> Result<(Caller, RequestId), Response<Body>> {
    let request_id = parts
        .extensions
        .get::<RequestId>()
        .cloned()
        .unwrap_or_default();
    let peer = peer(&parts.extensions);
    match edge.identify.identify(parts, peer, &request_id.0).await {
        Ok(caller) => Ok((caller, request_id)),
        Err(refusal) => {
            let locale = graphql::requested_locale(&parts.headers);
            Err(graphql::refused(
                Media::Json,
                refusal,
                locale,
                &request_id.0,
            ))
        }
    }
}

/// The response with what every response about a file says: what it depends on, what is left of the
/// budget, and for the log who asked.
pub(super) fn finished(
    mut response: Response<Body>,
    cost: &RequestCost,
    logged: Logged,
) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(
        VARY,
        HeaderValue::from_static("accept-language, origin, cookie, authorization, x-api-key"),
    );
    graphql::budget_headers(headers, cost);
    response.extensions_mut().insert(Arc::new(logged));
    response
}

/// Answers a request for the file that `open` opens.
async fn answer<I: Identify>(
    edge: Arc<Edge<I>>,
    request: Request<Body>,
    open: Open,
) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let (caller, request_id) = match identified(&edge, &parts).await {
        Ok(identified) => identified,
        Err(response) => return response,
    };
    let logged = Logged::of(&caller);
    let Caller {
        budget_key,
        now,
        data,
        locale,
        ..
    } = caller;
    let mut cost = edge.admission.may_begin(&budget_key, now);
    let answer = match (&cost, data.get::<Arc<Scope>>()) {
        (Err(state), _) => Err(Failure::RateLimited {
            rate: Rate::Calls,
            retry_after: state.resets_in,
        }),
        (Ok(_), None) => Err(Failure::Internal("a request without a scope".to_owned())),
        (Ok(_), Some(scope)) => {
            let mut stopwatch = edge.admission.stopwatch();
            let opened = open(
                scope,
                parts.uri.query().unwrap_or_default(),
                Arc::clone(&request_id.0),
            )
            .await;
            // A refusal costs nothing.
            opened.map(|response| {
                cost = Ok(edge
                    .admission
                    .charge_time(&budget_key, now, stopwatch.lap()));
                let clock = Arc::clone(&scope.deps.clock);
                metered(response, Arc::clone(&edge.admission), budget_key, clock)
            })
        }
    };
    let response = answer.unwrap_or_else(|failure| refused(&failure, locale, &request_id.0));
    finished(response, &cost.unwrap_or_else(|state| state), logged)
}

/// Charges each page of the response to `budget_key` by the time it took. An export that has begun
/// continues when the budget is used up; the next one has to wait.
fn metered(
    response: Response<Body>,
    admission: Arc<Admission>,
    budget_key: String,
    clock: Arc<dyn Clock>,
) -> Response<Body> {
    response.map(|body| {
        let pages = stream::unfold(
            (body.into_data_stream(), admission, budget_key),
            move |(mut pages, admission, budget_key)| {
                let clock = Arc::clone(&clock);
                async move {
                    let mut stopwatch = admission.stopwatch();
                    let page = pages.next().await?;
                    admission.charge_time(&budget_key, clock.now(), stopwatch.lap());
                    Some((page, (pages, admission, budget_key)))
                }
            },
        );
        Body::from_stream(pages)
    })
}

/// The file called `name`. Reads each page when the previous one was taken.
fn file(
    name: &str,
    media: &'static str,
    pages: impl Stream<Item = Result<Bytes, Failure>> + Send + 'static,
) -> Response<Body> {
    let mut response = Response::new(Body::from_stream(pages));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    response
}

/// Logs a failure in the middle of a file. The connection breaks off.
fn broken(request_id: &str, failure: Failure) -> Failure {
    tracing::error!(request_id, %failure, "an export was interrupted");
    failure
}

pub(super) fn refused(failure: &Failure, locale: Locale, request_id: &str) -> Response<Body> {
    let is_internal = matches!(failure, Failure::Internal(_));
    if is_internal {
        tracing::error!(request_id, %failure, "an export failed");
    }
    let mut detail = Detail {
        request_id: is_internal.then_some(request_id),
        ..Detail::default()
    };
    let status = match failure {
        Failure::Unauthenticated => StatusCode::UNAUTHORIZED,
        Failure::Forbidden { required, .. } => {
            detail.required_permission = required.map(|permission| permission.as_str());
            StatusCode::FORBIDDEN
        }
        Failure::NotFound => StatusCode::NOT_FOUND,
        Failure::BadInput(_) | Failure::OtherListsCursor | Failure::Invalid(_) => {
            StatusCode::BAD_REQUEST
        }
        Failure::RateLimited { retry_after, .. } => {
            detail.retry_after = Some(*retry_after);
            StatusCode::TOO_MANY_REQUESTS
        }
        Failure::Unavailable | Failure::Conflict | Failure::IdempotencyConflict => {
            detail.retry_after = Some(1);
            StatusCode::SERVICE_UNAVAILABLE
        }
        Failure::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let (code, message) = (failure.code(), failure.message());
    let mut response = respond::error(Media::Json, status, code, &message, locale, detail);
    if status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer, Apikey"));
    }
    response
}
