//! Flags and variables of how far the server walks through the files of a sandbox.

use clap::Args;
use serde::Serialize;

/// What flags and variables say of it.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct WalksGiven {
    /// After how many seconds a listing, search or deletion ends its walk, 1 to 600; what is left out is told [default: 20].
    #[arg(long, global = true, env = "DISCO_WALK_SECONDS", value_name = "S")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walk_seconds: Option<u64>,
    /// How many names a walk holds, of a folder and of all above it, 100 to 10000000 [default: 100000].
    #[arg(long, global = true, env = "DISCO_WALK_NAMES", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walk_names: Option<usize>,
    /// How many folders deep a walk goes, 1 to 512 [default: 128].
    #[arg(long, global = true, env = "DISCO_WALK_DEPTH", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walk_depth: Option<usize>,
    /// How much of `.gitignore` files a walk obeys at one place, in KiB, 1 to 16384 [default: 64].
    #[arg(long, global = true, env = "DISCO_WALK_IGNORE_KB", value_name = "KIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walk_ignore_kb: Option<usize>,
    /// The largest file that a search looks into, in MiB, 1 to 1024 [default: 20].
    #[arg(long, global = true, env = "DISCO_SEARCH_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_mb: Option<u64>,
}
