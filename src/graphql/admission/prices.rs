//! What work is worth: the unit of cost, and the prices that the schema's side declares.
//!
//! Owns the shape of the price list and the price of a document. One unit stands for
//! [`Prices::micros`] of processor time. Must not know a field by its name.

use std::time::Duration;

/// What a root field of a mutation costs besides its answer. Items are what the call names
/// (members, ids, invitees), rights what it does to each of them (permissions, groups, values):
/// `base + items × (item + rights × right)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Of the call.
    pub base: u64,
    /// Of each item.
    pub item: u64,
    /// Of each right of each item.
    pub right: u64,
}

/// The price list. The default is that of a schema that declares nothing: a field costs 1,
/// documents are free.
#[derive(Debug, Clone, Copy)]
pub struct Prices {
    /// Of each request, whatever it asks for.
    pub request: u64,
    /// Of each begun kB (1,000 bytes) of a request.
    pub kilobyte: u64,
    /// Lexical tokens of a document for one unit; 0: tokens are free.
    pub tokens: u64,
    /// Of a connection, besides its rows.
    pub connection: u64,
    /// Of a list of plain values.
    pub values: u64,
    /// Microseconds of processor time that one unit pays for. What was measured beyond the price is
    /// charged afterwards.
    pub micros: u64,
    /// Of a field itself, if not 1.
    pub own: fn(parent: &str, field: &str) -> Option<u64>,
    /// How many entries a list without pages counts for, if not the flat rate of the limits.
    pub length: fn(parent: &str, field: &str) -> Option<u64>,
    /// Of a mutation.
    pub work: fn(mutation: &str) -> Work,
}

impl Default for Prices {
    fn default() -> Self {
        Self {
            request: 0,
            kilobyte: 0,
            tokens: 0,
            connection: 1,
            values: 10,
            micros: 30,
            own: |_, _| None,
            length: |_, _| None,
            work: |_| Work {
                base: 0,
                item: 0,
                right: 0,
            },
        }
    }
}

impl Prices {
    /// What a request costs for having come, by its bytes.
    pub(super) fn arrival(&self, bytes: usize) -> u64 {
        self.request
            .saturating_add(self.kilobyte.saturating_mul(bytes.div_ceil(1_000) as u64))
    }

    /// What reading a document costs, by its tokens.
    pub(super) fn reading(&self, tokens: usize) -> u64 {
        if self.tokens == 0 {
            0
        } else {
            (tokens as u64).div_ceil(self.tokens)
        }
    }

    /// What measured time costs.
    pub(super) fn time(&self, spent: Duration) -> u64 {
        u64::try_from(spent.as_micros()).unwrap_or(u64::MAX) / self.micros.max(1)
    }
}
