//! `concierge demo`: the demo portal, and what it tells about itself.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use crate::{
    app::{self, Migrate},
    config::Settings,
    demo::{CREDENTIALS, DemoOptions},
};

/// What can be said to `demo`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// For people, or for scripts.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// How many members the main workspace gets.
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
    let bar = progress(arguments.members);
    let loaded = app.load_demo(DemoOptions { members }, |so_far| bar.set_position(so_far as u64)).await;
    bar.finish_and_clear();
    if !loaded? {
        let place = settings.database.shown();
        return Err(Failure::Refused(format!("{place} holds something else than the demo; it was left as it is")));
    }
    match arguments.format {
        Format::Text => print!("{}", credentials()),
        Format::Json => println!("{}", CREDENTIALS.to_json()),
    }
    Ok(ExitCode::SUCCESS)
}

/// On standard error, and only where that is a terminal.
fn progress(members: u64) -> ProgressBar {
    let style = "{bar:40} {human_pos} of {human_len} members, {elapsed} so far, {eta} to go";
    let bar = ProgressBar::new(members);
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// Tells where the playground is and how to sign in.
pub(super) fn announce(place: &str, has_demo: bool, shows_outbox: bool) {
    println!("\nConcierge is up.\n  Playground  {place}/playground\n  GraphQL     {place}/graphql");
    if shows_outbox {
        println!("  Mails       {place}/playground/mail");
    }
    println!();
    if has_demo {
        println!(
            "Sign in to the DEMO portal (these credentials are public: never put real data beside them):\n{}",
            credentials()
        );
    } else {
        println!("The database holds data of its own, so the demo portal was not loaded.\n");
    }
}

fn credentials() -> String {
    let demo = &CREDENTIALS;
    format!(
        "  Workspace   {}\n  E-mail      {}\n  Password    {}\n  API key     {}\n",
        demo.workspace, demo.email, demo.password, demo.api_key
    )
}
