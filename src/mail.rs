//! Mails: what they say, their layout, and sending them over SMTP (MAIL-1, MAIL-2).
//!
//! Owns what a mail says and how it is sent; its texts are in `words`. Must not know tables:
//! `service::outbox` passes the facts, and decides what follows from a success or a failure.

#![allow(
    missing_docs,
    reason = "an item has a comment only if its name leaves something open"
)]

mod layout;
pub mod render;
pub mod transport;

pub use render::{Facts, Rendered, render};
pub use transport::{Mailer, Undelivered};
