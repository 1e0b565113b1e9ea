//! The limits of admission, as plain values with the defaults of the manual.
//!
//! Owns numbers only. Must not know the schema or a document.

use std::time::Duration;

/// Everything that bounds what one request may ask for. Over any of them, nothing is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Nested brackets of a document, outside strings and comments.
    pub brackets: usize,
    /// Lexical tokens of a document.
    pub tokens: usize,
    /// Nested fields; introspection is exempt.
    pub depth: u32,
    /// Nested fields below `__schema` and `__type`.
    pub introspection_depth: u32,
    /// Aliases in one operation, fragments written out.
    pub aliases: u64,
    /// Root fields of one operation, fragments written out, repetitions counted.
    pub root_fields: u64,
    /// Fields and fragments of a document, fragments written out.
    pub selections: u64,
    /// Fragment definitions in a document.
    pub fragments: usize,
    /// Fragments that spread fragments, in a row.
    pub spread_chain: u32,
    /// Directives in one place.
    pub directives: usize,
    /// Cost of one request.
    pub complexity: u64,
    /// Cost of all requests of one actor in one minute, on one node.
    pub budget: u64,
    /// Errors answered.
    pub errors: usize,
    /// Page size where none is given.
    pub default_page: u64,
    /// Largest page size.
    pub max_page: u64,
    /// Items of a bulk call.
    pub batch: usize,
    /// What a list without pages counts.
    pub list: u64,
    /// What a count (`totalCount`, `memberCount`) costs.
    pub count: u64,
    /// Time for resolving.
    pub timeout: Duration,
    /// Bytes of documents that are kept parsed and checked.
    pub cache_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            brackets: 64,
            tokens: 10_000,
            depth: 20,
            introspection_depth: 32,
            aliases: 50,
            root_fields: 20,
            selections: 10_000,
            fragments: 100,
            spread_chain: 20,
            directives: 4,
            complexity: 100_000,
            budget: 2_000_000,
            errors: 20,
            default_page: 20,
            max_page: 100,
            batch: 1_000,
            list: 10,
            count: 50,
            timeout: Duration::from_secs(10),
            cache_bytes: 8 * 1024 * 1024,
        }
    }
}
