//! `concierge erased` and `concierge erase`: lists deleted accounts, and deletes them again on a
//! restored backup (ERASE-7).

use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::Args;

use super::{Failure, stamp};
use crate::{
    app::{self, Migrate, erasure::Erasing},
    config::Settings,
};

/// Arguments of `erased`.
#[derive(Debug, Args)]
pub(super) struct ErasedArguments {
    /// Only deletions that began at this instant or later: a date (from midnight UTC) or an RFC 3339
    /// instant.
    #[arg(long, value_parser = instant)]
    since: DateTime<Utc>,
}

/// Arguments of `erase`.
#[derive(Debug, Args)]
pub(super) struct EraseArguments {
    /// The ids of the accounts, separated by commas or spaces.
    #[arg(long, required = true, num_args = 1.., value_delimiter = ',')]
    ids: Vec<String>,
    /// Also delete the last administrator of a workspace. An operator can then give the workspace its
    /// next one.
    #[arg(long)]
    force: bool,
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Ok(date.and_time(NaiveTime::MIN).and_utc());
    }
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .map_err(|_| "expected a date such as 2026-11-30, or an RFC 3339 instant".to_owned())
}

/// Prints one id on a line, with the instant.
pub(super) async fn erased(
    settings: Settings,
    arguments: ErasedArguments,
) -> Result<ExitCode, Failure> {
    let app = app::open(&settings, Migrate::Never).await?;
    for run in app.erased(arguments.since).await? {
        let state = match run.finished_at {
            Some(_) => "",
            None => "  still running",
        };
        println!("{}  {}{state}", run.account, stamp(run.begun_at));
    }
    Ok(ExitCode::SUCCESS)
}

/// Deletes each account, and says on a line what became of it.
pub(super) async fn erase(
    settings: Settings,
    arguments: EraseArguments,
) -> Result<ExitCode, Failure> {
    let app = app::open(&settings, Migrate::Never).await?;
    let mut is_done = true;
    for id in arguments.ids.iter().filter(|id| !id.is_empty()) {
        let became = match app.erase(id, arguments.force).await? {
            Erasing::Erased => "deleted".to_owned(),
            Erasing::AlreadyErased => "was deleted before".to_owned(),
            Erasing::LogInUse => {
                "deleted; the server empties the database's log within a minute".to_owned()
            }
            Erasing::Unknown => {
                is_done = false;
                "there is no such account".to_owned()
            }
            Erasing::LastAdministrator(workspaces) => {
                is_done = false;
                format!(
                    "not deleted: the last administrator of {} (see --force)",
                    workspaces.join(", ")
                )
            }
        };
        println!("{id}: {became}");
    }
    match is_done {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::FAILURE),
    }
}
