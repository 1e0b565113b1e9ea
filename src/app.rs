//! The composition root: makes what the layers see of the outside, and wires HTTP and jobs to them. Decides nothing.

mod migration;

use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU32},
    time::Duration,
};

use axum::{Router, extract::Request, middleware::Next};
use chrono::{DateTime, Utc};
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;

pub use migration::{Migrate, MigrationState};

use crate::{
    config::{ConfigFault, Settings},
    demo::{self, DemoOptions},
    domain::{
        clock::{Clock, SystemClock},
        id::{AccountId, IdSource},
    },
    graphql::{
        admission::{self, Admission, AdmissionOptions, PersistedDocuments},
        error, scalar, schema,
    },
    http::{self, EdgeOptions, Origin, credential::Credentials},
    service::{
        Deps, Failure,
        account::{self},
        deps::{Limits, SecretKey, Throttle},
        hasher::{HashingCost, PasswordHasher},
    },
    store::{
        Database, StoreError,
        engine::{self, DatabaseOptions, STATEMENTS},
    },
};

/// How far the node's clock may be off the database's (TIME-5).
const MAX_SKEW: Duration = Duration::from_secs(2);

/// How often last-used times are written.
const FLUSH_EVERY: Duration = Duration::from_secs(15);

/// Why the server does not start, or a command cannot run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigFault),
    /// The database cannot be used.
    #[error("the database: {0}")]
    Store(#[from] StoreError),
    /// The schema is older than this release.
    #[error("the database has to be migrated first (concierge migrate): {0}")]
    Pending(String),
    /// The schema is newer than this release.
    #[error("the database was migrated by a newer release, which applied {0}: run that release")]
    Newer(String),
    /// The clocks differ (TIME-5).
    #[error("this machine's clock is {0} ms off the database's, 2000 are allowed: is NTP running on both?")]
    Skewed(i64),
    /// The demo was not loaded.
    #[error(transparent)]
    Demo(#[from] demo::Failure),
    /// What was asked for was refused.
    #[error("{0}")]
    Refused(String),
    /// Serving failed.
    #[error("serving: {0}")]
    Serving(#[from] std::io::Error),
}

/// What `examine` found.
#[derive(Debug)]
pub struct Examined {
    /// How far the schema is.
    pub migrations: MigrationState,
    /// How far this machine's clock is ahead of the database's, in milliseconds.
    pub clock_offset_millis: i64,
}

/// A new member of the installation's staff.
#[derive(Debug)]
pub struct NewOperator {
    /// The address to sign in with.
    pub email: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The password.
    pub password: SecretString,
}

/// What the edge is told besides the services.
#[derive(Debug, Clone)]
pub struct Edge {
    /// The limits of admission.
    pub limits: admission::Limits,
    /// May clients read the schema?
    pub introspection: bool,
    /// Documents that clients name by id.
    pub documents: Option<std::path::PathBuf>,
    /// The largest body, in bytes.
    pub body_limit: usize,
    /// Origins whose scripts may read answers and send cookies.
    pub allowed_origins: Vec<Origin>,
    /// Networks of proxies that are believed (ACC-11).
    pub trusted_proxies: Vec<IpNet>,
    /// Compress answers?
    pub compression: bool,
    /// Serve the playground?
    pub playground: bool,
    /// Serve `/metrics`?
    pub metrics: bool,
}

impl Default for Edge {
    fn default() -> Self {
        Self {
            limits: admission::Limits::default(),
            introspection: true,
            documents: None,
            body_limit: 100_000,
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            compression: false,
            playground: true,
            metrics: false,
        }
    }
}

/// The running system.
#[derive(Debug)]
pub struct App {
    /// What services work with.
    pub deps: Deps,
    edge: Edge,
}

async fn connect(settings: &Settings) -> Result<Database, StartError> {
    if settings.database.is_sqlite() {
        std::fs::create_dir_all(&settings.data_dir)?;
    }
    let max_connections =
        if settings.database.is_sqlite() { settings.database.reader_connections } else { settings.database.max_connections };
    let options = DatabaseOptions {
        url: settings.database.url().to_owned(),
        max_connections,
        lock_timeout: settings.database.lock_timeout,
    };
    Ok(Database::connect(&options).await?)
}

/// Connects, and brings the schema up as `migrate` says; refuses a database that needs a migration or is of a newer release.
pub async fn open(settings: &Settings, migrate: Migrate) -> Result<App, StartError> {
    let db = connect(settings).await?;
    match migration::state(&db).await? {
        MigrationState::Newer { names } => return Err(StartError::Newer(names.join(", "))),
        MigrationState::Current { .. } => {}
        MigrationState::Pending { names } => {
            let is_empty = names.len() == migrations_known();
            if migrate == Migrate::Always || (migrate == Migrate::IfEmpty && is_empty) {
                migration::up(&db).await?;
            } else {
                return Err(StartError::Pending(names.join(", ")));
            }
        }
    }
    let clock = SystemClock;
    let offset = clock_offset_millis(&db, clock.now()).await?;
    if offset.unsigned_abs() > u64::try_from(MAX_SKEW.as_millis()).unwrap_or(u64::MAX) {
        return Err(StartError::Skewed(offset));
    }
    let secret = SecretKey::new(*settings.secret_key()?.bytes());
    let limits = Limits {
        batch_items: settings.limits.max_batch_items as usize,
        page_size: settings.limits.max_page_size as usize,
        session_idle: settings.sessions.idle,
        session_absolute: settings.sessions.absolute,
        sessions: settings.sessions.max_per_account as usize,
        sign_in_failures: settings.sign_in.failures,
        sign_in_window: settings.sign_in.window,
        sign_in_max_delay: settings.sign_in.max_delay,
    };
    let params = HashingCost {
        memory_kib: settings.passwords.memory_kib,
        iterations: settings.passwords.iterations,
        parallelism: settings.passwords.parallelism,
    };
    let ids = Arc::new(IdSource::random());
    let hasher = PasswordHasher::new(params, settings.passwords.concurrency(), Arc::clone(&ids))
        .map_err(|error| StartError::Refused(error.to_string()))?;
    let deps = assemble(db, Arc::new(clock), ids, secret, limits, hasher, settings.secure_cookies());
    let edge = Edge {
        limits: admission::Limits {
            depth: settings.limits.max_depth,
            complexity: u64::from(settings.limits.max_complexity),
            aliases: u64::from(settings.limits.max_aliases),
            root_fields: u64::from(settings.limits.max_root_fields),
            tokens: settings.limits.max_tokens,
            budget: settings.limits.complexity_per_minute,
            max_page: u64::from(settings.limits.max_page_size),
            timeout: settings.limits.request_timeout,
            ..admission::Limits::default()
        },
        introspection: settings.limits.introspection,
        documents: settings.graphql.documents_dir.clone(),
        body_limit: settings.limits.max_body_bytes,
        allowed_origins: settings.server.allowed_origins.clone(),
        trusted_proxies: settings.server.trusted_proxies.clone(),
        compression: settings.server.compression,
        playground: settings.server.playground,
        metrics: settings.server.metrics,
    };
    Ok(App { deps, edge })
}

/// Puts together what services work with: for `open`, and for tests with a clock of their own.
pub fn assemble(
    db: Database,
    clock: Arc<dyn Clock>,
    ids: Arc<IdSource>,
    secret: SecretKey,
    limits: Limits,
    hasher: PasswordHasher,
    cookie_secure: bool,
) -> Deps {
    const REHEARSALS: std::num::NonZeroU32 = match std::num::NonZeroU32::new(120) {
        Some(rate) => rate,
        None => std::num::NonZeroU32::MIN,
    };
    Deps {
        db,
        clock,
        ids,
        secret,
        limits: Arc::new(limits),
        cache: Arc::default(),
        dry_runs: Arc::new(Throttle::per_minute(REHEARSALS)),
        hasher: Arc::new(hasher),
        activity: Arc::default(),
        cookie_secure,
    }
}

fn migrations_known() -> usize {
    use sea_orm_migration::MigratorTrait as _;
    migrations::Migrator::migrations().len()
}

async fn clock_offset_millis(db: &Database, now: DateTime<Utc>) -> Result<i64, StoreError> {
    // The embedded database has the machine's clock.
    if db.backend() != sea_orm::DatabaseBackend::Postgres {
        return Ok(0);
    }
    let theirs: Option<(DateTime<Utc>,)> = engine::one(db.writer(), "SELECT clock_timestamp()", Vec::new()).await?;
    Ok(theirs.map_or(0, |(theirs,)| (now - theirs).num_milliseconds()))
}

/// Applies the changes that the schema lacks; answers how many.
pub async fn migrate(settings: &Settings) -> Result<usize, StartError> {
    migration::up(&connect(settings).await?).await
}

/// Takes changes back; answers how many.
pub async fn migrate_down(settings: &Settings, steps: u32) -> Result<usize, StartError> {
    migration::down(&connect(settings).await?, steps).await
}

/// Looks at the database; changes nothing.
pub async fn examine(settings: &Settings) -> Result<Examined, StartError> {
    let db = connect(settings).await?;
    let clock_offset_millis = clock_offset_millis(&db, SystemClock.now()).await?;
    Ok(Examined { migrations: migration::state(&db).await?, clock_offset_millis })
}

/// The schema's text.
pub fn schema_sdl() -> String {
    schema::sdl()
}

impl App {
    /// From parts: for tests.
    pub const fn new(deps: Deps, edge: Edge) -> Self {
        Self { deps, edge }
    }

    /// Puts the demo portal into an empty database; true unless the database holds something else.
    pub async fn load_demo(&self) -> Result<bool, StartError> {
        match demo::seed(&self.deps, DemoOptions::default()).await {
            Ok(_) => Ok(true),
            Err(demo::Failure::NotEmpty) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the database holds the demo portal, whose credentials everybody knows.
    pub async fn holds_demo(&self) -> Result<bool, StartError> {
        Ok(demo::present(self.deps.db.writer()).await?)
    }

    /// Makes an operator's account.
    pub async fn create_operator(&self, operator: NewOperator) -> Result<AccountId, StartError> {
        let NewOperator { email, given_name, family_name, password } = operator;
        account::create_operator(&self.deps, &email, &given_name, &family_name, password.expose_secret())
            .await
            .map_err(|failure| StartError::Refused(failure.to_string()))
    }

    /// All routes.
    pub fn router(&self) -> Result<Router, StartError> {
        let documents = match &self.edge.documents {
            Some(folder) => PersistedDocuments::load(folder)?,
            None => PersistedDocuments::default(),
        };
        let options = AdmissionOptions {
            limits: self.edge.limits.clone(),
            scalar: scalar::check,
            expose: error::expose,
            persisted: documents,
            introspection: self.edge.introspection,
        };
        let service_limits = Arc::new(self.edge.limits.clone());
        let admission = Admission::new(move || schema::builder().data(Arc::clone(&service_limits)), options)
            .map_err(|error| StartError::Refused(error.to_string()))?;
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
        edge.allowed_origins.clone_from(&self.edge.allowed_origins);
        edge.compression = self.edge.compression;
        edge.playground = self.edge.playground;
        if self.edge.metrics {
            edge.metrics = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder().ok();
        }
        let credentials =
            Credentials::new(self.deps.clone(), self.edge.trusted_proxies.clone(), self.edge.allowed_origins.clone());
        let router = http::router(Arc::new(admission), credentials, edge);
        Ok(router.layer(axum::middleware::from_fn(count_statements)))
    }

    /// Serves until `stop` is done, then lets requests under way end.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), StartError> {
        let router = self.router()?;
        let deps = self.deps.clone();
        let flusher = tokio::spawn(async move {
            loop {
                tokio::time::sleep(FLUSH_EVERY).await;
                flush(&deps).await;
            }
        });
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        });
        let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>());
        let ended = serving.with_graceful_shutdown(stop).await;
        flusher.abort();
        flush(&self.deps).await;
        let _ = self.deps.db.close().await;
        Ok(ended?)
    }
}

async fn flush(deps: &Deps) {
    if let Err(error) = deps.activity.flush(&deps.db).await {
        tracing::warn!(%error, "last-used times were not written; they are kept for the next time");
    }
}

async fn ready(deps: &Deps) -> Result<(), String> {
    let one: Result<Option<(i64,)>, _> = engine::one(deps.db.writer(), "SELECT CAST(1 AS bigint)", Vec::new()).await;
    one.map_err(|error| Failure::from(error).to_string())?;
    let offset = clock_offset_millis(&deps.db, SystemClock.now()).await.map_err(|error| error.to_string())?;
    if offset.abs() > 2_000 { Err(format!("the clock is {offset} ms off the database's")) } else { Ok(()) }
}

/// Every statement of a request counts on the request, in whatever task it runs (P4); on the caller's count, if it keeps one.
async fn count_statements(request: Request, next: Next) -> axum::response::Response {
    let count: Arc<AtomicU32> = STATEMENTS.try_with(Arc::clone).unwrap_or_default();
    STATEMENTS.scope(count, next.run(request)).await
}
