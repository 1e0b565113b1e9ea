//! The binary: its allocator and its command line.

use std::process::ExitCode;

/// Lists of many small values are a good deal faster with it (architecture: "Choices already
/// made").
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    concierge::cli::run()
}
