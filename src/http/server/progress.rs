//! The progress of one connection: what it waits for and since when, and so when it has to end.
//!
//! Owns that computation. Must not sleep, and must not touch a socket.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::{sync::Notify, time::Instant};

use super::ConnectionLimits;

/// The progress of one connection. Its socket, its requests and its answers report to it.
#[derive(Debug)]
pub(super) struct Progress {
    state: Mutex<State>,
    leave: Notify,
}

#[derive(Debug)]
struct State {
    /// When the last answer ended, or its client last read on; at first the beginning of the
    /// connection.
    waiting_since: Instant,
    /// When the first byte of an incomplete header arrived.
    header_since: Option<Instant>,
    /// Since when the client has not read what is being written.
    blocked_since: Option<Instant>,
    /// The running answers, and since when each has a piece that the client does not read.
    answers: HashMap<u64, Option<Instant>>,
    /// The requests whose body is being waited for, and since when.
    receiving: HashMap<u64, Instant>,
    next: u64,
    /// Whether it was asked to leave.
    is_leaving: bool,
    /// HTTP/2 mixes other frames with headers, so only idleness is measured there.
    is_http2: bool,
}

/// What to do about a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing until then at least.
    At(Instant),
    /// End it.
    Now,
}

impl State {
    /// Since when there has been no request that is complete.
    fn without_request(&self) -> Option<Instant> {
        if self.answers.is_empty() {
            return Some(self.waiting_since);
        }
        let waits = |number: &u64| self.receiving.get(number).copied();
        let since: Option<Vec<Instant>> = self.answers.keys().map(waits).collect();
        since?.into_iter().max()
    }
}

