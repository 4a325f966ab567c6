//! Flags and variables of terminals.

use clap::Args;
use serde::Serialize;

/// What flags and variables say of them.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct TerminalsGiven {
    /// How many terminals there may be at one time, 0 to 10000 [default: 128].
    #[arg(long, global = true, env = "DISCO_MAX_TERMINALS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_terminals: Option<usize>,
    /// After how many minutes without use a terminal is closed, 1 to 10080 [default: 60].
    #[arg(long, global = true, env = "DISCO_TERMINAL_IDLE_MINUTES", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminal_idle_minutes: Option<u64>,
    /// What is kept of what one terminal has shown, in KiB, 16 to 16384 [default: 256].
    #[arg(long, global = true, env = "DISCO_TERMINAL_KB", value_name = "KIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminal_kb: Option<usize>,
    /// Recording of one terminal, in MiB, 1 to 1024; what comes then is not recorded [default: 16].
    #[arg(long, global = true, env = "DISCO_RECORDING_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording_mb: Option<u64>,
    /// How many recordings are kept, 1 to 100000; the oldest go first [default: 100].
    #[arg(long, global = true, env = "DISCO_MAX_RECORDINGS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_recordings: Option<usize>,
}
