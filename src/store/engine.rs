//! The two databases behind one face: connecting, beginning a write, binding ids, telling errors apart.
//!
//! The only place that knows which database it is. Everything above writes one SQL text for both, with `$1`-style
//! parameters, which PostgreSQL and SQLite take alike.

use std::{sync::Arc, sync::atomic::AtomicU32, sync::atomic::Ordering, time::Duration};

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, ExecResult, QueryResult,
    RuntimeErr, SqliteTransactionMode, SqlxError, Statement, TransactionOptions, TransactionTrait, TryGetableMany, Value,
    sqlx::{Decode, Postgres, Row as _, Sqlite, Type},
};
use uuid::Uuid;

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// `sqlite://…` or `postgres://…`.
    pub url: String,
    /// The most connections to PostgreSQL, or reading connections to SQLite.
    pub max_connections: u32,
    /// How long a lock or a connection is waited for before UNAVAILABLE.
    pub lock_timeout: Duration,
}

/// What went wrong below the services.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A lock or a connection was waited for in vain, or the database is gone: worth another try later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
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
            DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => inner,
            _ => return Self::Other(error),
        };
        match &**sqlx {
            SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed | SqlxError::Tls(_) => {
                Self::Unavailable(sqlx.to_string())
            }
            SqlxError::Database(database) => {
                let code = database.code().unwrap_or_default();
                if database.is_unique_violation() {
                    return Self::Duplicate;
                }
                match code.as_ref() {
                    // PostgreSQL: serialisation failure, deadlock.
                    "40001" | "40P01" => Self::Conflict,
                    // PostgreSQL: lock not available, shutting down, crashed, starting up, too many connections; SQLite: busy.
                    "55P03" | "57P01" | "57P02" | "57P03" | "53300" | "5" | "261" | "517" | "773" => {
                        Self::Unavailable(database.message().to_owned())
                    }
                    _ => Self::Other(error),
                }
            }
            _ => Self::Other(error),
        }
    }
}

tokio::task_local! {
    /// Counts the statements of the request that the task works for (P4).
    pub static STATEMENTS: Arc<AtomicU32>;
}

/// A reader and a writer. SQLite has one writing connection and several reading ones; PostgreSQL one pool for both today.
#[derive(Debug, Clone)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    probe: DatabaseConnection,
    one_writer: bool,
    lock_timeout: Duration,
}

impl Database {
    /// Connects; makes the SQLite file if there is none.
    pub async fn connect(options: &DatabaseOptions) -> Result<Self, StoreError> {
        let connect = |max: u32, lazy: bool| {
            let mut connect = ConnectOptions::new(options.url.clone());
            let lock_timeout = options.lock_timeout;
            connect
                .max_connections(max)
                .min_connections(u32::from(!lazy))
                .connect_lazy(lazy)
                .acquire_timeout(lock_timeout)
                .connect_timeout(lock_timeout)
                .test_before_acquire(false)
                .sqlx_logging(false)
                .map_sqlx_sqlite_opts(move |sqlite| {
                    sqlite
                        .create_if_missing(!lazy)
                        .foreign_keys(true)
                        .busy_timeout(lock_timeout)
                        .pragma("journal_mode", "WAL")
                        .pragma("synchronous", "NORMAL")
                        .statement_cache_capacity(512)
                })
                .map_sqlx_postgres_opts(|postgres| {
                    // Compiling a plan takes longer than any page of a list, and of large tables PostgreSQL would do it.
                    let options = [("timezone", "UTC"), ("jit", "off")];
                    postgres.statement_cache_capacity(512).application_name("concierge").options(options)
                });
            sea_orm::Database::connect(connect)
        };
        let writer_connections = if is_sqlite(&options.url) { 1 } else { options.max_connections };
        let mut writer = connect(writer_connections, false).await?;
        count_statements(&mut writer);
        let reader = if is_sqlite(&options.url) {
            let mut reader = connect(options.max_connections, false).await?;
            count_statements(&mut reader);
            reader
        } else {
            writer.clone()
        };
        let probe = connect(1, true).await?;
        Ok(Self { reader, writer, probe, one_writer: is_sqlite(&options.url), lock_timeout: options.lock_timeout })
    }

    /// One connection apart from the others, for questions about the database itself: it answers while all others are at work.
    pub const fn probe(&self) -> &DatabaseConnection {
        &self.probe
    }

