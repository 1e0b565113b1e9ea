//! Connections to one database, each a pool of one, so that it is known on which one a statement
//! runs, and a statement that nobody waits for is really stopped, not just forgotten.
//!
//! A future dropped in the middle of a statement leaves the statement running. Its connection is
//! then closed: PostgreSQL notices within [`CLIENT_CHECK`] and cancels the statement, SQLite's
//! progress handler interrupts it at once. Either rolls back, and a new connection replaces the
//! closed one.

use std::{
    collections::VecDeque,
    future::{Future, ready},
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    ConnAcquireErr, ConnectOptions, ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr,
    ExecResult, QueryResult, Statement,
    prelude::async_trait::async_trait,
    sqlx::{Database as Driver, pool::PoolOptions},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    DatabaseOptions, STATEMENTS, StoreError, is_sqlite,
    lane::{Lane, LaneSlot, Lanes, Turn},
    request,
};

/// How soon PostgreSQL notices in the middle of a statement that the connection is closed.
const CLIENT_CHECK: &str = "500ms";

/// How long PostgreSQL keeps a transaction and its locks while a hanging node is silent.
const IDLE_IN_TRANSACTION: &str = "60s";

/// How many steps SQLite takes between two checks whether to go on: well below a millisecond.
const STEPS: i32 = 10_000;

/// One connection.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) connection: DatabaseConnection,
    /// Whether its statement was abandoned.
    abandoned: Arc<AtomicBool>,
}

impl Slot {
    async fn connect(options: &DatabaseOptions, at_once: bool) -> Result<Self, StoreError> {
        let abandoned = Arc::new(AtomicBool::new(false));
        let mut connect = ConnectOptions::new(options.url.clone());
        let (lock_timeout, synchronous) = (options.lock_timeout, options.synchronous.as_str());
        connect
            .max_connections(1)
            .min_connections(u32::from(at_once))
            .connect_lazy(!at_once)
            .acquire_timeout(lock_timeout)
            .connect_timeout(lock_timeout)
            .test_before_acquire(false)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(move |sqlite| {
                sqlite
                    .create_if_missing(true)
                    .foreign_keys(true)
                    .busy_timeout(lock_timeout)
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", synchronous)
                    // What is deleted leaves no trace in free pages (ERASE-7).
                    .pragma("secure_delete", "ON")
                    .statement_cache_capacity(512)
            })
            .map_sqlx_postgres_opts(|postgres| {
                // Compiling a plan takes longer than any page of a list, but PostgreSQL would do it
                // for large tables.
                let options = [
                    ("timezone", "UTC"),
                    ("jit", "off"),
                    ("client_connection_check_interval", CLIENT_CHECK),
                    ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION),
                ];
                postgres
                    .statement_cache_capacity(512)
                    .application_name("concierge")
                    .options(options)
            });
        replace_abandoned(&mut connect, &abandoned);
        let mut connection = sea_orm::Database::connect(connect).await?;
        connection.set_metric_callback(|_| {
            let _ = STATEMENTS.try_with(|count| count.fetch_add(1, Ordering::Relaxed));
        });
        Ok(Self {
            connection,
            abandoned,
        })
    }

    /// Whether its connection is open and was returned by its last user.
    fn is_back(&self) -> bool {
        match self.connection.get_database_backend() {
            DatabaseBackend::Postgres => {
                self.connection.get_postgres_connection_pool().num_idle() > 0
            }
            _ => self.connection.get_sqlite_connection_pool().num_idle() > 0,
        }
    }

    /// Whether it has no connection yet.
    fn is_closed(&self) -> bool {
        match self.connection.get_database_backend() {
            DatabaseBackend::Postgres => self.connection.get_postgres_connection_pool().size() == 0,
            _ => self.connection.get_sqlite_connection_pool().size() == 0,
        }
    }

    /// Runs one statement. Marks it as abandoned if it is dropped before it ends.
    pub(super) async fn run<T>(&self, statement: impl Future<Output = T>) -> T {
        let mut statement = pin!(statement);
        // Created after the statement and so dropped before it: the mark is set when the connection
        // returns to its pool.
        let mut flight = Flight {
            slot: self,
            ended: false,
        };
        let output = statement.as_mut().await;
        flight.ended = true;
        output
    }
}

