//! Liveness, readiness and metrics.
//!
//! Owns the answers for operators. Reasons go to the log, not to the caller. Must not answer
//! GraphQL.

use std::sync::Arc;

use axum::{body::Body, extract::State};
use http::{
    HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};

use super::{Edge, identify::Identify, negotiate::Media, respond};

/// The process answers.
pub(super) async fn live() -> Response<Body> {
    respond::json(Media::Json, StatusCode::OK, br#"{"status":"ok"}"#.to_vec())
}

/// The process can work.
pub(super) async fn ready<I: Identify>(State(edge): State<Arc<Edge<I>>>) -> Response<Body> {
    match (edge.options.ready)().await {
        Ok(()) => respond::json(Media::Json, StatusCode::OK, br#"{"status":"ok"}"#.to_vec()),
        Err(reason) => {
            tracing::warn!(reason, "not ready");
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let mut response =
                respond::json(Media::Json, status, br#"{"status":"unavailable"}"#.to_vec());
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("5"));
            response
        }
    }
}

/// The metrics in the format of Prometheus.
pub(super) async fn metrics<I: Identify>(State(edge): State<Arc<Edge<I>>>) -> Response<Body> {
    let text = edge
        .options
        .metrics
        .as_ref()
        .map(|handle| handle.render())
        .unwrap_or_default();
    let mut response = Response::new(Body::from(text));
    let content_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
