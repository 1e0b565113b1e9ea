//! One interface to both databases: connecting, beginning a write, binding ids, classifying errors.
//!
//! The only place that knows which database it is. Everything above writes typed statements, or one
//! SQL text for both with `$1`-style parameters, which PostgreSQL and SQLite both accept. Either
//! runs through `ConnectionTrait` of [`Connections`] and [`DatabaseTransaction`], which count
//! statements and stop those that nobody waits for any longer.

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
    request::{STATEMENTS, asked_by, in_request, spawn, spawn_detached},
    sql::{Cell, Row, Sql, all, execute, one, row},
    transaction::DatabaseTransaction,
};

/// How many rows one statement inserts or updates: SQLite binds at most 32,766 parameters.
pub const ROWS_PER_STATEMENT: usize = 1_000;

/// How to connect to the database.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// `sqlite://…` or `postgres://…`.
    pub url: String,
    /// The maximum number of connections to PostgreSQL, or of reading connections to SQLite.
    pub max_connections: u32,
    /// How long to wait for a lock or a connection before UNAVAILABLE.
    pub lock_timeout: Duration,
    /// Whether a commit to SQLite survives a crash of the machine.
    pub synchronous: Synchronous,
    /// The maximum number of waiting writes per workspace on this node.
    pub waiting_per_workspace: usize,
    /// The maximum number of running and waiting writes per actor on this node.
    pub writes_per_actor: usize,
    /// The maximum duration of a write, from its instant to its commit. A write under way may still
    /// commit with an instant this old.
    pub longest_write: Duration,
}

impl DatabaseOptions {
    /// Options with the default settings.
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

/// Whether a commit to SQLite survives a crash of the machine. Either survives a crash of the
/// process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// Flushes each commit to disk before answering: commits survive a crash of the machine.
    Full,
    /// Flushes later: a crash of the machine loses the newest commits.
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

/// An error of the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A lock or a connection was not available in time, or the database is down. Retry later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Too many writes of the workspace already wait.
    #[error("too many writes of the workspace are waiting")]
    Crowded,
    /// Too many writes of the actor already run or wait.
    #[error("too many writes of the actor are running or waiting")]
    TooMany,
    /// Two transactions conflicted. The whole transaction may be retried.
    #[error("the transaction conflicted with another one")]
    Conflict,
    /// A unique index refused the row.
    #[error("a row with the same unique value exists")]
    Duplicate,
    /// Anything else: a bug.
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

/// A reader and a writer. SQLite has one writing connection and several reading ones; for
/// PostgreSQL both are the same.
#[derive(Debug, Clone)]
pub struct Database {
    reader: Connections,
    writer: Connections,
    probe: Connections,
    one_writer: bool,
    options: Arc<DatabaseOptions>,
}

/// What a write waits in line for.
#[derive(Debug, Clone)]
pub struct Turn {
    pub lane: Lane,
    /// The actor, if its writes are counted.
    pub actor: Option<String>,
    /// Whether to refuse the write if the lane is full. Jobs wait instead.
    pub bounded: bool,
}

/// The factor by which more calls of `consumeQuota` may wait than writes: they are short, and
/// gateways make many at once.
const COUNTING: usize = 16;

/// The factor by which one asker may have more transactions begun or waiting than writes: a whole
/// office behind one address is one asker when it signs in.
const OFFICE: usize = 8;

impl Database {
    /// Connects; creates the SQLite file if it does not exist.
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

    /// A connection apart from the others, for questions about the database itself. It answers
    /// while all others are busy.
    pub const fn probe(&self) -> &Connections {
        &self.probe
    }

    /// Checks that the database is there and answers. Waits for no request and no write.
    pub async fn ping(&self) -> Result<(), StoreError> {
        if self.backend() == DatabaseBackend::Postgres {
            row(&self.probe, "SELECT 1", Vec::new()).await?;
            return Ok(());
        }
        // SQLite still answers from a deleted file as long as it is open, but what is written to it
        // is lost.
        #[derive(FromQueryResult)]
        struct Main {
            file: String,
            tables: i64,
        }
        let sql = "SELECT file, (SELECT COUNT(*) FROM sqlite_schema) AS tables FROM pragma_database_list WHERE name = 'main'";
        let main: Option<Main> = one(&self.probe, sql, Vec::new()).await?;
        match main {
            // A new connection would create the file again, empty.
            Some(main) if main.tables > 0 && std::path::Path::new(&main.file).exists() => Ok(()),
            _ => Err(StoreError::Unavailable(
                "the database's file is gone".to_owned(),
            )),
        }
    }

    /// For reads that may be as old as a replica's data.
    pub const fn reader(&self) -> &Connections {
        &self.reader
    }

    /// For single conditional statements, and for reads that must see the last commit.
    pub const fn writer(&self) -> &Connections {
        &self.writer
    }