/// Closes connections whose statement was abandoned, and makes new ones start afresh. On SQLite the
/// progress handler interrupts the statement.
fn replace_abandoned(options: &mut ConnectOptions, abandoned: &Arc<AtomicBool>) {
    let given_up = Arc::clone(abandoned);
    options.map_sqlx_sqlite_pool_opts(move |pool| {
        let watched = Arc::clone(&given_up);
        closing(pool, &given_up).after_connect(move |connection, _| {
            let watched = Arc::clone(&watched);
            Box::pin(async move {
                watched.store(false, Ordering::Release);
                let is_wanted = move || !watched.load(Ordering::Acquire);
                connection
                    .lock_handle()
                    .await?
                    .set_progress_handler(STEPS, is_wanted);
                Ok(())
            })
        })
    });
    let given_up = Arc::clone(abandoned);
    options.map_sqlx_postgres_pool_opts(move |pool| {
        let fresh = Arc::clone(&given_up);
        closing(pool, &given_up).after_connect(move |_, _| {
            fresh.store(false, Ordering::Release);
            Box::pin(ready(Ok(())))
        })
    });
}

/// Closes connections whose statement was abandoned, and replaces them.
fn closing<DB: Driver>(pool: PoolOptions<DB>, abandoned: &Arc<AtomicBool>) -> PoolOptions<DB> {
    let (fresh, abandoned) = (Arc::clone(abandoned), Arc::clone(abandoned));
    pool.before_acquire(move |_, _| {
        fresh.store(false, Ordering::Release);
        Box::pin(ready(Ok(true)))
    })
    .after_release(move |_, _| Box::pin(ready(Ok(!abandoned.load(Ordering::Acquire)))))
}

/// A running statement.
struct Flight<'a> {
    slot: &'a Slot,
    ended: bool,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.slot.abandoned.store(true, Ordering::Release);
        }
    }
}

#[derive(Debug)]
struct Inner {
    backend: DatabaseBackend,
    slots: Vec<Arc<Slot>>,
    free: Mutex<VecDeque<Arc<Slot>>>,
    permits: Arc<Semaphore>,
    /// One fewer than the connections, so that what no request asks for itself (the look-up of a
    /// credential, jobs) always finds one.
    for_requests: Arc<Semaphore>,
    lanes: Arc<Lanes>,
    /// How many of them the requests that share ([`Lane::Asker`]) may have at once.
    share: usize,
    wait: Duration,
}

/// Connections to one database. Each statement takes one of them while it runs.
#[derive(Debug, Clone)]
pub struct Connections(Arc<Inner>);

/// A taken connection. Returned when dropped.
#[derive(Debug)]
pub(super) struct ConnectionGuard {
    pub(super) slot: Arc<Slot>,
    from: Connections,
    _permits: (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>),
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        let mut free = self
            .from
            .0
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        free.push_back(Arc::clone(&self.slot));
    }
}

fn timed_out() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
}

impl Connections {
    /// Creates `count` of them. Opens the first at once, the others when they are needed.
    pub(super) async fn connect(options: &DatabaseOptions, count: u32) -> Result<Self, StoreError> {
        let mut slots = Vec::new();
        for number in 0..count.max(1) {
            slots.push(Arc::new(Slot::connect(options, number == 0).await?));
        }
        let count = slots.len();
        Ok(Self(Arc::new(Inner {
            backend: if is_sqlite(&options.url) {
                DatabaseBackend::Sqlite
            } else {
                DatabaseBackend::Postgres
            },
            free: Mutex::new(slots.iter().map(Arc::clone).collect()),
            slots,
            permits: Arc::new(Semaphore::new(count)),
            for_requests: Arc::new(Semaphore::new(count.saturating_sub(1).max(1))),
            lanes: Arc::default(),
            share: count.div_ceil(2),
            wait: options.lock_timeout,
        })))
    }

