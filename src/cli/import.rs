//! `concierge import`: brings the members of another system into a workspace.

use std::{
    fs,
    io::{self, Write},
    num::NonZeroU32,
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use crate::{
    app::{self, Migrate, import::MemberFile},
    config::Settings,
};

/// Arguments of `import`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Import a CSV file of members. Prints a line of JSON for each line of the file, and how far it
    /// is on standard error. Exits with 1 if a line failed. Importing a file again changes nothing
    /// for the lines that were imported before.
    Members(Members),
}

#[derive(Debug, Args)]
struct Members {
    /// The workspace that the members move into: its slug or id.
    #[arg(long)]
    workspace: String,
    /// The system that the file comes from. Concierge's own export has the form of Opendatasoft.
    #[arg(long, value_enum)]
    format: Format,
    /// Make them members at once instead of inviting them. Who has no account gets one without a
    /// password, and sets it by "forgot password". No mail is sent.
    #[arg(long)]
    join: bool,
    /// Create groups that the file names and the workspace does not have.
    #[arg(long)]
    create_groups: bool,
    /// Validate and simulate without saving, each block of 500 lines by itself.
    #[arg(long)]
    dry_run: bool,
    /// How many invitations are mailed in an hour, 1 to 1,000,000 (the setting
    /// `invitations.import_mails_per_hour`, unless given).
    #[arg(long, value_name = "NUMBER", value_parser = mails_per_hour)]
    mails_per_hour: Option<NonZeroU32>,
    /// The language for people who have no account yet: en, fr or nl.
    #[arg(long, default_value = "en")]
    language: String,
    /// The file.
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Opendatasoft,
    Socrata,
}

fn mails_per_hour(text: &str) -> Result<NonZeroU32, String> {
    text.parse()
        .ok()
        .filter(|number: &NonZeroU32| number.get() <= 1_000_000)
        .ok_or_else(|| "a number from 1 to 1000000".to_owned())
}

pub(super) async fn run(settings: Settings, arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::Members(members) => import(&settings, members).await,
    }
}

async fn import(settings: &Settings, members: Members) -> Result<ExitCode, Failure> {
    let Members {
        workspace,
        format,
        join,
        create_groups,
        dry_run,
        mails_per_hour,
        language,
        file,
    } = members;
    let csv = fs::read(&file).map_err(|error| Failure::File(file.display().to_string(), error))?;
    let app = app::open(settings, Migrate::Never).await?;
    let bar = ProgressBar::new(csv.len() as u64);
    let style = "{bar:40} {bytes} of {total_bytes}, {elapsed} so far, {eta} to go";
    bar.set_style(
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let file = MemberFile {
        workspace,
        is_socrata: format == Format::Socrata,
        csv,
        join,
        create_groups,
        dry_run,
        mails_per_hour,
        language,
    };
    let (mut lines, mut failed) = (0, 0);
    let done = app
        .import_members(file, |progress| {
            bar.suspend(|| print(&progress.results))?;
            bar.set_length(progress.all);
            bar.set_position(progress.read);
            lines += progress.results.len();
            failed += progress.failed;
            Ok::<(), Failure>(())
        })
        .await;
    bar.finish_and_clear();
    done?;
    eprintln!("{lines} lines, {failed} of them failed.");
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print(lines: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::mails_per_hour;

    #[test]
    fn import_3_mails_have_a_rate() {
        assert_eq!(mails_per_hour("500").map(|number| number.get()), Ok(500));
        assert!(
            ["0", "1000001", "-1", "many"]
                .iter()
                .all(|text| mails_per_hour(text).is_err())
        );
    }
}
