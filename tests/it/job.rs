//! What is done without being asked.

mod inactivity;
mod lease;
mod pruning;
mod sweeper;
mod warner;
