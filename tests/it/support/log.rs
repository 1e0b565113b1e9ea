//! What the code under test logs on the test's own thread.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

/// Records the log until it is dropped.
pub struct Log {
    text: Written,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Starts recording everything from `info` on.
    pub fn listen() -> Self {
        Self::of("info")
    }

    /// Starts recording the text of each statement.
    pub fn statements() -> Self {
        Self::of("concierge::sql=trace")
    }

    fn of(filter: &str) -> Self {
        let text = Written::default();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
            .with_ansi(false)
            .with_writer(text.clone())
            .finish();
        Self {
            text,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    /// What was logged so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.0.lock().expect("the log")).into_owned()
    }

    /// Checks that something was logged, but no internal error.
    #[track_caller]
    pub fn assert_clean(&self) {
        let text = self.text();
        assert!(text.contains("request"), "nothing was heard");
        let bad: Vec<&str> = text
            .lines()
            .filter(|line| line.contains(" ERROR ") || line.contains(" WARN "))
            .collect();
        assert!(bad.is_empty(), "{}", bad.join("\n"));
    }
}
