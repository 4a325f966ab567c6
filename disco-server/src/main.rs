//! Reads the command line, does what it says, and prints the error.
#![expect(clippy::print_stdout, reason = "`doctor` is not the protocol")]

use std::process::ExitCode;

use clap::Parser;
use disco_server::cli::{Cli, Command};
use disco_server::config::Config;
use disco_server::sandbox::local::launch;
use disco_server::{Result, doctor};

fn main() -> ExitCode {
    // Before anything else: the launcher must have one thread.
    if std::env::args_os().nth(1).is_some_and(|word| word == launch::COMMAND) {
        return launch::main();
    }
    match run(&Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("disco: {}\n  help: {}", error.message, error.suggestion);
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<ExitCode> {
    let config = Config::load(&cli.given)?;
    match &cli.command {
        Command::Doctor { json } => {
            let report = runtime()?.block_on(doctor::examine(&config));
            println!("{}", if *json { report.to_json() } else { report.to_string() });
            Ok(if report.sandbox.works { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        // Served by the faces, which are not here yet.
        Command::Stdio | Command::Serve => {
            eprintln!("disco: this build has no protocol face");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Runtime::new().map_err(|error| disco_server::Error::from_io("start the runtime", &error))
}
