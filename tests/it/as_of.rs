//! Reading access as of any instant (TIME-3).

mod bad_input;
mod cache;
mod diff;
mod past;
mod replayed;
mod settled;
