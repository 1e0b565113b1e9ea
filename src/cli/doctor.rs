//! `concierge doctor`: finds what keeps the server from running before it is started, verifies the
//! audit log, and reports on the outbox. Changes nothing.

use std::{fmt::Display, process::ExitCode};

use clap::Args;

use super::{Failure, stamp};
use crate::{
    app::{
        self, Examined, MigrationState, OutboxState,
        record::{RecordState, examine_record},
    },
    config::Settings,
};

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Verify the audit log of this workspace only (slug or id), instead of all workspaces and
    /// accounts.
    #[arg(long, value_name = "WORKSPACE")]
    workspace: Option<String>,
}

/// How far the database's clock may be off (TIME-5).
const MAX_SKEW_MILLIS: i64 = 2_000;

/// One line for each check, as they are done.
#[derive(Default)]
struct Report {
    failed: bool,
}

impl Report {
    fn say<T>(
        &mut self,
        name: &str,
        outcome: Result<T, impl Display>,
        tell: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        match outcome {
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

pub(super) async fn run(settings: Result<Settings, Failure>, arguments: Arguments) -> ExitCode {
    let mut report = Report::default();
    if let Some(settings) = report.say("configuration", settings, |settings| {
        format!("will listen on {}", settings.listen)
    }) {
        report.say(
            "open files",
            files(settings.server.max_connections),
            Clone::clone,
        );
        report.say("secret key", settings.inspect_secret_key(), |location| {
            (*location).to_owned()
        });
        if let Some(examined) = report.say("database", examine(&settings).await, |_| {
            format!("{} answers", settings.database.shown())
        }) {
            report.say("private data", settings.inspect_privacy(), |state| {
                (*state).to_owned()
            });
            let current = report.say("migrations", migrated(&examined.migrations), |count| {
                format!("all {count} applied")
            });
            report.say("clock", in_step(examined.clock_offset_millis), |offset| {
                format!("{offset} ms off the database's clock")
            });
            if current.is_some() {
                let record = examine_record(&settings, arguments.workspace.as_deref())
                    .await
                    .map_err(|error| error.to_string());
                report.say("audit log", record.and_then(intact), |text| text.clone());
                let passkeys = other_hosts(&settings).await;
                report.say("passkeys", passkeys, |text| (*text).to_owned());
                let outbox = app::examine_outbox(&settings).await;
                report.say("mail", outbox, |outbox| {
                    mails(outbox, settings.mail.smtp_url.is_some())
                });
            }
        }
    }
    if report.failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Looks into the database, unless that would make it.
async fn examine(settings: &Settings) -> Result<Examined, String> {
    match settings.database.file() {
        Some(file) if !file.exists() => Err(format!(
            "there is no {} yet (concierge migrate creates it)",
            file.display()
        )),
        _ => app::examine(settings)
            .await
            .map_err(|error| error.to_string()),
    }
}

/// Whether all passkeys are bound to the host of today: they do not work at another one (MFA-3).
async fn other_hosts(settings: &Settings) -> Result<&'static str, String> {
    let hosts = app::examine_passkeys(settings)
        .await
        .map_err(|error| error.to_string())?;
    all_at_home(&hosts)
}

fn all_at_home(hosts: &[(String, i64)]) -> Result<&'static str, String> {
    if hosts.is_empty() {
        return Ok("all are of the host of `server.public_url`");
    }
    let hosts: Vec<String> = hosts
        .iter()
        .map(|(host, count)| format!("{count} of {host}"))
        .collect();
    Err(format!(
        "the host of `server.public_url` changed: passkeys of another host no longer work ({})",
        hosts.join(", ")
    ))
}

fn migrated(state: &MigrationState) -> Result<usize, String> {
    match state {
        MigrationState::Current { applied } => Ok(*applied),
        MigrationState::Pending { names } => Err(format!(
            "{} to apply (concierge migrate): {}",
            names.len(),
            names.join(", ")
        )),
        MigrationState::Newer { names } => Err(format!(
            "the database was migrated by a newer release, which applied {}",
            names.join(", ")
        )),
    }
}

/// In words: what was walked, or where it breaks.
fn intact(record: RecordState) -> Result<String, String> {
    let RecordState {
        workspaces,
        accounts,
        events,
        redacted,
        broken,
        breaks,
    } = record;
    if broken == 0 {
        let walked = format!(
            "{events} events of {workspaces} workspaces and {accounts} accounts are intact"
        );
        return Ok(format!("{walked}, {redacted} personal values were erased"));
    }
    let more = match usize::try_from(broken)
        .unwrap_or(usize::MAX)
        .saturating_sub(breaks.len())
    {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    Err(format!("broken: {}{more}", breaks.join("; ")))
}

/// In words: how mail is sent, what waits, what could not be delivered and why. Dead letters do not
/// fail the check, because they are no fault of the server.
fn mails(outbox: &OutboxState, sends: bool) -> String {
    let way = if sends {
        "mail.smtp_url is set, the connection is not tested"
    } else {
        "no mail.smtp_url is set: mails stay in the outbox"
    };
    let oldest = outbox
        .oldest
        .map(|at| format!(", the oldest due since {}", stamp(at)))
        .unwrap_or_default();
    let reasons: Vec<String> = outbox
        .reasons
        .iter()
        .take(5)
        .map(|(reason, count)| format!("{count} {reason}"))
        .collect();
    let dead = match outbox.last_death {
        Some(at) => format!(
            "{} dead letters, the last at {}: {}",
            outbox.dead,
            stamp(at),
            reasons.join(", ")
        ),
        None => "no dead letters".to_owned(),
    };
    format!("{way}; {} queued{oldest}; {dead}", outbox.queued)
}

/// Files that are needed besides those of connections: for the database, mail and logs.
const OTHER_FILES: usize = 100;

/// Whether the process may open as many files as it may have connections, where the system says so.
fn files(connections: usize) -> Result<String, String> {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let allowed = line
        .and_then(|line| line.split_whitespace().next())
        .and_then(|soft| soft.parse::<usize>().ok());
    enough_files(allowed, connections)
}

fn enough_files(allowed: Option<usize>, connections: usize) -> Result<String, String> {
    let needed = connections + OTHER_FILES;
    match allowed {
        Some(allowed) if allowed < needed => Err(format!(
            "the limit is {allowed}, and server.max_connections = {connections} needs {needed}: raise the limit (ulimit -n, LimitNOFILE) or \
             lower the setting"
        )),
        Some(allowed) => Ok(format!(
            "the limit is {allowed}, at most {needed} are needed"
        )),
        None => Ok("the system reports no limit".to_owned()),
    }
}

fn in_step(offset_millis: i64) -> Result<i64, String> {
    if offset_millis.abs() <= MAX_SKEW_MILLIS {
        Ok(offset_millis)
    } else {
        Err(format!(
            "{offset_millis} ms off the database's clock, {MAX_SKEW_MILLIS} ms are allowed: is NTP running on both?"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{
        MigrationState, OutboxState, RecordState, all_at_home, enough_files, in_step, intact,
        mails, migrated,
    };

    #[test]
    fn every_connection_needs_an_open_file() {
        assert!(enough_files(Some(1_024), 900).is_ok() && enough_files(None, 900).is_ok());
        assert!(
            enough_files(Some(999), 900)
                .unwrap_err()
                .contains("ulimit -n")
        );
    }

    #[test]
    fn aud_2_a_broken_chain_is_told_and_where() {
        let record = RecordState {
            events: 3,
            workspaces: 1,
            ..RecordState::default()
        };
        assert!(
            intact(record)
                .unwrap()
                .starts_with("3 events of 1 workspaces and 0 accounts")
        );
        let breaks = vec!["workspace ws_1: EVENT_ALTERED at event 2".to_owned()];
        let text = intact(RecordState {
            broken: 7,
            breaks,
            ..RecordState::default()
        })
        .unwrap_err();
        assert!(text.contains("EVENT_ALTERED at event 2") && text.contains("6 more"));
    }

    #[test]
    fn mail_1_what_waits_and_what_is_dead_is_told() {
        assert_eq!(
            mails(&OutboxState::default(), true),
            "mail.smtp_url is set, the connection is not tested; 0 queued; no dead letters"
        );
        let at = chrono::DateTime::from_timestamp(1_790_000_000, 0);
        let reasons = vec![("SMTP 550 5.1.1".to_owned(), 3), ("TIMEOUT".to_owned(), 1)];
        let outbox = OutboxState {
            queued: 2,
            oldest: at,
            dead: 4,
            last_death: at,
            reasons,
        };
        let text = mails(&outbox, false);
        assert!(
            text.contains("2 queued, the oldest due since 2026-09-21T"),
            "{text}"
        );
        assert!(
            text.contains("4 dead letters, the last at 2026-09-21T")
                && text.contains("3 SMTP 550 5.1.1, 1 TIMEOUT"),
            "{text}"
        );
        assert!(text.contains("mails stay in the outbox"), "{text}");
    }

    #[test]
    fn mfa_3_passkeys_of_another_host_are_told() {
        assert!(all_at_home(&[]).is_ok());
        let hosts = [("old.example.org".to_owned(), 3)];
        assert!(
            all_at_home(&hosts)
                .unwrap_err()
                .contains("3 of old.example.org")
        );
    }

    #[test]
    fn two_seconds_off_are_allowed_and_no_more() {
        assert!(in_step(2_000).is_ok() && in_step(-2_000).is_ok());
        assert!(in_step(2_001).is_err() && in_step(-2_001).is_err());
    }

    #[test]
    fn what_is_missing_or_too_new_is_named() {
        assert_eq!(migrated(&MigrationState::Current { applied: 3 }), Ok(3));
        let names = vec!["m2".to_owned()];
        assert!(
            migrated(&MigrationState::Pending {
                names: names.clone()
            })
            .unwrap_err()
            .contains("m2")
        );
        assert!(
            migrated(&MigrationState::Newer { names })
                .unwrap_err()
                .contains("newer release")
        );
    }
}
