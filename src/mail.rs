//! Mails: what they say, their look, and the way out over SMTP (MAIL-1, MAIL-2).
//!
//! Owns what a mail says and how it is handed over; its texts stand in `words`. Must not know tables: `service::outbox` brings
//! the facts, and says what follows from a success or a failure.

mod layout;
pub mod render;
pub mod transport;

pub use render::{Facts, Rendered, render};
pub use transport::{Mailer, Undelivered};
