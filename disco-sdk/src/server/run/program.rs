//! A whole program: a runtime, the command line, and the error that is printed at the end.

use std::ffi::OsString;
use std::process::ExitCode;

use tokio::runtime::Builder;

use super::command::{self, Command, Options};
use crate::error::{Error, Result};
use crate::server::Server;

/// Runs the server that `server` puts together, and tells how it went.
pub fn program(server: impl FnOnce() -> Server) -> ExitCode {
    match run(server, std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(server: impl FnOnce() -> Server, arguments: impl IntoIterator<Item = OsString>) -> Result<()> {
    let options = command::parse(arguments)?;
    runtime(&options).enable_all().build()?.block_on(async { super::carry_out(server(), options).await })
}

/// Many clients come over HTTP: every core serves them. On stdio there is one client, whose messages one
/// thread reads and answers: a second one would cost it a wake-up for each call that waits, and a third
/// of the time until the first answer.
fn runtime(options: &Options) -> Builder {
    match options.command {
        Command::Http(_) => Builder::new_multi_thread(),
        _ => Builder::new_current_thread(),
    }
}

fn print(error: &Error) {
    eprintln!("error: {error}");
    if let Some(suggestion) = error.suggestion() {
        eprintln!("       help: {suggestion}");
    }
}
