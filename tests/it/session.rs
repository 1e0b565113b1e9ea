//! Signing in, the slow-down, sessions, last uses.

mod last_use;
mod lifetime;
mod sign_in;
mod sign_out;
mod slowing;