    /// For reads that must see the last commit of any node. Never a replica. On SQLite not the
    /// writing connection, because its readers see every commit and must not wait for a write under
    /// way.
    pub const fn latest(&self) -> &Connections {
        if self.one_writer {
            &self.reader
        } else {
            &self.writer
        }
    }

    /// Which database it is, for the few statements that have to be written twice.
    pub fn backend(&self) -> DatabaseBackend {
        self.writer.get_database_backend()
    }

    /// A single connection, for migrations.
    pub fn for_migrations(&self) -> Result<&DatabaseConnection, StoreError> {
        self.writer
            .first()
            .ok_or_else(|| StoreError::Unavailable("there is no connection".to_owned()))
    }

    /// The maximum duration of a write, from its instant to its commit.
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
        let slot = self
            .writer
            .enter(lane, width, most.max(width))
            .ok_or(StoreError::TooMany)?;
        let turn = self.writer.turn(slot).await?;
        self.begin_with((Some(turn), None), true).await
    }

    /// Begins a write at its turn in its lane. If the lane is full, refuses before taking a
    /// connection or waiting for a lock.
    pub async fn begin_in(&self, turn: Turn) -> Result<DatabaseTransaction, StoreError> {
        let Turn {
            lane,
            actor,
            bounded,
        } = turn;
        let writer = match actor {
            Some(actor) => {
                let most = self.options.writes_per_actor;
                let slot = self
                    .writer
                    .enter(Lane::Writer(actor.into()), most, most)
                    .ok_or(StoreError::TooMany)?;
                Some(self.writer.turn(slot).await?)
            }
            None => None,
        };
        let width = self.width(&lane);
        let most = if bounded {
            self.most(&lane).saturating_add(width)
        } else {
            usize::MAX
        };
        let slot = self
            .writer
            .enter(lane, width, most)
            .ok_or(StoreError::Crowded)?;
        let turn = self.writer.turn(slot).await?;
        self.begin_with((Some(turn), writer), bounded).await
    }

    /// How many writes of a lane may have a connection at once. Writes of a workspace wait for the
    /// same row anyway, so with many connections a second one may begin and wait for it, to lose no
    /// time between two. Other lanes take at most half of the connections, so that none takes them
    /// all.
    fn width(&self, lane: &Lane) -> usize {
        match lane {
            Lane::Counters(_) | Lane::Begun(_) => self.writer.count().div_ceil(2),
            Lane::Workspace(_) => self.writer.count().min(2),
            Lane::Account(_) | Lane::Writer(_) | Lane::Asker(_) => 1,
        }
    }

    /// How many writes of a lane may wait. Strangers also write about an account, with each failed
    /// sign-in, and must not take the places of its owner.
    fn most(&self, lane: &Lane) -> usize {
        match lane {
            Lane::Account(_) => usize::MAX,
            Lane::Counters(_) => self.options.waiting_per_workspace.saturating_mul(COUNTING),
            Lane::Workspace(_) | Lane::Begun(_) | Lane::Writer(_) | Lane::Asker(_) => {
                self.options.waiting_per_workspace
            }
        }
    }

    /// Begins a write: IMMEDIATE on SQLite, with a lock timeout on PostgreSQL.
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

    /// Updates the planner's statistics after a bulk load or a change of the schema, so that it
    /// does not plan for empty tables.
    pub async fn analyze(&self) -> Result<(), StoreError> {
        match self.backend() {
            DatabaseBackend::Postgres => {
                self.writer.execute_unprepared("ANALYZE").await.map(drop)?
            }
            _ => self.refresh_statistics().await?,
        }
        Ok(())
    }

    /// Updates the planner's statistics periodically on SQLite, which does not do so itself.
    /// Without them it fully sorts a list that one index sorts and another one bounds. Reads a
    /// thousand entries of each index, which takes milliseconds.
    pub async fn refresh_statistics(&self) -> Result<(), StoreError> {
        if self.backend() == DatabaseBackend::Sqlite {
            self.writer
                .execute_unprepared("PRAGMA analysis_limit = 1000; ANALYZE")
                .await?;
        }
        Ok(())
    }

    /// Moves everything from SQLite's write-ahead log into the database's file and empties the log, so
    /// that no earlier version of a row stays there (ERASE-7). Returns false if a reader was in the
    /// way. PostgreSQL's log is its operator's.
    pub async fn empty_log(&self) -> Result<bool, StoreError> {
        if self.backend() != DatabaseBackend::Sqlite {
            return Ok(true);
        }
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let Some(result) = row(&self.writer, sql, Vec::new()).await? else {
            return Ok(true);
        };
        let busy: i64 = Row::of(&result).get("busy")?;
        Ok(busy == 0)
    }

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
