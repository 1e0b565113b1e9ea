//! Verifies a chain and finds where it breaks (AUD-2). Takes one event after the other and keeps
//! only the last.
//!
//! Without a pin kept elsewhere, this cannot detect that somebody with access to the database
//! removed the newest events and rewrote the end of the chain, or rewrote the whole chain.

use super::{
    GENESIS,
    recorded::{Recorded, Values},
};
use crate::domain::names::named_enum;

named_enum! {
    /// Why the chain of an audit log is broken.
    pub enum AuditBreakKind {
        /// The event, or the hash of the event before it, differs from what was written: it was
        /// altered, or moved to another number.
        EventAltered = "EVENT_ALTERED",
        /// There is no event with this number, but there should be one.
        EventMissing = "EVENT_MISSING",
        /// There are events from this number on, after the end of the chain.
        EventUnexpected = "EVENT_UNEXPECTED",
        /// A personal value of the event differs from what was written.
        ValueAltered = "VALUE_ALTERED",
        /// The event differs from the recorded end of the chain.
        EndAltered = "END_ALTERED",
        /// No event has the pin's number and hash: the event was altered or removed, or the pin
        /// does not belong to this chain.
        PinUnmatched = "PIN_UNMATCHED",
    }
}

/// Where a chain breaks, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// The number of the event at which it breaks.
    pub sequence: i64,
    /// What is wrong with that event.
    pub kind: AuditBreakKind,
}

/// A position in a chain. Kept elsewhere, it pins everything up to there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The number of an event.
    pub sequence: i64,
    /// The hash of that event.
    pub hash: Vec<u8>,
}

/// What is known of a chain besides its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainEnd {
    /// The last event, according to the row of the workspace or account.
    pub recorded: Pin,
    /// The largest number of any event.
    pub largest: i64,
}

/// A walk along a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    last: Pin,
    /// How many events were verified.
    pub verified: u64,
    /// How many of their personal values were erased.
    pub redacted: u64,
}

impl Walk {
    /// Starts at the beginning of the chain.
    pub fn from_start() -> Self {
        Self::after(Pin {
            sequence: 0,
            hash: GENESIS.to_vec(),
        })
    }

    /// Starts after the event `last`.
    pub const fn after(last: Pin) -> Self {
        Self {
            last,
            verified: 0,
            redacted: 0,
        }
    }

    /// The last verified event.
    pub const fn last(&self) -> &Pin {
        &self.last
    }

    /// Verifies the next event.
    pub fn take(&mut self, event: &Recorded) -> Result<(), Break> {
        let expected = self.last.sequence + 1;
        let broken = |sequence, kind| Err(Break { sequence, kind });
        if event.sequence > expected {
            return broken(expected, AuditBreakKind::EventMissing);
        }
        let form = event
            .form_after(&self.last.hash)
            .filter(|_| event.sequence == expected);
        let Some(form) = form else {
            return broken(event.sequence, AuditBreakKind::EventAltered);
        };
        match event.values(form) {
            Values::Altered => broken(event.sequence, AuditBreakKind::ValueAltered),
            Values::Whole { redacted } => {
                self.verified += 1;
                self.redacted += redacted;
                self.last = Pin {
                    sequence: event.sequence,
                    hash: event.hash.clone(),
                };
                Ok(())
            }
        }
    }

    /// Reports that there are no more events up to the number `to`.
    pub const fn reached(&self, to: i64) -> Result<(), Break> {
        if self.last.sequence < to {
            Err(Break {
                sequence: self.last.sequence + 1,
                kind: AuditBreakKind::EventMissing,
            })
        } else {
            Ok(())
        }
    }

    /// Reports that there are no more events at all.
    pub fn ended(&self, end: &ChainEnd) -> Result<(), Break> {
        self.reached(end.recorded.sequence)?;
        if self.last != end.recorded {
            return Err(Break {
                sequence: end.recorded.sequence,
                kind: AuditBreakKind::EndAltered,
            });
        }
        if end.largest > end.recorded.sequence {
            return Err(Break {
                sequence: end.recorded.sequence + 1,
                kind: AuditBreakKind::EventUnexpected,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
