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
    /// Tells every setting and where it comes from, as lines of `disco.toml`.
    Config {
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Tells the sets of tools that `--toolsets` chooses from, and why each tool is in `core`.
    Toolsets,
    /// Looks after the audit: what was done on this server, by whom, and what came of it.
    Audit {
        /// What to do with it.
        #[command(subcommand)]
        command: AuditCommand,
    },
}

/// What `disco audit` does.
#[derive(Debug, Clone, Subcommand)]
pub enum AuditCommand {
    /// Checks that no entry was changed or taken away, and names the first that was.
    ///
    /// Every entry carries a hash over itself and the entry before. The last hash is told: keep it elsewhere, and
    /// you can tell later that it is still in the chain. The exit code is 0 if all is right, and 1 if not.
    Verify {
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
}
