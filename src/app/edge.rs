//! Wires the edge: from settings to admission, credentials and routes.

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use axum::{Router, extract::Request, middleware::Next};
use ipnet::IpNet;

use super::{App, MAX_SKEW_MILLIS, StartError, clock_offset_millis};
use crate::{
    config::Settings,
    domain::clock::{Clock, SystemClock},
    graphql::{
        admission::{self, Admission, AdmissionOptions, PersistedDocuments, Stopwatch},
        error, form, prices, scalar, schema,
    },
    http::{self, EdgeOptions, Origin, credential::Credentials, server::ConnectionLimits},
    service::{Deps, Failure, outbox::preview},
    store::engine,
};

/// How long the database may take to answer before the server reports that it is not ready.
const READY_WITHIN: Duration = Duration::from_secs(3);

/// What the edge needs besides the services.
#[derive(Debug, Clone)]
pub struct Edge {
    pub limits: admission::Limits,
    /// Whether clients may read the schema.
    pub introspection: bool,
    /// Documents that clients name by id.
    pub documents: Option<std::path::PathBuf>,
    /// The clocks that measure work. Clocks that stand still charge nothing afterwards.
    pub stopwatch: Stopwatch,
    /// The body limit for callers who are signed in, in bytes.
    pub body_limit: usize,
    /// The body limit for everybody else, in bytes.
    pub anonymous_body_limit: usize,
    pub connections: ConnectionLimits,
    /// Origins whose scripts may read answers and send cookies.
    pub allowed_origins: Vec<Origin>,
    /// Where users reach the server. Its pages count as the server's own, whatever host a proxy
    /// names.
    pub public_url: Option<Origin>,
    /// Networks of trusted proxies (ACC-11).
    pub trusted_proxies: Vec<IpNet>,
    /// The maximum number of requests of one client at the same time.
    pub requests_per_client: usize,
    /// Whether to compress answers.
    pub compression: bool,
    /// Whether to serve the console.
    pub console: bool,
    /// Whether to refuse documents that are sent as text with a session cookie.
    pub persisted_only: bool,
    /// Whether to serve the playground.
    pub playground: bool,
    /// Whether to serve `/metrics`.
    pub metrics: bool,
    /// Whether to show everybody what the outbox would send.
    pub outbox: bool,
    /// The demo's public credentials as JSON, if this server shows the demo.
    pub demo: Option<String>,
}

impl Default for Edge {
    fn default() -> Self {
        Self {
            limits: admission::Limits::default(),
            introspection: true,
            documents: None,
            stopwatch: Stopwatch::default(),
            body_limit: http::BODY_LIMIT,
            anonymous_body_limit: http::ANONYMOUS_BODY_LIMIT,
            connections: ConnectionLimits::default(),
            allowed_origins: Vec::new(),
            public_url: None,
            trusted_proxies: Vec::new(),
            requests_per_client: http::REQUESTS_PER_CLIENT,
            compression: false,
            console: true,
            persisted_only: false,
            playground: true,
            metrics: false,
            outbox: false,
            demo: None,
        }
    }
}

impl Edge {
    /// From the settings.
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            limits: admission::Limits {
                depth: settings.limits.max_depth,
                complexity: u64::from(settings.limits.max_complexity),
                aliases: u64::from(settings.limits.max_aliases),
                root_fields: u64::from(settings.limits.max_root_fields),
                tokens: settings.limits.max_tokens,
                budget: settings.limits.complexity_per_minute,
                max_page: u64::from(settings.limits.max_page_size),
                batch: settings.limits.max_batch_items as usize,
                timeout: settings.limits.request_timeout,
                ..admission::Limits::default()
            },
            introspection: settings.limits.introspection,
            documents: settings.graphql.documents_dir.clone(),
            stopwatch: Stopwatch { processor, elapsed },
            body_limit: settings.limits.max_body_bytes,
            anonymous_body_limit: settings.limits.max_anonymous_body_bytes,
            connections: ConnectionLimits {
                header_timeout: settings.server.header_timeout,
                idle_timeout: settings.server.idle_timeout,
                stall_timeout: settings.server.stall_timeout,
                connections: settings.server.max_connections,
                connections_per_client: settings.server.max_connections_per_client,
            },
            allowed_origins: settings.server.allowed_origins.clone(),
            public_url: settings.server.public_url.clone(),
            trusted_proxies: settings.server.trusted_proxies.clone(),
            requests_per_client: settings.server.max_requests_per_client,
            compression: settings.server.compression,
            console: settings.server.console,
            persisted_only: settings.graphql.persisted_only,
            playground: settings.server.playground,
            metrics: settings.server.metrics,
            outbox: settings.mail.show_outbox,
            demo: None,
        }
    }
}

