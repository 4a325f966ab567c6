//! A whole program: a runtime, the command line, and the error that is printed at the end.

use std::process::ExitCode;

use crate::error::{Error, Result};
use crate::server::Server;

/// Runs the server that `server` puts together, and tells how it went.
pub fn program(server: impl FnOnce() -> Server) -> ExitCode {
    match run(server) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(server: impl FnOnce() -> Server) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(server().run())
}

fn print(error: &Error) {
    eprintln!("error: {error}");
    if let Some(suggestion) = error.suggestion() {
        eprintln!("       help: {suggestion}");
    }
}
