//! The rules, as pure functions over values: no I/O, no framework, no clock but the instant passed
//! in.
//!
//! Every rule is implemented once, here. Services load facts and call these functions; they decide
//! nothing themselves.

pub mod access;
pub mod access_end;
pub mod analytics;
pub mod audit;
pub mod blocklist;
pub mod calendar;
pub mod catalogue;
pub mod clock;
pub mod dataset_theme;
pub mod distribution;
pub mod email;
pub mod ending_soon;
pub mod quota_usage;
#[macro_use]
pub mod error_code;
pub mod fold;
pub mod follow;
pub mod formula;
pub mod id;
pub mod import;
pub mod inactivity;
pub mod interval;
pub mod joining;
pub mod keyed_hash;
pub mod limit;
pub mod link;
pub mod mail;
pub mod name;
mod names;
pub mod network;
pub mod offer;
pub mod outcome;
pub mod password;
pub mod permission;
pub mod quota;
pub mod restore;
pub mod second_factor;
pub mod secret;
pub mod sign_up;
pub mod slug;
pub mod text;
pub mod theme;
pub mod timeline;
pub mod totp;
pub mod vocabulary;
pub mod web_url;
pub mod workspace_slug;
