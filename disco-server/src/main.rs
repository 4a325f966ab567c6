//! Reads the command line, does what it says, and prints the error.
#![expect(clippy::print_stdout, reason = "`doctor` is not the protocol")]

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser;
use disco_server::cli::{Cli, Command};
use disco_server::config::Config;
use disco_server::sandbox::local::launch;
use disco_server::{Result, app, doctor};
use tracing_subscriber::EnvFilter;

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
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| disco_server::Error::from_io("start the runtime", &error))?;
    match &cli.command {
        Command::Stdio => {
            start_log();
            runtime.block_on(app::stdio(config))?;
        }
        Command::Serve => {
            start_log();
            runtime.block_on(app::serve(config))?;
        }
        Command::Doctor { json } => {
            let report = runtime.block_on(doctor::examine(&config));
            println!("{}", if *json { report.to_json() } else { report.to_string() });
            return Ok(if report.sandbox.works { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Standard output belongs to the protocol; the log goes to standard error.
fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}