    /// Whether the database is there and answers. Waits for no request and no write.
    pub async fn ping(&self) -> Result<(), StoreError> {
        if self.backend() == DatabaseBackend::Postgres {
            one::<(i64,)>(&self.probe, "SELECT CAST(1 AS bigint)", Vec::new()).await?;
            return Ok(());
        }
        // A file that was deleted still answers whoever has it open, but what is written to it is lost.
        let sql = "SELECT file, (SELECT COUNT(*) FROM sqlite_schema) FROM pragma_database_list WHERE name = 'main'";
        let found: Option<(String, i64)> = one(&self.probe, sql, Vec::new()).await?;
        match found {
            Some((file, _)) if std::path::Path::new(&file).exists() => Ok(()),
            _ => Err(StoreError::Unavailable("the database's file is gone".to_owned())),
        }
    }

    /// For reads that may lag behind by what a replica lags.
    pub const fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For single conditional statements, and for reads that must see the last commit.
    pub const fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// For reads that must see the last commit of any node: never a replica, and on SQLite not the one writing connection,
    /// because its readers see every commit and must not wait for a write under way.
    pub const fn latest(&self) -> &DatabaseConnection {
        if self.one_writer { &self.reader } else { &self.writer }
    }

    /// Which database it is: for the few statements that have to be written twice.
    pub fn backend(&self) -> DatabaseBackend {
        self.writer.get_database_backend()
    }

    /// Begins a write: IMMEDIATE on SQLite, with a bound on waiting for locks on PostgreSQL.
    pub async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.writer.begin_with_options(options).await?;
        if self.backend() == DatabaseBackend::Postgres {
            let timeout = self.lock_timeout.as_millis();
            transaction.execute_unprepared(&format!("SET LOCAL lock_timeout = {timeout}")).await?;
        }
        Ok(transaction)
    }

    /// Lets the database see how much there is before it plans for empty tables: after many rows came at once, or the schema
    /// changed.
    pub async fn study(&self) -> Result<(), StoreError> {
        match self.backend() {
            DatabaseBackend::Postgres => self.writer.execute_unprepared("ANALYZE").await.map(drop)?,
            _ => self.keep_studied().await?,
        }
        Ok(())
    }

    /// The same from time to time, where the database does not do so by itself: SQLite. Without it a list that is sorted by one
    /// index and bounded by another is sorted whole. It looks at a thousand entries of each index, which takes milliseconds.
    pub async fn keep_studied(&self) -> Result<(), StoreError> {
        if self.backend() == DatabaseBackend::Sqlite {
            self.writer.execute_unprepared("PRAGMA analysis_limit = 1000; ANALYZE").await?;
        }
        Ok(())
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), StoreError> {
        self.reader.close_by_ref().await?;
        self.probe.close_by_ref().await?;
        Ok(self.writer.close_by_ref().await?)
    }
}

/// Whether the URL names the embedded database.
pub fn is_sqlite(url: &str) -> bool {
    url.starts_with("sqlite:")
}

fn count_statements(connection: &mut DatabaseConnection) {
    connection.set_metric_callback(|_| {
        let _ = STATEMENTS.try_with(|count| count.fetch_add(1, Ordering::Relaxed));
    });
}

/// A growing SQL text with its parameters, for queries whose filters vary.
#[derive(Debug)]
pub struct Sql {
    backend: DatabaseBackend,
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Begins with `text`.
    pub fn new(db: &impl ConnectionTrait, text: &str) -> Self {
        Self { backend: db.get_database_backend(), text: text.to_owned(), values: Vec::new() }
    }

    /// Adds text without parameters.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds text in which each `?` stands for the next of `values`.
    pub fn bind<const N: usize>(&mut self, text: &str, values: [Value; N]) -> &mut Self {
        self.bind_each(text, values)
    }

    /// The same with as many values as there are.
    pub fn bind_all(&mut self, text: &str, values: Vec<Value>) -> &mut Self {
        self.bind_each(text, values)
    }

    /// A text that is sorted by bytes, as SQLite sorts every one.
    pub fn by_bytes(&self, text: &str) -> String {
        match self.backend {
            DatabaseBackend::Postgres => format!("{text} COLLATE \"C\""),
            _ => text.to_owned(),
        }
    }

    fn bind_each(&mut self, text: &str, values: impl IntoIterator<Item = Value>) -> &mut Self {
        let mut parts = text.split('?');
        self.text.push_str(parts.next().unwrap_or_default());
        for (part, value) in parts.zip(values) {
            self.values.push(value);
            self.text.push('$');
            self.text.push_str(&self.values.len().to_string());
            self.text.push_str(part);
        }
        self
    }

