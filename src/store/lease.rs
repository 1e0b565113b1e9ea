//! Leases of jobs: which node runs a job, and until when. Each is one conditional statement, so
//! that two nodes cannot both hold it. Claiming is SQL text: an upsert with a condition.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::engine::{self, StoreError};
use crate::entity::job_lease::{self, Column};

/// Claims the lease of `job` for `holder` until `until`, unless another node holds it at `now`.
/// Returns whether `holder` now holds it.
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
    let values = vec![job.into(), holder.into(), until.into(), now.into()];
    Ok(engine::row(db, sql, values).await?.is_some())
}

/// Releases the lease if `holder` holds it.
pub async fn release(
    db: &impl ConnectionTrait,
    job: &str,
    holder: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    job_lease::Entity::update_many()
        .set(job_lease::ActiveModel {
            leased_until: Set(now),
            ..Default::default()
        })
        .filter(Column::Name.eq(job))
        .filter(Column::Holder.eq(holder))
        .filter(Column::LeasedUntil.gt(now))
        .exec(db)
        .await?;
    Ok(())
}
