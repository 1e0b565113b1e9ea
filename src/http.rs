//! The HTTP edge.
//!
//! Owns the routes, the order of their layers, and the plain values that configure the edge.
//! `graphql::admission` answers GraphQL, an implementation of [`Identify`] finds out who is asking,
//! and services answer everything else. Must not name the engine or the store.

#![allow(
    missing_docs,
    reason = "an item has a comment only if its name leaves something open"
)]

mod client;
pub mod console;
pub mod credential;
mod csrf;
mod embedded;
mod export;
mod graphql;
mod health;
mod held;
mod identify;
mod import;
mod language;
mod log;
mod negotiate;
mod outbox;
mod playground;
mod query_string;
mod request_slots;
mod respond;
pub mod server;
mod unsubscribe;

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    middleware::from_fn_with_state,
    routing::{any, get, post},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{CONTENT_DISPOSITION, RETRY_AFTER},
};
use ipnet::IpNet;
use metrics_exporter_prometheus::PrometheusHandle;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{AllowHeaders, AllowOrigin, CorsLayer},
};
use uuid::Uuid;

pub use self::{
    client::client_address,
    csrf::{Origin, cookie_counts},
    identify::{Caller, Identify, Refusal},
};
use self::{import::ImportSlots, request_slots::RequestSlots};
use crate::{
    graphql::admission::{Admission, code},
    service::{Failure, follow::UNSUBSCRIBE_PATH, outbox::preview::Preview},
    words::message,
};

/// Checks whether the server can work. The reason is for the log.
pub type Ready =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

/// The newest mails, as they would be sent.
pub type Outbox = Arc<
    dyn Fn() -> Pin<Box<dyn Future<Output = Result<Vec<Preview>, Failure>> + Send>> + Send + Sync,
>;

/// The source of request ids.
pub type Ids = Arc<dyn Fn() -> Uuid + Send + Sync>;

/// The default body limit, in bytes: 500 invitees with names of 100 characters that a client
/// escapes.
pub const BODY_LIMIT: usize = 1_500_000;

/// The default body limit for callers who are not signed in, in bytes: 1,000 checks.
pub const ANONYMOUS_BODY_LIMIT: usize = 200_000;

/// The default maximum of one client's requests at the same time.
pub const REQUESTS_PER_CLIENT: usize = 256;

/// How the edge is configured.
#[derive(Clone)]
pub struct EdgeOptions {
    /// The body limit for callers who are signed in, in bytes.
    pub body_limit: usize,
    /// The body limit for everybody else, in bytes.
    pub anonymous_body_limit: usize,
    /// Networks of proxies that are trusted about request ids and about the client's address
    /// (ACC-11).
    pub trusted_proxies: Vec<IpNet>,
    /// The maximum number of requests of one client at the same time. Trusted proxies have no such
    /// limit.
    pub requests_per_client: usize,
    /// Whether users reach the server by https. Browsers are then told to always use it.
    pub https: bool,
    /// Origins whose scripts may read answers, in the browsers' form.
    pub allowed_origins: Vec<Origin>,
    /// Whether to compress answers. Costs more time than it saves on a short wire.
    pub compression: bool,
    /// Whether to send status 200 instead of 400 for an invalid document or invalid variables, if a
    /// client accepts `application/json` and nothing else, as the specification asks.
    pub ok_for_json_only: bool,
    /// Whether to serve the console.
    pub console: bool,
    /// Whether to refuse documents that are sent as text with a session cookie.
    pub persisted_only: bool,
    /// Whether to serve the playground.
    pub playground: bool,
    /// Shows what the outbox would send, to everybody. `None` hides it.
    pub outbox: Option<Outbox>,
    /// The demo's public credentials as JSON, for the playground to sign in with. `None` if other
    /// data is served.
    pub demo: Option<String>,
    /// The metrics. `None` turns `/metrics` off.
    pub metrics: Option<PrometheusHandle>,
    pub ids: Ids,
    /// For `/health/ready`.
    pub ready: Ready,
}

impl EdgeOptions {
    /// The defaults of `default.toml`.
    pub fn new(ids: Ids, ready: Ready) -> Self {
        Self {
            body_limit: BODY_LIMIT,
            anonymous_body_limit: ANONYMOUS_BODY_LIMIT,
            trusted_proxies: Vec::new(),
            requests_per_client: REQUESTS_PER_CLIENT,
            https: false,
            allowed_origins: Vec::new(),
            compression: false,
            ok_for_json_only: true,
            console: true,
            persisted_only: false,
            playground: true,
            outbox: None,
            demo: None,
            metrics: None,
            ids,
            ready,
        }
    }
}

