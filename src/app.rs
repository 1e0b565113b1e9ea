//! The composition root: connects to the outside, and wires HTTP and jobs to the services. Decides
//! nothing.

#![allow(
    missing_docs,
    reason = "an item has a comment only if its name leaves something open"
)]

mod edge;
pub mod erasure;
pub mod import;
mod migration;
pub mod record;

use std::{future::Future, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;

pub use edge::Edge;
pub use migration::{Migrate, MigrationState};

pub use crate::{
    service::{account::operator::Operator, second_factor::Resealed},
    store::outbox::claim::OutboxState,
};

use crate::{
    config::{self, ConfigFault, Settings, private},
    demo::{self, DemoOptions},
    domain::{
        blocklist::BlockList,
        clock::{Clock, SystemClock},
        ending_soon::WarningDays,
        id::{AccountId, IdSource},
        secret::ApiKeySecret,
    },
    graphql::schema,
    http,
    job::{JobOptions, Jobs},
    mail::Mailer,
    service::{
        Deps,
        account::{self, operator},
        deps::{InvitationLimits, Limits, SecretKey, Throttle},
        hasher::{HashingCost, PasswordHasher},
        relying_party::RelyingParty,
        second_factor,
    },
    store::{
        Database, StoreError,
        engine::{self, DatabaseOptions, Row, Synchronous},
        outbox::claim,
        passkey,
    },
};

/// How far the node's clock may be off the database's (TIME-5).
const MAX_SKEW_MILLIS: u64 = 2_000;

/// How often last-used times are written.
const FLUSH_EVERY: Duration = Duration::from_secs(15);

/// Why the server does not start, or a command fails.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is invalid.
    #[error(transparent)]
    Config(#[from] ConfigFault),
    /// The database cannot be used.
    #[error("database error: {0}")]
    Store(#[from] StoreError),
    /// The schema is older than this release.
    #[error("the database has to be migrated first (concierge migrate): {0}")]
    Pending(String),
    /// The schema is newer than this release.
    #[error("the database was migrated by a newer release, which applied {0}: run that release")]
    Newer(String),
    /// The clocks differ (TIME-5).
    #[error(
        "this machine's clock is {0} ms off the database's clock, 2000 ms are allowed: is NTP running on both?"
    )]
    Skewed(i64),
    /// The demo was not loaded.
    #[error(transparent)]
    Demo(#[from] demo::Failure),
    /// The service refused the request.
    #[error("{0}")]
    Refused(String),
    /// Serving failed.
    #[error("serving failed: {0}")]
    Serving(#[from] std::io::Error),
}

/// The result of `examine`.
#[derive(Debug)]
pub struct Examined {
    /// The state of the schema.
    pub migrations: MigrationState,
    /// How far this machine's clock is ahead of the database's, in milliseconds.
    pub clock_offset_millis: i64,
}

/// The account of a new operator.
#[derive(Debug)]
pub struct NewOperator {
    /// The address to sign in with.
    pub email: String,
    pub given_name: String,
    pub family_name: String,
    pub password: SecretString,
}

/// The running system.
#[derive(Debug)]
pub struct App {
    /// What services work with.
    pub deps: Deps,
    edge: Edge,
    jobs: JobOptions,
}

async fn connect(settings: &Settings) -> Result<Database, StartError> {
    if settings.database.is_sqlite() {
        private::make_folder(&settings.data_dir)?;
        // SQLite gives -wal and -shm the mode of the file.
        if let Some(file) = settings.database.file() {
            private::make_file(&file)?;
        }
    }
    let max_connections = if settings.database.is_sqlite() {
        settings.database.reader_connections
    } else {
        settings.database.max_connections
    };
    let lock_timeout = settings.database.lock_timeout;
    let options = DatabaseOptions {
        max_connections,
        lock_timeout,
        synchronous: match settings.database.synchronous {
            config::Synchronous::Full => Synchronous::Full,
            config::Synchronous::Normal => Synchronous::Normal,
        },
        waiting_per_workspace: settings.database.waiting_writes_per_workspace as usize,
        writes_per_actor: settings.database.writes_per_actor as usize,
        longest_write: lock_timeout
            + settings.limits.request_timeout
            + Duration::from_millis(MAX_SKEW_MILLIS),
        ..DatabaseOptions::new(settings.database.url())
    };
    Ok(Database::connect(&options).await?)
}

/// Connects, and migrates the schema as `migrate` says. Refuses a database that needs a migration
/// or is of a newer release.
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
    if offset.unsigned_abs() > MAX_SKEW_MILLIS {
        return Err(StartError::Skewed(offset));
    }
    let secret = SecretKey::new(*settings.secret_key()?.bytes());
    let secret = match settings.previous_secret_key() {
        Some(previous) => secret.with_previous(*previous.bytes()),
        None => secret,
    };
    let limits = service_limits(settings)?;
    let ids = Arc::new(IdSource::random());
    let hasher = password_hasher(settings, Arc::clone(&ids))?;
    hasher.warm_up();
    let mailer = Arc::new(mailer(settings)?);
    let address = settings.public_url(settings.listen);
    let relying_party = RelyingParty::at(&address, &settings.server.allowed_origins);
    let deps = Deps {
        mailer,
        public_url: address.trim_end_matches('/').into(),
        relying_party: relying_party.map(Arc::new),
        ..assemble(
            db,
            Arc::new(clock),
            ids,
            secret,
            limits,
            hasher,
            settings.secure_cookies(),
        )
    };
    let jobs = JobOptions {
        sweep_every: settings.jobs.sweep_every,
        prune_every: settings.jobs.prune_every,
        send_every: settings.mail.send_every,
    };
    Ok(App {
        deps,
        edge: Edge::of(settings),
        jobs,
    })
}

/// The limits of the services, from the settings.
fn service_limits(settings: &Settings) -> Result<Limits, StartError> {
    Ok(Limits {
        batch_items: settings.limits.max_batch_items as usize,
        session_idle: settings.sessions.idle,
        session_absolute: settings.sessions.absolute,
        sessions: settings.sessions.max_per_account as usize,
        sign_in_failures: settings.sign_in.failures,
        sign_in_window: settings.sign_in.window,
        sign_in_max_delay: settings.sign_in.max_delay,
        registration: settings.accounts.registration,
        mails_from_network: settings.accounts.mails_per_network_and_day,
        mails_to_address: settings.accounts.mails_per_address_and_day,
        mail_requests: settings.accounts.mail_requests,
        invitations: Arc::new(invitation_limits(settings)?),
        warning_days: WarningDays::of(settings.access.warning_days.clone()).ok_or_else(|| {
            StartError::Refused("`access.warning_days` is not understood".to_owned())
        })?,
    })
}

fn password_hasher(settings: &Settings, ids: Arc<IdSource>) -> Result<PasswordHasher, StartError> {
    let cost = HashingCost {
        memory_kib: settings.passwords.memory_kib,
        iterations: settings.passwords.iterations,
        parallelism: settings.passwords.parallelism,
    };
    PasswordHasher::new(cost, settings.passwords.concurrency(), ids)
        .map_err(|error| StartError::Refused(error.to_string()))
}

/// The configured mail server. Does not connect yet.
fn mailer(settings: &Settings) -> Result<Mailer, StartError> {
    let (mail, link_url) = (&settings.mail, settings.link_url());
    let Some(url) = &mail.smtp_url else {
        return Ok(Mailer::outbox_only(mail.from.clone(), link_url));
    };
    Mailer::over_smtp(
        url.expose_secret(),
        mail.from.clone(),
        link_url,
        mail.timeout,
    )
    .map_err(|_| StartError::Refused("`mail.smtp_url` is not understood".to_owned()))
}

/// Builds what services work with: for `open`, and for tests with their own clock. Mails stay in
/// the outbox.
pub fn assemble(
    db: Database,
    clock: Arc<dyn Clock>,
    ids: Arc<IdSource>,
    secret: SecretKey,
    limits: Limits,
    hasher: PasswordHasher,
    cookie_secure: bool,
) -> Deps {
    const fn rate(calls: u32) -> std::num::NonZeroU32 {
        match std::num::NonZeroU32::new(calls) {
            Some(rate) => rate,
            None => std::num::NonZeroU32::MIN,
        }
    }
    Deps {
        db,
        clock,
        ids,
        secret,
        limits: Arc::new(limits),
        cache: Arc::default(),
        mailer: Arc::default(),
        public_url: "http://localhost".into(),
        dry_runs: Arc::new(Throttle::per_minute(rate(120))),
        key_look_ups: Arc::new(Throttle::per_minute(rate(30))),
        ceremonies: Arc::new(Throttle::per_minute(rate(30))),
        relying_party: RelyingParty::at("http://localhost", &[]).map(Arc::new),
        leak_reports: Arc::new(Throttle::per_minute(rate(10))),
        hasher: Arc::new(hasher),
        activity: Arc::default(),
        analytics: Arc::default(),
        quota_batches: Arc::default(),
        cookie_secure,
    }
}

fn invitation_limits(settings: &Settings) -> Result<InvitationLimits, StartError> {
    let section = &settings.invitations;
    let blocked = BlockList::new(section.blocked.iter().map(String::as_str));
    Ok(InvitationLimits {
        per_workspace_and_day: section.per_workspace_and_day,
        mails_per_address_and_day: section.mails_per_address_and_day,
        import_mails_per_hour: section.import_mails_per_hour,
        term: chrono::Duration::from_std(section.term).unwrap_or(chrono::Duration::MAX),
        reminder: chrono::Duration::days(i64::from(section.reminder_days)),
        answers_after: chrono::Duration::minutes(i64::from(section.answers_after_minutes)),
        blocked: blocked
            .map_err(|error| StartError::Refused(format!("`invitations.blocked`: {error}")))?,
    })
}

/// Whether a text has the form and the checksum of an API key (KEY-2, KEY-12). Says nothing about
/// whether there is such a key.
pub fn is_api_key(text: &str) -> bool {
    ApiKeySecret::parse(text).is_some()
}

fn migrations_known() -> usize {
    use sea_orm_migration::MigratorTrait as _;
    migrations::Migrator::migrations().len()
}

async fn clock_offset_millis(db: &Database, now: DateTime<Utc>) -> Result<i64, StoreError> {
    // SQLite uses the machine's clock.
    if db.backend() != sea_orm::DatabaseBackend::Postgres {
        return Ok(0);
    }
    let sql = "SELECT clock_timestamp() AS now";
    let Some(row) = engine::row(db.probe(), sql, Vec::new()).await? else {
        return Ok(0);
    };
    let database_now: DateTime<Utc> = Row::of(&row).get("now")?;
    Ok((now - database_now).num_milliseconds())
}

/// Applies missing migrations. Returns how many.
pub async fn migrate(settings: &Settings) -> Result<usize, StartError> {
    migration::up(&connect(settings).await?).await
}

/// Reverts migrations. Returns how many.
pub async fn migrate_down(settings: &Settings, steps: u32) -> Result<usize, StartError> {
    migration::down(&connect(settings).await?, steps).await
}

/// Examines the database without changing anything.
pub async fn examine(settings: &Settings) -> Result<Examined, StartError> {
    let db = connect(settings).await?;
    let clock_offset_millis = clock_offset_millis(&db, SystemClock.now()).await?;
    Ok(Examined {
        migrations: migration::state(&db).await?,
        clock_offset_millis,
    })
}

/// The state of the outbox: what waits, what is dead (MAIL-1).
pub async fn examine_outbox(settings: &Settings) -> Result<OutboxState, StartError> {
    let db = connect(settings).await?;
    Ok(claim::state(db.reader(), SystemClock.now()).await?)
}

/// Of which hosts there are passkeys that do not work at the host of today, and how many (MFA-3).
pub async fn examine_passkeys(settings: &Settings) -> Result<Vec<(String, i64)>, StartError> {
    let db = connect(settings).await?;
    let address = settings.public_url(settings.listen);
    let own = RelyingParty::at(&address, &[]).map(|party| party.host);
    let mut hosts = passkey::hosts(db.reader()).await?;
    hosts.retain(|(host, _)| Some(host) != own.as_ref());
    Ok(hosts)
}

/// The schema's text.
pub fn schema_sdl() -> String {
    schema::sdl()
}

impl App {
    /// Builds it from parts, for tests.
    pub fn new(deps: Deps, edge: Edge) -> Self {
        Self {
            deps,
            edge,
            jobs: JobOptions::default(),
        }
    }

    /// Loads the demo portal into an empty database. Returns false if the database holds something
    /// else. `written` receives the number of members so far.
    pub async fn load_demo(
        &self,
        options: DemoOptions,
        written: impl FnMut(usize),
    ) -> Result<bool, StartError> {
        match demo::seed(&self.deps, options, written).await {
            Ok(_) => Ok(true),
            Err(demo::Failure::NotEmpty) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the database holds the demo portal, whose credentials are public.
    pub async fn holds_demo(&self) -> Result<bool, StartError> {
        Ok(demo::present(self.deps.db.writer()).await?)
    }

    /// Creates an operator's account.
    pub async fn create_operator(&self, operator: NewOperator) -> Result<AccountId, StartError> {
        let NewOperator {
            email,
            given_name,
            family_name,
            password,
        } = operator;
        account::create_operator(
            &self.deps,
            &email,
            &given_name,
            &family_name,
            password.expose_secret(),
        )
        .await
        .map_err(refused)
    }

    /// All operators, ordered by address.
    pub async fn operators(&self) -> Result<Vec<Operator>, StartError> {
        operator::list(&self.deps).await.map_err(refused)
    }

    /// Takes the operator rights of the account with this address away. Returns its id.
    pub async fn remove_operator(&self, email: &str) -> Result<AccountId, StartError> {
        operator::remove(&self.deps, email)
            .await
            .map_err(refused)?
            .ok_or_else(|| StartError::Refused(format!("no operator has the address {email}")))
    }

    /// Seals anew what is sealed under the secret key before (BASE-3).
    pub async fn rekey(&self) -> Result<Resealed, StartError> {
        second_factor::reseal(&self.deps).await.map_err(refused)
    }

    /// Serves until `stop` is done, then lets running requests end.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let router = self.router()?;
        let deps = self.deps.clone();
        let (stop_flushing, mut stopped) = tokio::sync::oneshot::channel::<()>();
        let flusher = tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = &mut stopped => return,
                    () = tokio::time::sleep(FLUSH_EVERY) => flush(&deps).await,
                }
            }
        });
        let jobs = Jobs::start(&self.deps, self.jobs);
        let Edge {
            connections,
            trusted_proxies,
            ..
        } = self.edge;
        http::server::serve(listener, router, connections, trusted_proxies, stop).await;
        jobs.stop().await;
        // What is being written must not be lost half-way.
        drop(stop_flushing);
        let _ = flusher.await;
        flush(&self.deps).await;
        let _ = self.deps.db.close().await;
        Ok(())
    }
}

fn refused(failure: impl std::fmt::Display) -> StartError {
    StartError::Refused(failure.to_string())
}

async fn flush(deps: &Deps) {
    if let Err(error) = deps.activity.flush(&deps.db).await {
        tracing::warn!(%error, "could not write last-used times, will retry with the next write");
    }
    if let Err(error) = deps.analytics.flush(&deps.db).await {
        tracing::warn!(%error, "could not write counters for analytics, will retry with the next write");
    }
}
