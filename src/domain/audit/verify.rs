//! Whether a chain holds, and where it breaks (AUD-2). Takes one event after the other and
//! remembers the last alone.
//!
//! What cannot be seen without a pin kept outside: that whoever has the database removed the newest
//! events and wrote the end of the chain anew, or wrote a whole chain anew.

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

/// Where a chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// The number at which it breaks.
    pub sequence: i64,
    /// What is wrong there.
    pub kind: AuditBreakKind,
}

/// A place in a chain that was seen: kept outside, it pins everything up to there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The number of an event.
    pub sequence: i64,
    /// Its hash.
    pub hash: Vec<u8>,
}

/// What is known of a chain besides its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainEnd {
    /// The last event, as the row of the workspace or account says.
    pub said: Pin,
    /// The largest number that any event has.
    pub largest: i64,
}

/// A walk along a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    last: Pin,
    /// How many events hold.
    pub verified: u64,
    /// How many of their personal values are not there any more.
    pub redacted: u64,
}

impl Walk {
    /// From the beginning.
    pub fn from_start() -> Self {
        Self::behind(Pin {
            sequence: 0,
            hash: GENESIS.to_vec(),
        })
    }

    /// From the event after `last`.
    pub const fn behind(last: Pin) -> Self {
        Self {
            last,
            verified: 0,
            redacted: 0,
        }
    }

    /// The last event that holds.
    pub const fn last(&self) -> &Pin {
        &self.last
    }

    /// Takes the next event.
    pub fn take(&mut self, event: &Recorded) -> Result<(), Break> {
        let expected = self.last.sequence + 1;
        let broken = |sequence, kind| Err(Break { sequence, kind });
        if event.sequence > expected {
            return broken(expected, AuditBreakKind::EventMissing);
        }
        let form = event
            .form_behind(&self.last.hash)
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

    /// There are no more events up to `to`.
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

    /// There are no more events at all.
    pub fn ended(&self, end: &ChainEnd) -> Result<(), Break> {
        self.reached(end.said.sequence)?;
        if self.last != end.said {
            return Err(Break {
                sequence: end.said.sequence,
                kind: AuditBreakKind::EndAltered,
            });
        }
        if end.largest > end.said.sequence {
            return Err(Break {
                sequence: end.said.sequence + 1,
                kind: AuditBreakKind::EventUnexpected,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
