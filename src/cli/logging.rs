//! Where log lines go: to standard error, as text or JSON. Owns the process's one subscriber.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// What is asked for, without what the library of passkeys says: it shows challenges and credentials
/// (MFA-12).
fn filter(asked: &str) -> String {
    let quiet = "webauthn_rs=off,webauthn_rs_core=off";
    if asked.trim().is_empty() {
        quiet.to_owned()
    } else {
        format!("{asked},{quiet}")
    }
}

/// Starts logging. Once a process; a second call changes nothing.
pub(super) fn start(log: &Log) {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter(&log.filter)))
        .with_writer(stderr);
    match log.format {
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    }
    .ok();
}
