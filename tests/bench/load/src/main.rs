//! Starts one server, calls it, checks every answer, and prints what it cost: one line of JSON.
//!
//! ```sh
//! bench-load SCENARIO [KEY=VALUE ...] -- SERVER [ARGUMENT ...]
//! ```
//!
//! `{address}` in the server's arguments becomes a free address of the loopback; without it the server is called on
//! standard input and output. The keys are the fields of `Options`.

mod answer;
mod http;
mod lines;
mod message;
mod options;
mod scenario;
mod server;
mod tally;

use std::process::ExitCode;

use options::Options;

/// Whatever went wrong, in words.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match Options::read(std::env::args().skip(1)).and_then(|options| scenario::play(&options)) {
        Ok(outcome) => {
            println!("{outcome}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bench-load: {error}");
            ExitCode::FAILURE
        }
    }
}