    /// Adds `column IN (ids)`.
    pub fn ids_in(&mut self, column: &str, ids: impl IntoIterator<Item = Uuid>) -> &mut Self {
        match self.backend {
            DatabaseBackend::Postgres => {
                let value = Value::from(ids.into_iter().collect::<Vec<_>>());
                self.bind(&format!("{column} = ANY(?)"), [value])
            }
            _ => {
                let hex: Vec<String> = ids.into_iter().map(|id| id.simple().to_string()).collect();
                let value = Value::from(serde_json::Value::from(hex).to_string());
                self.bind(&format!("{column} IN (SELECT unhex(value) FROM json_each(?))"), [value])
            }
        }
    }

    /// Adds `column IN (texts)`.
    pub fn texts_in<'a>(&mut self, column: &str, texts: impl IntoIterator<Item = &'a str>) -> &mut Self {
        let texts: Vec<String> = texts.into_iter().map(str::to_owned).collect();
        match self.backend {
            DatabaseBackend::Postgres => self.bind(&format!("{column} = ANY(?)"), [Value::from(texts)]),
            _ => {
                let value = Value::from(serde_json::Value::from(texts).to_string());
                self.bind(&format!("{column} IN (SELECT value FROM json_each(?))"), [value])
            }
        }
    }

    /// All rows.
    pub async fn all<T: TryGetableMany>(self, db: &impl ConnectionTrait) -> Result<Vec<T>, StoreError> {
        let rows = db.query_all_raw(Statement::from_sql_and_values(self.backend, self.text, self.values)).await?;
        rows.iter().map(|row| T::try_get_many_by_index(row).map_err(|e| StoreError::Other(e.into()))).collect()
    }

    /// Runs it, for its effect.
    pub async fn execute(self, db: &impl ConnectionTrait) -> Result<ExecResult, StoreError> {
        Ok(db.execute_raw(Statement::from_sql_and_values(self.backend, self.text, self.values)).await?)
    }

    /// All rows, undecoded: for rows wider than a tuple.
    pub async fn rows(self, db: &impl ConnectionTrait) -> Result<Vec<QueryResult>, StoreError> {
        Ok(db.query_all_raw(Statement::from_sql_and_values(self.backend, self.text, self.values)).await?)
    }
}

/// All rows of a fixed statement as tuples.
pub async fn all<T: TryGetableMany>(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<T>, StoreError> {
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    rows.iter().map(|row| T::try_get_many_by_index(row).map_err(|e| StoreError::Other(e.into()))).collect()
}

/// The first row of a fixed statement.
pub async fn one<T: TryGetableMany>(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Option<T>, StoreError> {
    match row(db, sql, values).await? {
        Some(row) => Ok(Some(T::try_get_many_by_index(&row).map_err(|e| StoreError::Other(e.into()))?)),
        None => Ok(None),
    }
}

/// The first row of a fixed statement, undecoded.
pub async fn row(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Option<QueryResult>, StoreError> {
    Ok(db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?)
}

/// Runs a fixed statement.
pub async fn execute(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<ExecResult, StoreError> {
    Ok(db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?)
}

/// What a column can be read as, from either database.
pub trait Cell: for<'r> Decode<'r, Postgres> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + Type<Sqlite> {}

impl<T> Cell for T where T: for<'r> Decode<'r, Postgres> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + Type<Sqlite> {}

/// Reads columns of a row one after the other. Straight from the driver: SeaORM's way makes an error, with its text, of every
/// NULL before it becomes `None`, and wide rows are mostly NULL.
pub struct Columns<'a> {
    row: &'a QueryResult,
    next: usize,
}

impl<'a> Columns<'a> {
    /// From the first column on.
    pub const fn of(row: &'a QueryResult) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    pub fn take<T: Cell>(&mut self) -> Result<T, StoreError> {
        let index = self.next;
        self.next += 1;
        let read = match (self.row.try_as_pg_row(), self.row.try_as_sqlite_row()) {
            (Some(row), _) => row.try_get(index),
            (None, Some(row)) => row.try_get(index),
            (None, None) => return Err(StoreError::Other(DbErr::Type("a row of neither database".to_owned()))),
        };
        read.map_err(|error| StoreError::Other(DbErr::Type(error.to_string())))
    }
}
