//! The command line of `disco`. Its help pages are in `cli/`: they teach by examples.

use clap::{Parser, Subcommand};

use crate::config::Given;
use crate::connect::Client;

/// A coding environment for AI clients: sandboxes, files, terminals and git over MCP.
#[derive(Debug, Parser)]
#[command(name = "disco", version, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "`disco --help` tells more: what to do first, and where settings come from.")]
#[command(after_long_help = include_str!("cli/disco.txt"))]
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
    ///
    /// Clients start it themselves; there is nothing to type. `disco connect` tells what to write into a client's
    /// settings.
    #[command(after_long_help = include_str!("cli/stdio.txt"))]
    Stdio,
    /// Serves clients over HTTP, on this machine only.
    ///
    /// It answers MCP at /mcp, REST at /api/v1, and shows in a browser at / what it is doing. First it tells how each
    /// client connects.
    #[command(after_long_help = include_str!("cli/serve.txt"))]
    Serve,
    /// Tells how to connect a client: words to paste.
    ///
    /// Without an option, the client starts Disco itself, with the settings that are given here. With `--http` it
    /// connects to a server that runs.
    #[command(after_long_help = include_str!("cli/connect.txt"))]
    Connect {
        /// The client; all of them if left out.
        client: Option<Client>,
        /// Connect to a server that runs, at the address in `--listen`.
        #[arg(long)]
        http: bool,
    },
    /// Tells what this machine offers, and what of it is used and why.
    ///
    /// A sandbox is tried. The exit code is 0 if commands can be run here, and 1 if not.
    #[command(after_long_help = include_str!("cli/doctor.txt"))]
    Doctor {
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Tells every setting and where it comes from, as lines of `disco.toml`.
    #[command(after_long_help = include_str!("cli/config.txt"))]
    Config {
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Tells the sets of tools that `--toolsets` chooses from, and why each tool is in `core`.
    #[command(after_long_help = include_str!("cli/toolsets.txt"))]
    Toolsets,
    /// Looks after the audit: what was done on this server, by whom, and what came of it.
    #[command(after_long_help = include_str!("cli/audit.txt"))]
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