impl Progress {
    pub(super) fn new(now: Instant) -> Self {
        let state = State {
            waiting_since: now,
            // A connection is made to be used: its first header is expected from the beginning.
            header_since: Some(now),
            blocked_since: None,
            answers: HashMap::new(),
            receiving: HashMap::new(),
            next: 0,
            is_leaving: false,
            is_http2: false,
        };
        Self {
            state: Mutex::new(state),
            leave: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes arrived.
    pub(super) fn read(&self, now: Instant) {
        let mut state = self.state();
        if state.answers.is_empty() && state.header_since.is_none() && !state.is_http2 {
            state.header_since = Some(now);
        }
    }

    /// Bytes were written, or none could be.
    pub(super) fn wrote(&self, taken: bool, now: Instant) {
        let mut state = self.state();
        if taken {
            // Only for a client that was being waited for: otherwise HTTP/2 pings would keep an
            // idle connection.
            if state.blocked_since.take().is_some() {
                state.waiting_since = now;
            }
        } else if state.blocked_since.is_none() {
            state.blocked_since = Some(now);
        }
    }

    /// A header is complete. Returns the number of its answer.
    pub(super) fn request(&self, is_http2: bool) -> u64 {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        (state.header_since, state.is_leaving, state.is_http2) = (None, false, is_http2);
        state.answers.insert(number, None);
        number
    }

    /// The body of a request is being waited for. Bytes that trickle in do not change since when.
    pub(super) fn receiving(&self, number: u64, now: Instant) {
        let mut state = self.state();
        if state.answers.contains_key(&number) {
            state.receiving.entry(number).or_insert(now);
        }
    }

    /// The body of a request is complete, or nobody reads on.
    pub(super) fn received(&self, number: u64) {
        self.state().receiving.remove(&number);
    }

    /// A piece of the answer is ready to be read, or the answer waits for its next piece.
    pub(super) fn answering(&self, number: u64, ready: bool, now: Instant) {
        let since = ready.then_some(now);
        if let Some(ready_since) = self.state().answers.get_mut(&number) {
            *ready_since = since;
        }
    }

    /// The answer is complete or was abandoned.
    pub(super) fn answered(&self, number: u64, now: Instant) {
        let mut state = self.state();
        state.answers.remove(&number);
        state.receiving.remove(&number);
        state.waiting_since = now;
    }

    /// Since when there has been no request. `None` if there is one.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let state = self.state();
        state.answers.is_empty().then_some(state.waiting_since)
    }

    /// Whether it speaks HTTP/2.
    pub(super) fn is_http2(&self) -> bool {
        self.state().is_http2
    }

    /// Since when it has been without a request that is complete, unless it was already asked to
    /// leave: whoever sends headers and holds back the bodies keeps nobody out.
    pub(super) fn evictable_since(&self) -> Option<Instant> {
        let state = self.state();
        state.without_request().filter(|_| !state.is_leaving)
    }

    /// Whether nothing is lost by ending it now: it has no request that is complete.
    pub(super) fn may_leave(&self) -> bool {
        self.state().without_request().is_some()
    }

    /// Asks the connection to leave if it has no complete request by then.
    pub(super) fn leave(&self) {
        self.state().is_leaving = true;
        self.leave.notify_one();
    }

    /// Waits until the connection is asked to leave.
    pub(super) async fn left(&self) {
        self.leave.notified().await;
    }

    /// Whether the connection has to end now, or when to check again.
    pub(super) fn due(&self, limits: &ConnectionLimits, now: Instant) -> Due {
        let state = self.state();
        let header = state
            .header_since
            .filter(|_| state.answers.is_empty())
            .map(|since| since + limits.header_timeout);
        let idle = state
            .answers
            .is_empty()
            .then(|| state.waiting_since + limits.idle_timeout);
        let stalled = state
            .answers
            .values()
            .flatten()
            .chain(&state.blocked_since)
            .min()
            .map(|since| *since + limits.stall_timeout);
        // What begins after this check is due no sooner than after the shortest time-out.
        let again = now + limits.shortest();
        match [header, idle, stalled].into_iter().flatten().min() {
            Some(at) if at <= now => Due::Now,
            Some(at) => Due::At(at.min(again)),
            None => Due::At(again),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A connection and its clock.
    struct Watched {
        progress: Progress,
        now: Instant,
    }

    impl Watched {
        fn new() -> Self {
            let now = Instant::now();
            Self {
                progress: Progress::new(now),
                now,
            }
        }

        /// After one request, which was answered at once.
        fn after_a_request(is_http2: bool) -> Self {
            let watched = Self::new();
            watched
                .progress
                .answered(watched.progress.request(is_http2), watched.now);
            watched
        }

        /// Whether it is due after `seconds` more.
        fn is_due_after(&mut self, seconds: u64) -> bool {
            self.now += Duration::from_secs(seconds);
            self.progress.due(&ConnectionLimits::default(), self.now) == Due::Now
        }
    }

    #[test]
    fn a2_a_withheld_body_keeps_no_slot() {
        let watched = Watched::new();
        let (progress, now) = (&watched.progress, watched.now);
        let first = progress.request(true);
        progress.receiving(first, now);
        progress.receiving(first, now + Duration::from_secs(5));
        assert_eq!(
            progress.evictable_since(),
            Some(now),
            "trickles do not help"
        );
        let second = progress.request(true);
        assert_eq!(
            progress.evictable_since(),
            None,
            "a complete request is under way"
        );
        progress.answered(second, now);
        assert!(progress.may_leave());
        progress.received(first);
        assert!(!progress.may_leave(), "its body is complete");
    }

    #[test]
    fn a2_a_header_has_ten_seconds() {
        let mut watched = Watched::new();
        assert!(!watched.is_due_after(9));
        watched.progress.read(watched.now);
        assert!(
            watched.is_due_after(1),
            "bytes that trickle in give no more time"
        );
    }

    #[test]
    fn a2_an_idle_connection_stays_and_its_next_header_has_ten_seconds() {
        let mut watched = Watched::new();
        let number = watched.progress.request(false);
        assert!(
            !watched.is_due_after(1_000),
            "the request has its own time-outs"
        );
        watched.progress.answered(number, watched.now);
        assert!(!watched.is_due_after(74));
        assert!(watched.is_due_after(1));

        let mut watched = Watched::after_a_request(false);
        assert!(!watched.is_due_after(20));
        watched.progress.read(watched.now);
        assert!(!watched.is_due_after(9));
        assert!(watched.is_due_after(1));
    }

    #[test]
    fn a2_other_frames_of_http2_are_neither_header_nor_use() {
        let mut watched = Watched::after_a_request(true);
        watched.progress.read(watched.now);
        assert!(!watched.is_due_after(74));
        watched.progress.wrote(true, watched.now);
        assert!(watched.is_due_after(1));
    }

    #[test]
    fn a2_a_client_that_takes_nothing_has_thirty_seconds() {
        let mut watched = Watched::new();
        let number = watched.progress.request(true);
        watched.progress.answering(number, true, watched.now);
        assert!(!watched.is_due_after(29));
        watched.progress.answering(number, true, watched.now);
        assert!(!watched.is_due_after(29), "a piece was taken");
        watched.progress.answering(number, false, watched.now);
        assert!(
            !watched.is_due_after(100),
            "the next piece is not there yet"
        );
        watched.progress.wrote(false, watched.now);
        assert!(watched.is_due_after(30), "the socket is full");
        watched.progress.wrote(true, watched.now);
        assert!(!watched.is_due_after(0));
    }

    #[test]
    fn the_next_look_is_never_too_late() {
        let Watched { progress, now } = Watched::after_a_request(false);
        assert_eq!(
            progress.due(&ConnectionLimits::default(), now),
            Due::At(now + Duration::from_secs(10))
        );
    }
}
