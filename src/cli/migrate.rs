//! `concierge migrate`: bring the schema forward, or back by steps.

use std::{num::NonZeroU32, process::ExitCode};

use clap::Args;

use super::Failure;
use crate::{app, config::Settings};

/// Arguments of `migrate`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Take back the last N migrations instead, with the data that only they hold.
    #[arg(long, value_name = "N")]
    down: Option<NonZeroU32>,
}

pub(super) async fn run(settings: Settings, arguments: Arguments) -> Result<ExitCode, Failure> {
    // A database is of little use without the key: both are made at the same time, and `doctor`
    // finds both.
    settings.secret_key()?;
    let (count, done) = match arguments.down {
        None => (app::migrate(&settings).await?, "applied"),
        Some(steps) => (
            app::migrate_down(&settings, steps.get()).await?,
            "taken back",
        ),
    };
    let migrations = if count == 1 {
        "migration"
    } else {
        "migrations"
    };
    println!("{}: {count} {migrations} {done}", settings.database.shown());
    Ok(ExitCode::SUCCESS)
}
