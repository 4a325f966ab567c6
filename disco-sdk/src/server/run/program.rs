//! A whole program: a runtime, the command line, and the error that is printed at the end.

use std::ffi::OsString;
use std::pin::Pin;
use std::process::ExitCode;

use tokio::runtime::{Builder, LocalOptions};

use super::command;
#[cfg(feature = "http")]
use super::command::Command;
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

fn run<'a>(
    server: impl FnOnce() -> Server + 'a,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<()> {
    let options = command::parse(arguments)?;
    #[cfg(feature = "http")]
    let is_for_many = matches!(options.command, Command::Http(_));
    // As one pointer: each runtime polls it at several places, and would have all of its code at each.
    let work: Pin<Box<dyn Future<Output = Result<()>> + 'a>> =
        Box::pin(async { super::carry_out(server(), options).await });
    #[cfg(feature = "http")]
    if is_for_many {
        return Builder::new_multi_thread().enable_all().build()?.block_on(work);
    }
    // Many clients come over HTTP: every core serves them. Here there is one, whose messages one thread
    // reads and answers: with more of them, every call that waits would wake another one. As the runtime
    // is a local one, the code of the other kind is left out of a program without HTTP.
    Builder::new_current_thread().enable_all().build_local(LocalOptions::default())?.block_on(work)
}

fn print(error: &Error) {
    eprintln!("error: {error}");
    if let Some(suggestion) = error.suggestion() {
        eprintln!("       help: {suggestion}");
    }
}
