//! What the engine knows about the request that a task works for: how many statements it ran, who
//! asks, and the tasks it spawned. Outside of a request there is nothing.

use std::{
    future::Future,
    sync::{Arc, Mutex, OnceLock, PoisonError, atomic::AtomicU32},
};

use sea_orm::Statement;
use tokio::task::AbortHandle;

tokio::task_local! {
    /// Counts the statements of the request that the task works for (P4).
    pub static STATEMENTS: Arc<AtomicU32>;
    static REQUEST: Arc<Request>;
}

/// A running request.
#[derive(Debug, Default)]
struct Request {
    /// Shares connections with other requests of the same asker. Unknown before the credential is
    /// looked up.
    asker: OnceLock<Arc<str>>,
    /// The tasks that it spawned.
    tasks: Mutex<Vec<AbortHandle>>,
}

/// Aborts the tasks of a request when nobody waits for its answer any longer.
struct Tasks(Arc<Request>);

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in self
            .0
            .tasks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            task.abort();
        }
    }
}

/// Runs a request: counts its statements (on the caller's counter, if there is one) and ends its
/// tasks with it.
pub async fn in_request<F: Future>(request: F) -> F::Output {
    let statements = STATEMENTS.try_with(Arc::clone).unwrap_or_default();
    let request_state = Arc::new(Request::default());
    let _tasks = Tasks(Arc::clone(&request_state));
    STATEMENTS
        .scope(statements, REQUEST.scope(request_state, request))
        .await
}

/// Spawns a task for the current request: it ends with the request, and its statements count there.
pub fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    let statements = STATEMENTS.try_with(Arc::clone).unwrap_or_default();
    match REQUEST.try_with(Arc::clone) {
        Ok(request) => {
            let task = tokio::spawn(
                STATEMENTS.scope(statements, REQUEST.scope(Arc::clone(&request), task)),
            );
            let mut tasks = request.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.retain(|task| !task.is_finished());
            tasks.push(task.abort_handle());
        }
        Err(_) => drop(tokio::spawn(STATEMENTS.scope(statements, task))),
    }
}

/// Spawns a task that outlives the current request. Its statements count there.
pub fn spawn_detached(task: impl Future<Output = ()> + Send + 'static) {
    let statements = STATEMENTS.try_with(Arc::clone).unwrap_or_default();
    drop(tokio::spawn(STATEMENTS.scope(statements, task)));
}

/// Sets who asks: all requests of one asker share a part of the connections.
pub fn asked_by(asker: String) {
    let _ = REQUEST.try_with(|request| request.asker.set(asker.into()));
}

/// Who asks, if a request is running and its credential was looked up.
pub(super) fn asker() -> Option<Arc<str>> {
    REQUEST
        .try_with(|request| request.asker.get().map(Arc::clone))
        .ok()
        .flatten()
}

/// Logs the text of a statement, without its values, if the filter of the log has
/// `concierge::sql=trace`.
pub(super) fn show(statement: &Statement) {
    tracing::trace!(target: "concierge::sql", "{}", statement.sql);
}
