//! The edge against a toy schema: what admission refuses, how the engine behaves behind it, and
//! GraphQL over HTTP.
//!
//! When the engine's version changes, this says whether it still does what the server relies on.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod app;
mod attacks;
mod bombs;
mod engine;
mod soup;
mod toy;
mod turns;
mod variables;
mod wire;