impl fmt::Debug for EdgeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EdgeOptions")
            .field("body_limit", &self.body_limit)
            .field("allowed_origins", &self.allowed_origins)
            .field("compression", &self.compression)
            .field("console", &self.console)
            .field("persisted_only", &self.persisted_only)
            .field("playground", &self.playground)
            .field("outbox", &self.outbox.is_some())
            .field("metrics", &self.metrics.is_some())
            .finish_non_exhaustive()
    }
}

/// What handlers share.
struct Edge<I> {
    admission: Arc<Admission>,
    identify: I,
    request_slots: RequestSlots,
    imports: ImportSlots,
    options: EdgeOptions,
}

/// All routes. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that the
/// peer is known.
pub fn router<I: Identify>(admission: Arc<Admission>, identify: I, options: EdgeOptions) -> Router {
    let edge = Arc::new(Edge {
        admission,
        identify,
        request_slots: RequestSlots::new(options.requests_per_client),
        imports: ImportSlots::default(),
        options,
    });
    let mut router = Router::new()
        .route("/graphql", any(graphql::handle::<I>))
        .route(export::members::PATH, get(export::members::answer::<I>))
        .route(export::audit::PATH, get(export::audit::answer::<I>))
        .route(export::account::PATH, get(export::account::answer::<I>))
        .route(export::account::SCHEMA_PATH, get(export::account::schema))
        .route(import::PATH, post(import::answer::<I>))
        .route(
            UNSUBSCRIBE_PATH,
            get(unsubscribe::answer::<I>).post(unsubscribe::answer::<I>),
        )
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready::<I>));
    if edge.options.metrics.is_some() {
        router = router.route("/metrics", get(health::metrics::<I>));
    }
    if edge.options.console {
        router = router
            .route(
                "/console",
                get(|| async { playground::redirect("/console/") }),
            )
            .route("/console/demo.json", get(playground::demo::<I>))
            .route("/console/", any(console::serve))
            .route("/console/{*path}", any(console::serve));
        if !edge.options.playground {
            router = router.route("/", get(|| async { playground::redirect("/console/") }));
        }
    }
    if edge.options.playground {
        router = router
            .route("/", get(|| async { playground::redirect("/playground/") }))
            .route(
                "/playground",
                get(|| async { playground::redirect("/playground/") }),
            )
            .route(
                "/playground/mail",
                get(|| async { playground::redirect("/playground/mail/") }),
            )
            .route(
                "/playground/link",
                get(|| async { playground::redirect("/playground/link/") }),
            )
            .route("/playground/demo.json", get(playground::demo::<I>))
            .route("/playground/", any(playground::serve))
            .route("/playground/{*path}", any(playground::serve));
        router = if edge.options.outbox.is_some() {
            router.route("/playground/outbox.json", get(outbox::list::<I>))
        } else {
            router
                .route("/playground/mail/{*path}", any(missing))
                .route("/playground/mail/", any(missing))
        };
    }
    let mut router = router.fallback(missing).with_state(edge.clone());
    if edge.options.compression {
        router = router.layer(CompressionLayer::new());
    }
    router = router
        .layer(CatchPanicLayer::custom(log::on_panic))
        .layer(from_fn_with_state(edge.clone(), request_slots::bound::<I>));
    if !edge.options.allowed_origins.is_empty() {
        router = router.layer(cors(&edge.options.allowed_origins));
    }
    router.layer(from_fn_with_state(edge, log::around::<I>))
}

async fn missing(headers: HeaderMap) -> Response<Body> {
    let detail = respond::Detail::default();
    respond::error(
        negotiate::Media::Json,
        StatusCode::NOT_FOUND,
        code::NOT_FOUND,
        &message::no_such_address(),
        graphql::requested_locale(&headers),
        detail,
    )
}

fn cors(origins: &[Origin]) -> CorsLayer {
    let origins: Vec<HeaderValue> = origins
        .iter()
        .filter_map(|origin| HeaderValue::from_str(origin).ok())
        .collect();
    let shown = ["ratelimit", "ratelimit-policy"].map(HeaderName::from_static);
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST])
        // Clients add headers of their own (tracing, Apollo's preflight header). None of them gives
        // a listed origin more than it has.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(
            shown
                .into_iter()
                .chain([CONTENT_DISPOSITION, RETRY_AFTER, log::REQUEST_ID])
                .collect::<Vec<_>>(),
        )
        .max_age(Duration::from_secs(600))
}
