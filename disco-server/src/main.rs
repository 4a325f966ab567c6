//! Reads the command line, does what it says, and prints the error.
#![expect(clippy::print_stdout, reason = "what `doctor`, `config` and their like tell is not the protocol")]

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches, ValueEnum};
use disco_server::audit::{Audit, chain::Verdict};
use disco_server::cli::{AuditCommand, Cli, Command};
use disco_server::config::{Config, Given, Setting};
use disco_server::connect::{self, Client};
use disco_server::sandbox::local::launch;
use disco_server::state::Store;
use disco_server::{Error, Result, app, doctor, toolsets};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    // Before anything else: the launcher must have one thread.
    if std::env::args_os().nth(1).is_some_and(|word| word == launch::COMMAND) {
        return launch::main();
    }
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match run(&cli, &matches) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("disco: {}\n  help: {}", error.message, error.suggestion);
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli, matches: &ArgMatches) -> Result<ExitCode> {
    let config = Config::load(&cli.given)?;
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| Error::from_io("start the runtime", &error))?;
    match &cli.command {
        Command::Stdio => {
            start_log();
            runtime.block_on(app::stdio(config))?;
        }
        Command::Serve => {
            start_log();
            runtime.block_on(app::serve(config))?;
        }
        Command::Connect { client, http } => {
            let way = if *http { connect::over_http(&config)? } else { connect::by_itself(&cli.given)? };
            let clients = client.as_ref().map_or(Client::value_variants(), std::slice::from_ref);
            print!("{}", connect::told(clients, &way));
        }
        Command::Doctor { json } => {
            let report = runtime.block_on(doctor::examine(&config));
            println!("{}", if *json { report.to_json() } else { report.to_string() });
            return Ok(if report.sandbox.works { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Config { json } => println!("{}", settings(&cli.given, matches, *json)?),
        Command::Toolsets => println!("{}", toolsets::told()),
        Command::Audit { command: AuditCommand::Verify { json } } => {
            let audit = Audit::new(Store::open(&config.data_dir)?, config.audit_entries);
            let verdict = runtime.block_on(audit.verify())?;
            println!("{}", if *json { to_json(&verdict)? } else { told(&verdict) });
            return Ok(if verdict.broken.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn settings(given: &Given, matches: &ArgMatches, json: bool) -> Result<String> {
    let settings = Config::explain(given, |key| matches.value_source(key))?;
    if json {
        return to_json(&settings);
    }
    Ok(settings.iter().map(Setting::to_string).collect::<Vec<_>>().join("\n"))
}

fn told(verdict: &Verdict) -> String {
    let Verdict { entries, first, head, broken } = verdict;
    match broken {
        None if *entries == 0 => "the audit is empty".to_owned(),
        None => format!("all {entries} entries are right, from number {first}; the last hash is {head}"),
        Some(broken) => {
            format!("entry {} is broken: {}; the {entries} before it are right", broken.seq, broken.why)
        }
    }
}

fn to_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(Error::internal)
}

/// Standard output belongs to the protocol; the log goes to standard error.
fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        // A log that nobody reads any more is no reason to panic.
        .log_internal_errors(false)
        .init();
}
