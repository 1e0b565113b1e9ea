//! What the engine knows of the request that a task works for: how many statements it ran, who
//! asks, and which tasks were begun for it. Outside of a request there is none of it.

use std::{
    future::Future,
    sync::{Arc, Mutex, OnceLock, PoisonError, atomic::AtomicU32},
};

use tokio::task::AbortHandle;

tokio::task_local! {
    /// Counts the statements of the request that the task works for (P4).
    pub static STATEMENTS: Arc<AtomicU32>;
    static REQUEST: Arc<Request>;
}

/// A request under way.
#[derive(Debug, Default)]
struct Request {
    /// Who shares connections with whom; not known before the credential was looked up.
    asker: OnceLock<Arc<str>>,
    /// The tasks that were begun for it.
    tasks: Mutex<Vec<AbortHandle>>,
}

/// Ends what was begun for a request when nobody waits for its answer any longer.
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

/// Runs a request: its statements are counted (on the caller's count, if it keeps one), its tasks
/// end with it.
pub async fn in_request<F: Future>(request: F) -> F::Output {
    let statements = STATEMENTS.try_with(Arc::clone).unwrap_or_default();
    let known = Arc::new(Request::default());
    let _tasks = Tasks(Arc::clone(&known));
    STATEMENTS
        .scope(statements, REQUEST.scope(known, request))
        .await
}

/// Spawns a task that works for the request of this one: it ends with the request, and its
/// statements count there.
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

/// Says who asks: all requests of one asker share a part of the connections.
pub fn asked_by(asker: String) {
    let _ = REQUEST.try_with(|request| request.asker.set(asker.into()));
}

/// Who asks, if a request is under way and its credential was looked up.
pub(super) fn asker() -> Option<Arc<str>> {
    REQUEST
        .try_with(|request| request.asker.get().map(Arc::clone))
        .ok()
        .flatten()
}
