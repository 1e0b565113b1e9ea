//! Use cases: what somebody can ask for or have done. Facts are loaded here, decisions come from `domain`, rows from `store`.
//! No SQL, no GraphQL, no HTTP.

pub mod authorize;
pub mod cache;
pub mod caller;
pub mod deps;
pub mod failure;
pub mod write;

pub use authorize::Access;
pub use caller::{Actor, Caller};
pub use deps::Deps;
pub use failure::{Failure, UserError};
