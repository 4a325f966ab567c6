//! How far the server walks through the files of a sandbox. Commands make these trees, so a walk has bounds.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What one walk may take. They are keys of `disco.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Walks {
    /// After how many seconds a walk ends with what it has.
    pub walk_seconds: u64,
    /// How many names are held at one time: those of a folder and of all above it, together.
    pub walk_names: usize,
    /// How many folders deep a walk goes; deeper ones are named, but not entered.
    pub walk_depth: usize,
    /// How much of ignore files is obeyed at one place, in KiB: those of a folder and of all above it, together.
    pub walk_ignore_kb: usize,
    /// The largest file that is searched, in MiB.
    pub search_mb: u64,
}

impl Default for Walks {
    fn default() -> Self {
        Self { walk_seconds: 20, walk_names: 100_000, walk_depth: 128, walk_ignore_kb: 64, search_mb: 20 }
    }
}

impl Walks {
    pub(crate) fn patience(&self) -> Duration {
        Duration::from_secs(self.walk_seconds)
    }

    pub(crate) fn ignore_bytes(&self) -> usize {
        self.walk_ignore_kb << 10
    }
}
