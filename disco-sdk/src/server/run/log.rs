//! The log on standard error.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

/// Starts the log, unless the program has started one. `filter` goes before `RUST_LOG`; without
/// either it tells what happens, but not how.
pub(super) fn start(filter: Option<&str>) {
    let filter = match filter {
        Some(filter) => EnvFilter::new(filter),
        None => EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")),
    };
    // A program that has its own subscriber keeps it.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .try_init();
}
