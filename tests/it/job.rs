//! What is done without being asked.

mod lease;
mod pruning;
mod sweeper;
mod warner;
