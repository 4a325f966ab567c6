//! What the sandboxes of the Disco server cost, through MCP over HTTP, beside the bare thing in the same run.
//!
//! ```sh
//! bench-sandboxes --disco target/release/disco [--rounds N] [--docker HOST --image IMAGE]
//! ```
//!
//! Prints a table in Markdown, and on standard error what is under way. Every answer is checked.

mod client;
mod figures;
mod options;
mod server;

use std::process::ExitCode;

/// Whatever went wrong, in words.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    match options::Options::read(std::env::args().skip(1)).and_then(|options| figures::measure(&options)) {
        Ok(table) => {
            println!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bench-sandboxes: {error}");
            ExitCode::FAILURE
        }
    }
}
