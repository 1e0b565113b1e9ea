//! The rules of access and quotas, held against an independent oracle.
//!
//! `oracle` is written from the text of the rules alone: slow, naive, and sharing nothing with the
//! engine but the shapes of the facts. `world` draws random workspaces whose bounds fall on a
//! handful of instants, so that equal bounds are the usual case. The properties say that both
//! agree; the examples show single rules at work.

mod access;
mod escalation;
mod examples;
mod explain;
mod items;
mod oracle;
mod quota;
mod refusals;
mod sample;
mod sign_in;
mod world;
