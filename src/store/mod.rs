//! All SQL. One file a noun, free functions over a connection; every query of a workspace's rows takes the workspace.
//! Owns no rule: what rows mean is decided in `domain`.

pub mod access;
pub mod audit;
pub mod engine;
pub mod idempotency;
pub mod key;
pub mod workspace;

pub use engine::{Database, StoreError};
