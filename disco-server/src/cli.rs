//! The command line of `disco`.

use clap::{Parser, Subcommand};

use crate::config::Given;

/// A coding environment for AI clients: sandboxes, files, terminals and git over MCP.
#[derive(Debug, Parser)]
#[command(name = "disco", version, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The settings.
    #[command(flatten)]
    pub given: Given,
}

/// What `disco` does.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Serves one client on standard input and output.
    Stdio,
    /// Serves clients over HTTP, on this machine only.
    Serve,
    /// Tells what this machine offers, and what of it is used and why.
    Doctor {
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
}
