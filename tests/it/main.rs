//! Every rule through HTTP, on SQLite and on PostgreSQL. One binary, so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod support;

mod account;
mod as_of;
mod audit;
mod authorization;
mod crates;
mod distribution;
mod edge;
mod erasure;
mod explain;
mod follow;
mod form;
mod grant;
mod group;
mod guards;
mod import;
mod invitation;
mod item;
mod job;
mod joining;
mod key;
mod layers;
mod lists;
mod mail;
mod member;
mod migrations;
mod node;
mod permission;
mod plain;
mod prices;
mod quota;
mod renewal;
mod reuse;
mod role;
mod schema;
mod second_factor;
mod secondary;
mod session;
mod settings;
mod targets;
mod theme;
mod viewer;
mod workspace;
mod write;
