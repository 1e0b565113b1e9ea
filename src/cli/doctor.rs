//! `concierge doctor`: what keeps the server from running, found before it is started. Changes nothing.

use std::{fmt::Display, process::ExitCode};

use super::Failure;
use crate::{
    app::{self, Examined, MigrationState},
    config::Settings,
};

/// How far the database's clock may be off (TIME-5).
const MAX_SKEW_MILLIS: i64 = 2_000;

/// One line for each check, as they are done.
#[derive(Default)]
struct Report {
    failed: bool,
}

impl Report {
    fn say<T>(&mut self, name: &str, found: Result<T, impl Display>, tell: impl FnOnce(&T) -> String) -> Option<T> {
        match found {
            Ok(value) => {
                println!("OK    {name}: {}", tell(&value));
                Some(value)
            }
            Err(fault) => {
                println!("FAIL  {name}: {fault}");
                self.failed = true;
                None
            }
        }
    }
}

pub(super) async fn run(settings: Result<Settings, Failure>) -> ExitCode {
    let mut report = Report::default();
    if let Some(settings) = report.say("configuration", settings, |settings| format!("will listen on {}", settings.listen)) {
        report.say("secret key", settings.inspect_secret_key(), |place| (*place).to_owned());
        if let Some(examined) =
            report.say("database", examine(&settings).await, |_| format!("{} answers", settings.database.shown()))
        {
            report.say("migrations", migrated(&examined.migrations), |count| format!("all {count} applied"));
            report.say("clock", in_step(examined.clock_offset_millis), |offset| format!("{offset} ms off the database's"));
        }
    }
    if report.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Looks into the database, unless that would make it.
async fn examine(settings: &Settings) -> Result<Examined, String> {
    match settings.database.file() {
        Some(file) if !file.exists() => Err(format!("there is no {} yet (concierge migrate makes it)", file.display())),
        _ => app::examine(settings).await.map_err(|error| error.to_string()),
    }
}

fn migrated(state: &MigrationState) -> Result<usize, String> {
    match state {
        MigrationState::Current { applied } => Ok(*applied),
        MigrationState::Pending { names } => Err(format!("{} to apply (concierge migrate): {}", names.len(), names.join(", "))),
        MigrationState::Newer { names } => Err(format!("the database is of a newer release, which applied {}", names.join(", "))),
    }
}

fn in_step(offset_millis: i64) -> Result<i64, String> {
    if offset_millis.abs() <= MAX_SKEW_MILLIS {
        Ok(offset_millis)
    } else {
        Err(format!("{offset_millis} ms off the database's, {MAX_SKEW_MILLIS} are allowed: is NTP running on both?"))
    }
}

#[cfg(test)]
mod tests {
    use super::{MigrationState, in_step, migrated};

    #[test]
    fn two_seconds_off_are_allowed_and_no_more() {
        assert!(in_step(2_000).is_ok() && in_step(-2_000).is_ok());
        assert!(in_step(2_001).is_err() && in_step(-2_001).is_err());
    }

    #[test]
    fn what_is_missing_or_too_new_is_named() {
        assert_eq!(migrated(&MigrationState::Current { applied: 3 }), Ok(3));
        let names = vec!["m2".to_owned()];
        assert!(migrated(&MigrationState::Pending { names: names.clone() }).unwrap_err().contains("m2"));
        assert!(migrated(&MigrationState::Newer { names }).unwrap_err().contains("newer release"));
    }
}
