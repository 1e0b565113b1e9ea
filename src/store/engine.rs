//! The two databases behind one face: connecting, beginning a write, binding ids, telling errors
//! apart.
//!
//! The only place that knows which database it is. Everything above writes typed statements, or one
//! SQL text for both with `$1`-style parameters, which PostgreSQL and SQLite take alike. Either runs
//! through `ConnectionTrait` of [`Connections`] and [`DatabaseTransaction`]: they count statements
//! and stop those that nobody waits for any longer.

mod condition;
mod connections;
mod lane;
mod request;
mod sql;
mod transaction;

use std::{sync::Arc, time::Duration};

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, FromQueryResult, RuntimeErr,
    SqliteTransactionMode, SqlxError, TransactionOptions, TransactionTrait,
};

use self::transaction::Turns;
pub use self::{
    condition::{Conditions, count},
    connections::Connections,
    lane::Lane,
    request::{STATEMENTS, asked_by, in_request, spawn},
    sql::{Cell, Row, Sql, all, execute, one, row},
    transaction::DatabaseTransaction,
};

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// `sqlite://…` or `postgres://…`.
    pub url: String,
    /// The most connections to PostgreSQL, or reading connections to SQLite.
    pub max_connections: u32,
    /// How long a lock or a connection is waited for before UNAVAILABLE.
    pub lock_timeout: Duration,
    /// How safe a commit to SQLite is when the machine dies.
    pub synchronous: Synchronous,
    /// How many writes of one workspace wait on this node at most.
    pub waiting_per_workspace: usize,
    /// How many writes of one actor run or wait on this node at most.
    pub writes_per_actor: usize,
    /// How long a write may take, from its instant to its commit: what is younger may still be
    /// joined by a write under way.
    pub longest_write: Duration,
}

impl DatabaseOptions {
    /// With the defaults of the settings.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 8,
            lock_timeout: Duration::from_secs(5),
            synchronous: Synchronous::Full,
            waiting_per_workspace: 16,
            writes_per_actor: 8,
            longest_write: Duration::from_secs(15),
        }
    }
}

/// How safe a commit to SQLite is. Either survives a crash of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// On the disk before it is answered: it survives the machine's death.
    Full,
    /// On the disk soon: when the machine dies, the newest commits are lost.
    Normal,
}

impl Synchronous {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Normal => "NORMAL",
        }
    }
}

/// What went wrong below the services.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A lock or a connection was waited for in vain, or the database is gone: worth another try
    /// later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// So many writes of the workspace wait already that one more is told at once.
    #[error("too many writes of the workspace wait")]
    Crowded,
    /// So many writes of the actor run or wait already that one more is told at once.
    #[error("too many writes of the actor wait")]
    TooMany,
    /// Two transactions met; the whole transaction may be tried again.
    #[error("the transaction met another")]
    Conflict,
    /// A unique index refused the row.
    #[error("a row like this exists")]
    Duplicate,
    /// Anything else: a defect of ours.
    #[error(transparent)]
    Other(DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let sqlx = match &error {
            DbErr::ConnectionAcquire(_) => return Self::Unavailable(error.to_string()),
            DbErr::Conn(RuntimeErr::SqlxError(inner)) => {
                if !matches!(**inner, SqlxError::Database(_)) {
                    return Self::Unavailable(inner.to_string());
                }
                inner
            }
            DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner)) => inner,
            _ => return Self::Other(error),
        };
        match &**sqlx {
            SqlxError::Io(_)
            | SqlxError::PoolTimedOut
            | SqlxError::PoolClosed
            | SqlxError::WorkerCrashed
            | SqlxError::Tls(_) => Self::Unavailable(sqlx.to_string()),
            SqlxError::Database(database) => {
                let code = database.code().unwrap_or_default();
                if database.is_unique_violation() {
                    return Self::Duplicate;
                }
                match code.as_ref() {
                    // PostgreSQL: serialisation failure, deadlock.
                    "40001" | "40P01" => Self::Conflict,
                    // PostgreSQL: lock not available, cancelled, shutting down, crashed, starting
                    // up, too many connections, idle in a transaction for too long; SQLite: busy,
                    // interrupted.
                    "55P03" | "57014" | "25P03" | "9" | "57P01" | "57P02" | "57P03" | "53300"
                    | "5" | "261" | "517" | "773" => {
                        Self::Unavailable(database.message().to_owned())
                    }
                    _ => Self::Other(error),
                }
            }
            _ => Self::Other(error),
        }
    }
}

