//! The command line: what can be said, and what each command does with `app`. No rules, no SQL, no
//! HTTP here.

use std::{future::Future, io, net::SocketAddr, path::PathBuf, process::ExitCode};

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Parser, Subcommand};

use crate::{
    app::StartError,
    config::{ConfigFault, Settings},
};

mod demo;
mod doctor;
mod erase;
mod import;
mod key;
mod logging;
mod migrate;
mod operator;
mod rekey;
mod schema;
mod serve;

/// GraphQL API that manages the accounts of open-data portals.
#[derive(Debug, Parser)]
#[command(name = "concierge", version, arg_required_else_help = true)]
struct Arguments {
    /// Settings file (TOML).
    #[arg(long, global = true, value_name = "FILE", env = "CONCIERGE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API until SIGTERM or SIGINT.
    Serve(serve::Arguments),
    /// Bring the database to the schema of this release, or take migrations back.
    Migrate(migrate::Arguments),
    /// Print the GraphQL schema, write it to a file, or compare it with one.
    Schema(schema::Arguments),
    /// Load the demo portal into an empty database and print its credentials.
    Demo(demo::Arguments),
    /// Manage operators, the staff of this installation.
    Operator(operator::Arguments),
    /// Bring the members of another system into a workspace.
    Import(import::Arguments),
    /// List the accounts that were deleted since an instant: to delete them again after a backup was
    /// restored.
    Erased(erase::ErasedArguments),
    /// Delete accounts and their personal data at once.
    Erase(erase::EraseArguments),
    /// Seal all values anew that are sealed under `secret_key_previous`.
    Rekey,
    /// Check API keys without a database.
    Key(key::Arguments),
    /// Check settings, database, audit log and outbox. Exits with 1 if something is wrong.
    Doctor(doctor::Arguments),
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigFault),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    #[error("{0}: {1}")]
    File(String, io::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("{0}")]
    Refused(String),
}

/// Reads the command line, does what it says, and tells how it went.
pub fn run() -> ExitCode {
    let Arguments { config, command } = Arguments::parse();
    let settings = || Settings::load(config.as_deref()).map_err(Failure::from);
    let done = match command {
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Key(arguments) => key::run(&arguments),
        Command::Doctor(arguments) => {
            wait_for(async { Ok(doctor::run(settings(), arguments).await) })
        }
        Command::Serve(arguments) => {
            settings().and_then(|settings| wait_for(serve::run(settings, arguments)))
        }
        Command::Migrate(arguments) => {
            settings().and_then(|settings| wait_for(migrate::run(settings, arguments)))
        }
        Command::Demo(arguments) => {
            settings().and_then(|settings| wait_for(demo::run(settings, arguments)))
        }
        Command::Import(arguments) => {
            settings().and_then(|settings| wait_for(import::run(settings, arguments)))
        }
        Command::Erased(arguments) => {
            settings().and_then(|settings| wait_for(erase::erased(settings, arguments)))
        }
        Command::Erase(arguments) => {
            settings().and_then(|settings| wait_for(erase::erase(settings, arguments)))
        }
        Command::Rekey => settings().and_then(|settings| wait_for(rekey::run(settings))),
        Command::Operator(arguments) => {
            settings().and_then(|settings| wait_for(operator::run(settings, arguments)))
        }
    };
    done.unwrap_or_else(|failure| {
        eprintln!("concierge: {failure}");
        ExitCode::FAILURE
    })
}

fn wait_for(work: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    // Nested resolvers are nested calls, and without optimisation large ones: as much stack as a
    // main thread has.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // How many steps of requests a busy worker does before it looks at its sockets again. Steps
        // are short but for large requests, so a new request waits for few of them.
        .event_interval(8)
        .thread_stack_size(8 << 20)
        .build()?;
    let done = runtime.block_on(work);
    // What still runs on other threads (a password being hashed) is not waited for.
    runtime.shutdown_background();
    done
}

/// An instant to the second, in UTC.
fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
