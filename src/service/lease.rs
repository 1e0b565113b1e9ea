//! Which node does a job: spares the others the work. Nothing that a job does may hang on it.

use std::time::Duration;

use uuid::Uuid;

use super::{Deps, Failure};
use crate::store::lease;

/// Takes or prolongs the lease of `job` for `holder`; true if `holder` has it then.
pub async fn claim(deps: &Deps, job: &str, holder: Uuid, lasts: Duration) -> Result<bool, Failure> {
    let now = deps.clock.now();
    let until = now + chrono::Duration::from_std(lasts).unwrap_or(chrono::Duration::MAX);
    Ok(lease::claim(deps.db.writer(), job, holder, now, until).await?)
}

/// Gives it back, so that another node need not wait for its end.
pub async fn release(deps: &Deps, job: &str, holder: Uuid) -> Result<(), Failure> {
    Ok(lease::release(deps.db.writer(), job, holder, deps.clock.now()).await?)
}