/// A reader and a writer. SQLite has one writing connection and several reading ones; PostgreSQL
/// the same ones for both today.
#[derive(Debug, Clone)]
pub struct Database {
    reader: Connections,
    writer: Connections,
    probe: Connections,
    one_writer: bool,
    options: Arc<DatabaseOptions>,
}

/// Whose turn it is to write.
#[derive(Debug, Clone)]
pub struct Turn {
    /// In which lane.
    pub lane: Lane,
    /// Who asks, where the writes of one actor are counted.
    pub actor: Option<String>,
    /// Whether one too many in the lane is told so. Jobs wait.
    pub bounded: bool,
}

/// How many more calls that count quota use wait than writes: they are short, and gateways make
/// many at once.
const COUNTING: usize = 16;

/// How many more transactions than writes one asker may have begun or waiting: an office is one
/// asker when it signs in.
const OFFICE: usize = 8;

impl Database {
    /// Connects; makes the SQLite file if there is none.
    pub async fn connect(options: &DatabaseOptions) -> Result<Self, StoreError> {
        let one_writer = is_sqlite(&options.url);
        let writer = Connections::connect(
            options,
            if one_writer {
                1
            } else {
                options.max_connections
            },
        )
        .await?;
        let reader = if one_writer {
            Connections::connect(options, options.max_connections).await?
        } else {
            writer.clone()
        };
        let probe = Connections::connect(options, 1).await?;
        Ok(Self {
            reader,
            writer,
            probe,
            one_writer,
            options: Arc::new(options.clone()),
        })
    }

    /// One connection apart from the others, for questions about the database itself: it answers
    /// while all others are at work.
    pub const fn probe(&self) -> &Connections {
        &self.probe
    }

    /// Whether the database is there and answers. Waits for no request and no write.
    pub async fn ping(&self) -> Result<(), StoreError> {
        if self.backend() == DatabaseBackend::Postgres {
            row(&self.probe, "SELECT 1", Vec::new()).await?;
            return Ok(());
        }
        // A file that was deleted still answers whoever has it open, but what is written to it is
        // lost.
        #[derive(FromQueryResult)]
        struct Main {
            file: String,
            tables: i64,
        }
        let sql = "SELECT file, (SELECT COUNT(*) FROM sqlite_schema) AS tables FROM pragma_database_list WHERE name = 'main'";
        let main: Option<Main> = one(&self.probe, sql, Vec::new()).await?;
        match main {
            // A connection that is made anew makes the file anew, and empty.
            Some(main) if main.tables > 0 && std::path::Path::new(&main.file).exists() => Ok(()),
            _ => Err(StoreError::Unavailable(
                "the database's file is gone".to_owned(),
            )),
        }
    }

    /// For reads that may lag behind by what a replica lags.
    pub const fn reader(&self) -> &Connections {
        &self.reader
    }

    /// For single conditional statements, and for reads that must see the last commit.
    pub const fn writer(&self) -> &Connections {
        &self.writer
    }

    /// For reads that must see the last commit of any node: never a replica, and on SQLite not the
    /// one writing connection, because its readers see every commit and must not wait for a write
    /// under way.
    pub const fn latest(&self) -> &Connections {
        if self.one_writer {
            &self.reader
        } else {
            &self.writer
        }
    }

    /// Which database it is: for the few statements that have to be written twice.
    pub fn backend(&self) -> DatabaseBackend {
        self.writer.get_database_backend()
    }

    /// One connection by itself, for migrations.
    pub fn for_migrations(&self) -> Result<&DatabaseConnection, StoreError> {
        self.writer
            .first()
            .ok_or_else(|| StoreError::Unavailable("there is no connection".to_owned()))
    }

    /// How long a write may take, from its instant to its commit.
    pub fn longest_write(&self) -> Duration {
        self.options.longest_write
    }

