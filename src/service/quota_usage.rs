//! Quotas in use: `consumeQuota` counts API calls, `resetQuotaUsage` sets members' counters back
//! (QUOTA-4 to QUOTA-9, KEY-7).
//!
//! Counting is no change of access or content. It comes with every call of the portal's API, on
//! every node: it takes no lock on the workspace's row, no number in the record and no new version
//! of the facts, and so does not run through `service::write`. What keeps counters from passing
//! their limits is one conditional statement over all of them, in a transaction that also holds the
//! idempotency key and the warnings that the count gives rise to. Setting counters back is an act
//! of somebody on somebody, and runs through `service::write` like every other.

mod batch;
mod consume;
mod count;
mod reset;
mod warn;

pub use batch::Batches;
pub use consume::{Consume, Consumed, Subject, consume};
pub use reset::{ResetQuotaUsage, reset};

pub use crate::domain::quota_usage::Decision;
