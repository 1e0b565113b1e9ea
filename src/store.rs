//! All SQL statements. One file per noun, free functions over a connection. Every query of a
//! workspace's rows takes the workspace. Owns no rule: `domain` decides what rows mean.
//!
//! A statement on one table with plain conditions goes through its entity, so that renaming a
//! column is a compile error. SQL text is for what the entities say worse or slower: lists, facts
//! from many tables, joins, upserts with a condition. A file with SQL text says why at its head.

#![allow(
    missing_docs,
    reason = "a column has a comment only if its name leaves something open"
)]

pub mod access;
pub mod access_diff;
pub mod access_renewal;
pub mod access_request;
pub mod account;
pub mod account_export;
pub mod analytics;
pub mod api_key;
pub mod audit;
pub mod dataset_theme;
pub mod dated;
pub mod default_permission;
pub mod directory;
pub mod disabled_spell;
pub mod distribution;
pub mod due;
pub mod email_change;
pub mod ending_soon;
pub mod engine;
pub mod erasure;
pub mod face;
pub mod factor_removal;
pub mod follow;
pub mod grant;
pub mod group;
pub mod idempotency;
pub mod inactivity;
pub mod invitation;
pub mod item;
pub mod item_list;
pub mod item_write;
pub mod joining;
pub mod key;
pub mod key_list;
pub mod key_secret;
pub mod lease;
pub mod license;
pub mod member_words;
pub mod membership;
pub mod naming;
pub mod outbox;
pub mod page;
pub mod passkey;
pub mod password_reset;
pub mod prune;
pub mod quota;
pub mod registration;
pub mod reuse;
pub mod role;
pub mod role_assignment;
pub mod second_factor;
pub mod seed;
pub mod session;
pub mod sift;
pub mod sign_in_policy;
pub mod sign_up;
pub mod subject;
pub mod theme;
pub mod workspace;

pub use engine::{Connections, Database, DatabaseTransaction, StoreError};
