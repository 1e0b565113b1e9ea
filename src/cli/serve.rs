//! `concierge serve`: listen, serve, and drain when told to stop.

use std::{io, process::ExitCode};

use clap::Args;
use tokio::{net::TcpListener, sync::oneshot, time::sleep};
use tracing::{info, warn};

use super::{Failure, demo, logging};
use crate::{
    app::{self, Migrate},
    config::Settings,
    demo::{CREDENTIALS, DemoOptions},
};

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// For trying out: migrate, load the demo portal if the database is empty, and show mails in the
    /// playground if no mail server is set.
    #[arg(long)]
    demo: bool,
}

pub(super) async fn run(mut settings: Settings, arguments: Arguments) -> Result<ExitCode, Failure> {
    logging::start(&settings.log);
    // First, so that a taken port is told before the database is touched.
    let listen = |error| Failure::Listen(settings.listen, error);
    let listener = TcpListener::bind(settings.listen).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    // A port that was left open is known now: links in mails name it.
    settings.listen = address;

    let migrate = if arguments.demo {
        Migrate::Always
    } else {
        Migrate::Never
    };
    let mut app = app::open(&settings, migrate).await?;
    let has_demo = if arguments.demo {
        app.load_demo(DemoOptions::default(), |_| ()).await?
    } else {
        app.holds_demo().await?
    };
    if has_demo
        && !arguments.demo
        && let Some(reason) = open_to_strangers(&settings)
    {
        return Err(Failure::Refused(reason));
    }
    if let Err(fault) = settings.inspect_privacy() {
        warn!(%fault, "other users of this machine can read the database files");
    }
    if has_demo && !address.ip().is_loopback() {
        warn!(%address, "this server accepts the demo's public credentials and listens beyond this machine");
    }
    let shows_outbox = settings.mail.show_outbox
        || (arguments.demo && has_demo && settings.mail.smtp_url.is_none());
    if shows_outbox {
        app.show_outbox();
    }
    if shows_outbox && !address.ip().is_loopback() {
        warn!(%address, "/playground/mail shows everybody the links in mails, and this server listens beyond this machine");
    }
    if arguments.demo && has_demo {
        app.tell_demo(CREDENTIALS.to_json());
    }
    info!(%address, version = env!("CARGO_PKG_VERSION"), database = settings.database.shown(), "serving");
    if arguments.demo {
        let pages = demo::Pages {
            console: settings.server.console,
            playground: settings.server.playground,
            outbox: shows_outbox,
        };
        demo::announce(&settings.public_url(address), pages, has_demo);
    }

    let (stop, stopped) = oneshot::channel::<()>();
    let serving = app.serve(listener, async move { drop(stopped.await) });
    tokio::pin!(serving);
    tokio::select! {
        ended = &mut serving => { ended?; return Ok(ExitCode::SUCCESS) }
        signal = stop_signal() => info!(signal = signal?, "stopping: refusing new connections, finishing requests in progress"),
    }
    drop(stop);
    tokio::select! {
        ended = &mut serving => ended?,
        () = sleep(settings.server.shutdown_grace) => warn!("the grace period is over (server.shutdown_grace_seconds): aborting requests in progress"),
        signal = stop_signal() => warn!(signal = signal?, "stopping at once: aborting requests in progress"),
    }
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Why the demo, whose credentials are public, is not served as it is set up: it looks like the
/// real thing.
fn open_to_strangers(settings: &Settings) -> Option<String> {
    let https = settings
        .server
        .public_url
        .as_deref()
        .is_some_and(|url| url.starts_with("https://"));
    let why = match (https, settings.mail.smtp_url.is_some()) {
        (true, _) => "`server.public_url` is https",
        (false, true) => "`mail.smtp_url` is set",
        (false, false) => return None,
    };
    Some(format!(
        "this database holds the demo, whose passwords and keys are public, and {why}: use another database, or start with --demo to \
         serve the demo"
    ))
}

#[cfg(unix)]
async fn stop_signal() -> io::Result<&'static str> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => Ok("SIGTERM"),
        _ = interrupt.recv() => Ok("SIGINT"),
    }
}

#[cfg(not(unix))]
async fn stop_signal() -> io::Result<&'static str> {
    tokio::signal::ctrl_c().await.map(|()| "Ctrl-C")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(variables: &[(&str, &str)]) -> Option<String> {
        let environment = variables
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        open_to_strangers(&Settings::read(None, environment).unwrap())
    }

    #[test]
    fn the_demo_is_not_served_where_it_looks_real() {
        assert_eq!(reason(&[]), None);
        assert_eq!(
            reason(&[("CONCIERGE_SERVER__PUBLIC_URL", "http://localhost:8080")]),
            None
        );
        let https = (
            "CONCIERGE_SERVER__PUBLIC_URL",
            "https://accounts.example.org",
        );
        assert!(
            reason(&[https])
                .unwrap()
                .contains("`server.public_url` is https")
        );
        let smtp = ("CONCIERGE_MAIL__SMTP_URL", "smtp://localhost:25");
        let links = (
            "CONCIERGE_MAIL__LINK_URL",
            "https://portal.example.org/link/",
        );
        assert!(reason(&[smtp, links]).unwrap().contains("--demo"));
    }
}
