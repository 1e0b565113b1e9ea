//! Leases of jobs: which node does one, until when. Each is one conditional statement, so that two
//! nodes cannot both have it.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::engine::{self, StoreError};

/// Takes the lease of `job` for `holder` until `until`, unless another has it at `now`; true if
/// `holder` has it then.
pub async fn claim(
    db: &impl ConnectionTrait,
    job: &str,
    holder: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO job_lease (name, holder, leased_until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE \
         SET holder = excluded.holder, leased_until = excluded.leased_until \
         WHERE job_lease.leased_until <= $4 OR job_lease.holder = excluded.holder RETURNING name";
    let found: Option<(String,)> = engine::one(
        db,
        sql,
        vec![job.into(), holder.into(), until.into(), now.into()],
    )
    .await?;
    Ok(found.is_some())
}

/// Gives the lease back, if `holder` has it.
pub async fn release(
    db: &impl ConnectionTrait,
    job: &str,
    holder: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "UPDATE job_lease SET leased_until = $3 WHERE name = $1 AND holder = $2 AND leased_until > $3";
    engine::execute(db, sql, vec![job.into(), holder.into(), now.into()]).await?;
    Ok(())
}
