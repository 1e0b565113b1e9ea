//! Concierge keeps the accounts of open-data portals: who may enter which workspace, until when,
//! what they may do there, how much they may use, and who decided so.
//!
//! **One idea.** Access is a set of intervals, and one pure function reads it: [`domain::access`]
//! takes facts and an instant and gives a decision with its reasons. Everything that has to know
//! about access asks there.
//!
//! **One write shape.** [`service::write`] runs every mutation of a workspace: begin, lock, load
//! facts, authorize, decide, change, record, commit; a dry run rolls back instead.
//!
//! **The layers**, each naming only those to its right: `main → cli → app → {http, job} → graphql →
//! service → {store, mail} → entity → domain`. `words`
//! stands on `domain` alone and is named by all that speak to people. `config` stands beside `domain` and is named by
//! `app` and `cli` alone. `tests/it/layers.rs` holds the rule. The same noun has the same file name
//! in every layer.
//!
//! | layer | owns |
//! |---|---|
//! | [`domain`] | the rules: no I/O, no framework, no clock |
//! | [`entity`] | the tables |
//! | [`store`] | all SQL, one source for SQLite and PostgreSQL |
//! | [`mail`] | what mails say, and the way out |
//! | [`words`] | every text for people, in English, French and Dutch |
//! | [`service`] | use cases: facts in, decision asked for, rows changed |
//! | [`graphql`] | the schema, and admission in front of the engine |
//! | [`http`] | the edge |
//! | [`job`] | what is done without being asked |
//! | [`app`] | puts it together |
//! | [`cli`] | the command line |

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
#[macro_use]
pub mod domain;
pub mod entity;
pub mod graphql;
pub mod http;
pub mod job;
pub mod mail;
pub mod service;
pub mod store;
pub mod words;