    /// The number of connections.
    pub(super) fn count(&self) -> usize {
        self.0.slots.len()
    }

    /// The first connection itself, without lanes: for migrations, which have no request and need
    /// its type.
    pub(super) fn first(&self) -> Option<&DatabaseConnection> {
        self.0.slots.first().map(|slot| &slot.connection)
    }

    /// Enters a lane. `None` if `most` are in it.
    pub(super) fn enter(&self, lane: Lane, width: usize, most: usize) -> Option<LaneSlot> {
        self.0.lanes.enter(lane, width, most)
    }

    /// Whether somebody waits in `lane` or has a turn there.
    pub fn is_used(&self, lane: &Lane) -> bool {
        self.0.lanes.is_used(lane)
    }

    /// Waits in a lane.
    pub(super) async fn turn(&self, slot: LaneSlot) -> Result<Turn, DbErr> {
        match tokio::time::timeout(self.0.wait, slot.turn()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(timed_out()),
        }
    }

    /// Takes a connection; one of those for requests if `for_request`.
    pub(super) async fn take(&self, for_request: bool) -> Result<ConnectionGuard, DbErr> {
        let taking = async {
            let request = match for_request {
                true => Some(
                    Arc::clone(&self.0.for_requests)
                        .acquire_owned()
                        .await
                        .ok()?,
                ),
                false => None,
            };
            Some((
                Arc::clone(&self.0.permits).acquire_owned().await.ok()?,
                request,
            ))
        };
        let permits = tokio::time::timeout(self.0.wait, taking)
            .await
            .ok()
            .flatten()
            .ok_or_else(timed_out)?;
        let slot = self.free_slot().ok_or_else(timed_out)?;
        Ok(ConnectionGuard {
            slot,
            from: self.clone(),
            _permits: permits,
        })
    }

    /// A free connection: preferably an open one, then one that is not opened yet, then one that is
    /// being returned.
    fn free_slot(&self) -> Option<Arc<Slot>> {
        let mut free = self.0.free.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = free.iter().position(|slot| slot.is_back());
        let index = ready
            .or_else(|| free.iter().position(|slot| slot.is_closed()))
            .unwrap_or_default();
        free.remove(index)
    }

    /// A connection for one statement. The requests of one asker share a part of the connections.
    async fn ready(&self) -> Result<(Option<Turn>, ConnectionGuard), DbErr> {
        let Some(asker) = request::asker() else {
            return Ok((None, self.take(false).await?));
        };
        let turn = match self.enter(Lane::Asker(asker), self.0.share, usize::MAX) {
            Some(slot) => Some(self.turn(slot).await?),
            None => None,
        };
        Ok((turn, self.take(true).await?))
    }

    /// Closes all of them.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        for slot in &self.0.slots {
            slot.connection.close_by_ref().await?;
        }
        Ok(())
    }
}

#[async_trait]
impl ConnectionTrait for Connections {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.0.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let (_turn, ConnectionGuard { slot, .. }) = &self.ready().await?;
        request::show(&statement);
        slot.run(slot.connection.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let (_turn, ConnectionGuard { slot, .. }) = &self.ready().await?;
        slot.run(slot.connection.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let (_turn, ConnectionGuard { slot, .. }) = &self.ready().await?;
        request::show(&statement);
        slot.run(slot.connection.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (_turn, ConnectionGuard { slot, .. }) = &self.ready().await?;
        request::show(&statement);
        slot.run(slot.connection.query_all_raw(statement)).await
    }
}
