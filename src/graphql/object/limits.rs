//! The limits in force, and what a request cost.

use std::sync::Arc;

use async_graphql::{Context, SimpleObject};

use crate::{
    graphql::{
        admission::{self, Limits},
        scalar::Instant,
        scope::Scope,
    },
    service::Failure,
};

/// The limits in force on this node. Over any of them nothing is run.
#[derive(Debug, Clone, SimpleObject)]
pub struct ServiceLimits {
    /// How deep fields may be nested; introspection is exempt.
    pub max_depth: i32,
    /// How much one request may cost.
    pub max_complexity: i32,
    /// How many aliases one operation may have, fragments written out.
    pub max_aliases: i32,
    /// How many rows one page may have (`first`, `last`); more is BAD_USER_INPUT. Default: 100.
    pub max_page_size: i32,
    /// How many items one bulk call may have.
    pub max_batch_items: i32,
    /// How long one request may take, in milliseconds.
    pub request_timeout_millis: i32,
}

/// What a request cost, and what is left to whoever asks in this minute on this node.
#[derive(Debug, Clone, SimpleObject)]
pub struct RequestCost {
    /// What this request cost until it began: 5, and 5 for each begun 1,000 bytes of it, 1 for each
    /// 2 tokens of a document that had to be read; then 1 for each field, times the entries of the
    /// lists above it, 20 for a list with pages, 50 for a count, and for a mutation what its items
    /// and their rights cost. A unit pays for 24 µs of processor time: what took longer is charged
    /// afterwards.
    pub complexity: i32,
    /// How much all requests of one actor may cost in one minute.
    pub limit: i32,
    /// How much is left of that.
    pub remaining: i32,
    /// When the next minute begins.
    pub resets_at: Instant,
}

fn int<T>(number: T) -> i32
where
    i32: TryFrom<T>,
{
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl ServiceLimits {
    /// From the limits of admission, which stand in the schema's data as `Arc<Limits>`, and those
    /// of services.
    pub fn of(ctx: &Context<'_>) -> Result<Self, Failure> {
        let missing = |_| Failure::Internal("a schema without its limits".to_owned());
        let limits = ctx.data::<Arc<Limits>>().map_err(missing)?;
        Ok(Self {
            max_depth: int(limits.depth),
            max_complexity: int(limits.complexity),
            max_aliases: int(limits.aliases),
            max_page_size: int(limits.max_page),
            max_batch_items: int(Scope::of(ctx)?.deps.limits.batch_items),
            request_timeout_millis: int(limits.timeout.as_millis()),
        })
    }
}

impl RequestCost {
    /// Of the request that is being answered.
    pub fn of(ctx: &Context<'_>) -> Result<Self, Failure> {
        let missing = |_| Failure::Internal("a request without its cost".to_owned());
        let cost = ctx.data::<admission::RequestCost>().map_err(missing)?;
        Ok(Self {
            complexity: int(cost.complexity),
            limit: int(cost.limit),
            remaining: int(cost.remaining),
            resets_at: Instant(cost.resets_at),
        })
    }
}
