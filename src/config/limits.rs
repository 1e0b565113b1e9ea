//! `[limits]`: how much one request may ask for, and one actor in a minute.

use std::time::Duration;

use serde::Deserialize;

use super::value::{between, seconds};

/// How much one request may ask for, and one actor in a minute.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The nesting of a query.
    #[serde(deserialize_with = "between::<1, 100, _, _>")]
    pub max_depth: u32,
    /// The cost of one request.
    #[serde(deserialize_with = "between::<100, 10_000_000, _, _>")]
    pub max_complexity: u32,
    /// The number of aliases in one request.
    #[serde(deserialize_with = "between::<0, 1_000, _, _>")]
    pub max_aliases: u32,
    /// The number of root fields of one request.
    #[serde(deserialize_with = "between::<1, 1_000, _, _>")]
    pub max_root_fields: u32,
    /// The number of tokens of a document.
    #[serde(deserialize_with = "between::<100, 1_000_000, _, _>")]
    pub max_tokens: usize,
    /// The bytes of a request's body.
    #[serde(deserialize_with = "between::<1_000, 10_000_000, _, _>")]
    pub max_body_bytes: usize,
    /// The bytes of a request's body from callers who are not signed in.
    #[serde(deserialize_with = "between::<1_000, 10_000_000, _, _>")]
    pub max_anonymous_body_bytes: usize,
    /// From a request's arrival to its answer.
    #[serde(
        rename = "request_timeout_seconds",
        deserialize_with = "seconds::<1, 300, _>"
    )]
    pub request_timeout: Duration,
    /// The cost of all requests of one actor in a minute, per node.
    #[serde(deserialize_with = "between::<1_000, 10_000_000_000, _, _>")]
    pub complexity_per_minute: u64,
    /// The largest page of a list.
    #[serde(deserialize_with = "between::<20, 1_000, _, _>")]
    pub max_page_size: u32,
    /// The maximum number of items in one bulk call.
    #[serde(deserialize_with = "between::<1, 10_000, _, _>")]
    pub max_batch_items: u32,
    /// Whether to answer introspection queries.
    pub introspection: bool,
}