impl App {
    /// Lets the playground show what the outbox would send, for the demo's data.
    pub const fn show_outbox(&mut self) {
        self.edge.outbox = true;
    }

    /// Lets the playground sign in with the demo's public credentials. Only `serve --demo` calls
    /// it.
    pub fn tell_demo(&mut self, credentials: String) {
        self.edge.demo = Some(credentials);
    }

    /// All routes.
    pub fn router(&self) -> Result<Router, StartError> {
        let mut documents = match &self.edge.documents {
            Some(folder) => PersistedDocuments::load(folder)?,
            None => PersistedDocuments::default(),
        };
        if self.edge.console {
            let own = http::console::documents()
                .map_err(|error| StartError::Refused(error.to_string()))?;
            documents.extend(own);
        }
        let options = AdmissionOptions {
            limits: self.edge.limits.clone(),
            scalar: scalar::check,
            expose: error::expose,
            is_wrong_form: error::is_wrong_form,
            prices: prices::prices(),
            stopwatch: self.edge.stopwatch,
            forms: form::forms(self.deps.secret.clone()),
            persisted: documents,
            introspection: self.edge.introspection,
            ..AdmissionOptions::default()
        };
        let service_limits = Arc::new(self.edge.limits.clone());
        let admission = Admission::new(
            move || schema::builder().data(Arc::clone(&service_limits)),
            options,
        )
        .map_err(|error| StartError::Refused(error.to_string()))?;
        let credentials = Credentials::new(
            self.deps.clone(),
            self.edge.trusted_proxies.clone(),
            self.edge.public_url.clone(),
            self.edge.allowed_origins.clone(),
        );
        let router = http::router(Arc::new(admission), credentials, self.edge_options());
        Ok(router.layer(axum::middleware::from_fn(in_request)))
    }

    fn edge_options(&self) -> EdgeOptions {
        let (clock, ids) = (Arc::clone(&self.deps.clock), Arc::clone(&self.deps.ids));
        let deps = self.deps.clone();
        let mut edge = EdgeOptions::new(
            Arc::new(move || ids.uuid(clock.now())),
            Arc::new(move || {
                let deps = deps.clone();
                Box::pin(async move { ready(&deps).await })
            }),
        );
        edge.body_limit = self.edge.body_limit;
        edge.anonymous_body_limit = self.edge.anonymous_body_limit;
        edge.trusted_proxies.clone_from(&self.edge.trusted_proxies);
        edge.https = self
            .edge
            .public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"));
        edge.allowed_origins.clone_from(&self.edge.allowed_origins);
        edge.requests_per_client = self.edge.requests_per_client;
        edge.compression = self.edge.compression;
        edge.console = self.edge.console;
        edge.persisted_only = self.edge.persisted_only;
        edge.playground = self.edge.playground;
        edge.demo.clone_from(&self.edge.demo);
        if self.edge.outbox && !self.deps.mailer.sends() {
            let deps = self.deps.clone();
            edge.outbox = Some(Arc::new(move || {
                let deps = deps.clone();
                Box::pin(async move { preview::newest(&deps).await })
            }));
        }
        if self.edge.metrics {
            edge.metrics = metrics_exporter_prometheus::PrometheusBuilder::new()
                .install_recorder()
                .ok();
        }
        edge
    }
}

/// Processor time of this thread.
fn processor() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or(0),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}

/// Time since the first call.
fn elapsed() -> Duration {
    static SINCE: LazyLock<Instant> = LazyLock::new(Instant::now);
    SINCE.elapsed()
}

/// Checks that the database answers, over a separate connection: a server whose connections are all
/// busy is ready.
async fn ready(deps: &Deps) -> Result<(), String> {
    let look = async {
        deps.db.ping().await?;
        clock_offset_millis(&deps.db, SystemClock.now()).await
    };
    let offset = match tokio::time::timeout(READY_WITHIN, look).await {
        Ok(offset) => offset.map_err(|error| Failure::from(error).to_string())?,
        Err(_) => {
            return Err(format!(
                "the database does not answer within {} s",
                READY_WITHIN.as_secs()
            ));
        }
    };
    if offset.unsigned_abs() > MAX_SKEW_MILLIS {
        Err(format!("the clock is {offset} ms off the database's"))
    } else {
        Ok(())
    }
}

/// Counts every statement of a request on the request, in any task (P4), and ends the tasks it
/// spawned with it.
async fn in_request(request: Request, next: Next) -> axum::response::Response {
    engine::in_request(next.run(request)).await
}
