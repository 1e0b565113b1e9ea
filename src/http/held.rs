//! The memory of large answers that their clients have not read yet.
//!
//! Owns the sum over all connections. Whoever asks for large answers and does not read them must not
//! fill the memory of the process: further ones are refused until some are read, or their
//! connections end.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;

/// Answers up to this size are not counted: connections are bounded, and so are they.
const SMALL: usize = 64 << 10;

/// How many bytes of larger answers the process holds at most.
const MOST: usize = 256 << 20;

static HELD: AtomicUsize = AtomicUsize::new(0);

/// An answer that counts until the connection has taken its last byte.
struct Held(Vec<u8>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.fetch_sub(self.0.len(), Ordering::Relaxed);
    }
}

/// The answer as bytes that count while they are held. `None` if too many are held already, unless
/// the answer `must_go`: what has been committed is told.
pub(super) fn hold(body: Vec<u8>, must_go: bool) -> Option<Bytes> {
    if body.len() <= SMALL {
        return Some(body.into());
    }
    let before = HELD.fetch_add(body.len(), Ordering::Relaxed);
    let held = Held(body);
    (must_go || before < MOST).then(|| Bytes::from_owner(held))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a5_answers_count_until_they_are_dropped() {
        let large = || vec![0; 100 << 20];
        let held: Vec<Bytes> = (0..3).filter_map(|_| hold(large(), false)).collect();
        assert_eq!(held.len(), 3);
        assert!(hold(large(), false).is_none(), "300 MB are held");
        assert!(hold(large(), true).is_some(), "what was committed is told");
        assert!(hold(vec![0; SMALL], false).is_some(), "small ones are free");
        let part = held.first().map(|bytes| bytes.slice(..10));
        drop(held);
        assert!(
            HELD.load(Ordering::Relaxed) >= 100 << 20,
            "a part is still held"
        );
        drop(part);
        assert!(hold(large(), false).is_some());
    }
}
