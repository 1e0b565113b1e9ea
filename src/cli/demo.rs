//! `concierge demo`: loads the demo portal and prints its credentials.

use std::{process::ExitCode, time::Duration};

use clap::{Args, ValueEnum};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use super::Failure;
use crate::{
    app::{self, Migrate},
    config::Settings,
    demo::{CREDENTIALS, DemoOptions},
};

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Number of members of the main workspace.
    #[arg(long, value_name = "NUMBER", default_value_t = DemoOptions::default().members as u64, value_parser = clap::value_parser!(u64).range(250..=5_000_000))]
    members: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) async fn run(settings: Settings, arguments: Arguments) -> Result<ExitCode, Failure> {
    let app = app::open(&settings, Migrate::IfEmpty).await?;
    let members = usize::try_from(arguments.members).unwrap_or(usize::MAX);
    let mut progress = Progress::new(arguments.members);
    let loaded = app
        .load_demo(DemoOptions { members }, |so_far| {
            progress.tell(so_far as u64)
        })
        .await;
    progress.bar.finish_and_clear();
    if !loaded? {
        let database = settings.database.shown();
        return Err(Failure::Refused(format!(
            "{database} holds other data than the demo, so nothing was changed"
        )));
    }
    match arguments.format {
        Format::Text => print!("{}", credentials()),
        Format::Json => println!("{}", CREDENTIALS.to_json()),
    }
    Ok(ExitCode::SUCCESS)
}

/// How far it is, on standard error: a bar where that is a terminal, else, of a large town, a line
/// at every twentieth.
struct Progress {
    bar: ProgressBar,
    members: u64,
    last_twentieth: u64,
}

impl Progress {
    /// Smaller towns are there at once.
    const LARGE: u64 = 10_000;

    fn new(members: u64) -> Self {
        let style = "{bar:40} {human_pos} of {human_len} members, {elapsed} so far, {eta} to go";
        let bar = ProgressBar::new(members);
        bar.set_style(
            ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        Self {
            bar,
            members,
            last_twentieth: 0,
        }
    }

    fn tell(&mut self, so_far: u64) {
        self.bar.set_position(so_far);
        let twentieth = so_far * 20 / self.members.max(1);
        if self.bar.is_hidden() && self.members >= Self::LARGE && twentieth > self.last_twentieth {
            self.last_twentieth = twentieth;
            eprintln!("{}", line(so_far, self.members, self.bar.elapsed()));
        }
        if so_far >= self.members && self.members >= Self::LARGE {
            self.finish();
        }
    }

    /// All members are written; what comes then has no number: indexes, of a million members for a
    /// minute.
    fn finish(&self) {
        const WHAT: &str = "all members are written; building indexes and committing";
        self.bar.set_style(
            ProgressStyle::with_template("{spinner} {msg}, {elapsed} so far")
                .unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        self.bar.set_message(WHAT);
        self.bar.enable_steady_tick(Duration::from_millis(250));
        if self.bar.is_hidden() {
            eprintln!("{WHAT}");
        }
    }
}

/// The rest is taken to go as fast as what is done.
fn line(so_far: u64, members: u64, elapsed: Duration) -> String {
    let left = elapsed.mul_f64(members.saturating_sub(so_far) as f64 / so_far.max(1) as f64);
    let (so_far, members) = (HumanCount(so_far), HumanCount(members));
    format!(
        "{so_far} of {members} members, {} s so far, {} s to go",
        elapsed.as_secs(),
        left.as_secs()
    )
}

/// The pages that the server shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pages {
    pub console: bool,
    pub playground: bool,
    pub outbox: bool,
}

/// Tells where the pages are and how to sign in.
pub(super) fn announce(url: &str, pages: Pages, has_demo: bool) {
    println!("\nConcierge is running.");
    if pages.console {
        println!("  Console     {url}/console/");
    }
    if pages.playground {
        println!("  Playground  {url}/playground");
    }
    println!("  GraphQL     {url}/graphql");
    if pages.outbox && pages.playground {
        println!("  Mails       {url}/playground/mail");
    }
    println!();
    if has_demo {
        println!(
            "Sign in to the DEMO portal (its credentials are public, so keep real data out of this database):\n{}",
            credentials()
        );
    } else {
        println!("The database holds other data, so the demo portal was not loaded.\n");
    }
}

fn credentials() -> String {
    let demo = &CREDENTIALS;
    format!(
        "  Workspace   {}\n  E-mail      {}\n  Password    {}\n  API key     {}\n",
        demo.workspace, demo.email, demo.password, demo.api_key
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_how_far_it_is() {
        let shown = line(250_000, 1_000_000, Duration::from_secs(90));
        assert_eq!(
            shown,
            "250,000 of 1,000,000 members, 90 s so far, 270 s to go"
        );
        assert_eq!(
            line(0, 300, Duration::ZERO),
            "0 of 300 members, 0 s so far, 0 s to go"
        );
    }
}