    /// Begins a write that belongs to no workspace or account, or not yet. Those of one asker wait
    /// for each other.
    pub async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let Some(asker) = request::asker() else {
            return self.begin_with((None, None), false).await;
        };
        let lane = Lane::Begun(asker);
        let (width, most) = (
            self.width(&lane),
            self.options.writes_per_actor.saturating_mul(OFFICE),
        );
        let place = self
            .writer
            .enter(lane, width, most.max(width))
            .ok_or(StoreError::TooMany)?;
        let turn = self.writer.turn(place).await?;
        self.begin_with((Some(turn), None), true).await
    }

    /// Begins a write when its turn in its lane comes. Before a connection is taken or a lock
    /// waited for, whoever would be one too many is told so.
    pub async fn begin_in(&self, turn: Turn) -> Result<DatabaseTransaction, StoreError> {
        let Turn {
            lane,
            actor,
            bounded,
        } = turn;
        let writer = match actor {
            Some(actor) => {
                let most = self.options.writes_per_actor;
                let place = self
                    .writer
                    .enter(Lane::Writer(actor.into()), most, most)
                    .ok_or(StoreError::TooMany)?;
                Some(self.writer.turn(place).await?)
            }
            None => None,
        };
        let width = self.width(&lane);
        let most = if bounded {
            self.most(&lane).saturating_add(width)
        } else {
            usize::MAX
        };
        let place = self
            .writer
            .enter(lane, width, most)
            .ok_or(StoreError::Crowded)?;
        let turn = self.writer.turn(place).await?;
        self.begin_with((Some(turn), writer), bounded).await
    }

    /// How many of a lane have a connection at once. Writes of a workspace wait for one row in any
    /// case: where there are many connections one more may have begun and wait for it, so that no
    /// time is lost between two. Others take at most half of the connections, so that nobody has
    /// them all.
    fn width(&self, lane: &Lane) -> usize {
        match lane {
            Lane::Counters(_) | Lane::Begun(_) => self.writer.count().div_ceil(2),
            Lane::Workspace(_) => self.writer.count().min(2),
            Lane::Account(_) | Lane::Writer(_) | Lane::Asker(_) => 1,
        }
    }

    /// How many of a lane wait. Strangers write about an account too, each failed sign-in does:
    /// they must not take the places of its owner.
    fn most(&self, lane: &Lane) -> usize {
        match lane {
            Lane::Account(_) => usize::MAX,
            Lane::Counters(_) => self.options.waiting_per_workspace.saturating_mul(COUNTING),
            Lane::Workspace(_) | Lane::Begun(_) | Lane::Writer(_) | Lane::Asker(_) => {
                self.options.waiting_per_workspace
            }
        }
    }

    /// Begins a write: IMMEDIATE on SQLite, with a bound on waiting for locks on PostgreSQL.
    async fn begin_with(
        &self,
        turns: Turns,
        for_request: bool,
    ) -> Result<DatabaseTransaction, StoreError> {
        let taken = self.writer.take(for_request).await?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = taken
            .slot
            .run(taken.slot.connection.begin_with_options(options))
            .await?;
        let transaction = DatabaseTransaction::new(inner, taken, turns);
        if self.backend() == DatabaseBackend::Postgres {
            let timeout = self.options.lock_timeout.as_millis();
            transaction
                .execute_unprepared(&format!("SET LOCAL lock_timeout = {timeout}"))
                .await?;
        }
        Ok(transaction)
    }

    /// Lets the database see how much there is before it plans for empty tables: after many rows
    /// came at once, or the schema changed.
    pub async fn analyze(&self) -> Result<(), StoreError> {
        match self.backend() {
            DatabaseBackend::Postgres => {
                self.writer.execute_unprepared("ANALYZE").await.map(drop)?
            }
            _ => self.keep_studied().await?,
        }
        Ok(())
    }

    /// The same from time to time, where the database does not do so by itself: SQLite. Without it
    /// a list that is sorted by one index and bounded by another is sorted whole. It looks at a
    /// thousand entries of each index, which takes milliseconds.
    pub async fn keep_studied(&self) -> Result<(), StoreError> {
        if self.backend() == DatabaseBackend::Sqlite {
            self.writer
                .execute_unprepared("PRAGMA analysis_limit = 1000; ANALYZE")
                .await?;
        }
        Ok(())
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), StoreError> {
        self.reader.close().await?;
        self.probe.close().await?;
        Ok(self.writer.close().await?)
    }
}

/// Whether the URL names the embedded database.
pub fn is_sqlite(url: &str) -> bool {
    url.starts_with("sqlite:")
}
