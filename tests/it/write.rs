//! The one write shape, whatever is written: its instant, rehearsals, replays, bulk calls, bad
//! input, a database that is busy.

mod bad_input;
mod bulk;
mod crowded;
mod every;
mod instant;
mod rehearsal;
mod replay;
mod several;
mod unavailable;
