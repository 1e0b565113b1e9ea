//! The test's own mail server, which does what it is told: accepts, refuses, hangs, disconnects,
//! stops and starts. A small program over aiosmtpd (tests/setup finds or installs it) in another
//! process, reached over a socket.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use concierge::{mail::Mailer, service::Deps};
use serde::Deserialize;
use serde_json::{Value, json};

use super::TestApp;

/// The base URL of links in the tests' mails.
pub const LINKS: &str = "https://portal.example.org/link/";

/// The running server. Stopped when dropped.
pub struct Smtp {
    child: Child,
    pipes: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    port: u64,
}

/// A mail as the server accepted it, decoded.
#[derive(Debug, Clone, Deserialize)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub headers: std::collections::BTreeMap<String, String>,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Received {
    /// Its Message-ID.
    pub fn id(&self) -> &str {
        &self.headers["Message-ID"]
    }
}

/// A Python that has aiosmtpd: the one that tests/setup chose, else the system's before the first
/// on the path.
fn python() -> Option<String> {
    let knows = |python: &String| {
        let mut command = Command::new(python);
        command
            .args(["-c", "import aiosmtpd.smtp"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let chosen = env::var("TEST_PYTHON").ok();
    chosen
        .into_iter()
        .chain(["/usr/bin/python3", "python3"].map(str::to_owned))
        .find(knows)
}

impl Smtp {
    /// A server that accepts everything. `None`, with a notice, if there is no aiosmtpd; panics if
    /// `CI=true`.
    pub fn start() -> Option<Self> {
        Self::with(json!({}))
    }

    /// A server with settings: `auth`, `tls` (`implicit` or by STARTTLS) with `certificate` and
    /// `key`, `smtputf8`.
    pub fn with(settings: Value) -> Option<Self> {
        let Some(python) = python() else {
            let advice = "there is no aiosmtpd here; run `eval \"$(tests/setup)\"` first";
            assert!(
                env::var("CI").as_deref() != Ok("true"),
                "{advice}, and CI must not do without"
            );
            eprintln!("\n*** SKIPPED: {advice}. Nothing is proven about delivering mail. ***\n");
            return None;
        };
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/smtp/server.py");
        let mut command = Command::new(python);
        command
            .arg(program)
            .arg(settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("the mail server starts");
        let (input, output) = (
            child.stdin.take().expect("a pipe"),
            child.stdout.take().expect("a pipe"),
        );
        let mut output = BufReader::new(output);
        let port = answer(&mut output)["port"].as_u64().expect("a port");
        Some(Self {
            child,
            pipes: Mutex::new((input, output)),
            port,
        })
    }

    fn ask(&self, command: &Value) -> Value {
        let mut pipes = self.pipes.lock().expect("the pipes");
        writeln!(pipes.0, "{command}").expect("the mail server listens");
        answer(&mut pipes.1)
    }

    /// What it accepted so far.
    pub fn mails(&self) -> Vec<Received> {
        serde_json::from_value(self.ask(&json!({ "do": "mails" }))).expect("mails")
    }

    /// Sets the answers to the next mails; see the program.
    pub fn next(&self, answers: &[&str]) {
        self.ask(&json!({ "do": "next", "answers": answers }));
    }

    /// Refuses connections, and closes existing ones.
    pub fn stop(&self) {
        self.ask(&json!({ "do": "stop" }));
    }

    /// Accepts connections again.
    pub fn come_back(&self) {
        self.ask(&json!({ "do": "start" }));
    }

    /// Stops answering, with all connections open.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Continues.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(sent.expect("kill").success());
    }

    /// How many connections there were.
    pub fn connections(&self) -> u64 {
        self.ask(&json!({ "do": "connections" }))
            .as_u64()
            .expect("a number")
    }

    /// Its address, unencrypted.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub const fn port(&self) -> u64 {
        self.port
    }
}

fn answer(output: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    output
        .read_line(&mut line)
        .expect("the mail server answers");
    serde_json::from_str(&line)
        .unwrap_or_else(|error| panic!("the mail server said {line:?}: {error}"))
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A mailer over the server at `url`, with this timeout.
pub fn mailer(url: &str, timeout: Duration) -> Arc<Mailer> {
    let from = "Riverton Portal <portal@example.org>"
        .parse()
        .expect("a sender");
    Arc::new(Mailer::over_smtp(url, from, LINKS.to_owned(), timeout).expect("an URL"))
}

impl TestApp {
    /// Dependencies of services with mails going to that server.
    pub fn mailing(&self, smtp: &Smtp) -> Deps {
        Deps {
            mailer: mailer(&smtp.url(), Duration::from_secs(20)),
            ..self.app.deps.clone()
        }
    }
}
