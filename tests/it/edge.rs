//! The edge before the real schema.

mod connections;
mod console;
mod cookies;
mod credentials;
mod csrf;
mod language;
mod limits;
mod logging;
mod long_texts;
mod nulls;
mod readiness;
mod wire;
