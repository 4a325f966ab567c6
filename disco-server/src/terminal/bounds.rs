//! How many terminals there may be, and how much is kept of them.

use serde::{Deserialize, Serialize};

/// The settings of terminals. They are keys of `disco.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bounds {
    /// Terminals at one time.
    pub max_terminals: usize,
    /// After how many minutes without use one is closed.
    pub terminal_idle_minutes: u64,
    /// How much of what one has shown is kept, in KiB.
    pub terminal_kb: usize,
    /// How large the recording of one may be, in MiB.
    pub recording_mb: u64,
    /// Recordings that are kept.
    pub max_recordings: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            max_terminals: 128,
            terminal_idle_minutes: 60,
            terminal_kb: 256,
            recording_mb: 16,
            max_recordings: 100,
        }
    }
}
