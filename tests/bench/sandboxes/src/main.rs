//! What the sandboxes of the Disco server cost, through MCP over HTTP, beside the bare thing in the same run.
//!
//! ```sh
//! bench-sandboxes --disco target/release/disco [--rounds N] [--docker HOST --image IMAGE] [--page FILE]
//! ```
//!
//! Prints a table in Markdown, and on standard error what is under way; with `--page` it also writes the page of the
//! book. Every answer is checked.

mod client;
mod figures;
mod options;
mod page;
mod server;

use std::process::ExitCode;

/// Whatever went wrong, in words.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    match run() {
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

/// Measures, and writes the page if it is wished for; the table.
fn run() -> Result<String> {
    let options = options::Options::read(std::env::args().skip(1))?;
    let load = page::load()?;
    let figures = figures::measure(&options)?;
    if let Some(path) = &options.page {
        std::fs::write(path, page::page(&figures, &load)?)?;
    }
    Ok(page::table(&figures))
}
