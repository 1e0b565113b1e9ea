//! Use cases: what somebody can ask for or have done. Facts are loaded here, decisions come from `domain`, rows from `store`.
//! No SQL, no GraphQL, no HTTP.

pub mod access_diff;
pub mod access_period;
pub mod access_request;
pub mod account;
pub mod activity;
mod administrators;
pub mod api_key;
pub mod as_of;
pub mod authorize;
pub mod bulk;
pub mod cache;
pub mod caller;
pub mod credential;
pub mod deps;
pub mod directory;
pub mod disabling;
pub mod ending;
pub mod failure;
pub mod grant;
pub mod group;
pub mod hasher;
pub mod invitation;
pub mod item;
pub mod key_list;
mod known_items;
pub mod lease;
pub mod leaving;
pub mod license;
pub mod member;
pub mod member_action;
pub mod member_export;
pub mod profile;
pub mod quota;
mod quota_check;
pub mod role;
pub mod role_assignment;
pub mod session;
pub mod sign_up;
pub mod sweep;
pub mod workspace;
pub mod write;

pub use authorize::Access;
pub use caller::{Actor, Caller};
pub use deps::Deps;
pub use failure::{Failure, UserError};
