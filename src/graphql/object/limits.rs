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

/// The limits in force on this node. A request that exceeds one of them is not run.
#[derive(Debug, Clone, SimpleObject)]
pub struct ServiceLimits {
    /// The maximum nesting depth of fields. Introspection is exempt.
    pub max_depth: i32,
    /// The maximum cost of one request, in units (see `RequestCost.complexity`).
    pub max_complexity: i32,
    /// The maximum number of aliases in one operation, with fragments expanded.
    pub max_aliases: i32,
    /// The maximum number of items on one page (`first`, `last`). A larger number is refused with
    /// BAD_USER_INPUT. Default: 100.
    pub max_page_size: i32,
    /// The maximum number of items in one bulk call.
    pub max_batch_items: i32,
    /// The maximum duration of one request, in milliseconds.
    pub request_timeout_millis: i32,
}

/// The cost of a request, and what remains of the viewer's budget for this minute on this node.
#[derive(Debug, Clone, SimpleObject)]
pub struct RequestCost {
    /// The cost of this request, in units. First what it cost until it began: 5, and 5 for each
    /// begun 1,000 bytes of the request, 1 for each 2 tokens of a document that had to be read.
    /// Then 1 for each field, multiplied by the entries of the lists above it, 20 for a list with
    /// pages, 50 for a count, and for a mutation the cost of its items and their permissions. A
    /// unit pays for 24 µs of processor time. Time beyond that is charged afterwards.
    pub complexity: i32,
    /// The budget of one actor: the maximum cost of all its requests in one minute.
    pub limit: i32,
    /// What remains of the budget.
    pub remaining: i32,
    /// When the next minute begins and the budget is full again.
    pub resets_at: Instant,
}

fn int<T>(number: T) -> i32
where
    i32: TryFrom<T>,
{
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl ServiceLimits {
    /// Combines the limits of admission, which the schema's data holds as `Arc<Limits>`, with those
    /// of the services.
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
    /// The cost of the current request.
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
