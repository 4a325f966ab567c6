//! What the registry is told by the settings, and its clock.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::sandbox::limits::Limits;

/// What the registry is told by the settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The workspace of the default sandbox; made when it is absent.
    pub workspace: PathBuf,
    /// Where everything else is kept.
    pub data_dir: PathBuf,
    /// How many sandboxes there may be beside the default one.
    pub max_sandboxes: usize,
    /// What a sandbox may take when its creator does not say; also the most that a creator may ask for.
    pub limits: Limits,
    /// How sandboxes come and go.
    pub life: LifeCycle,
    /// What time it is.
    pub clock: Clock,
}

impl Settings {
    /// The defaults.
    #[must_use]
    pub fn new(workspace: PathBuf, data_dir: PathBuf) -> Self {
        Self {
            workspace,
            data_dir,
            max_sandboxes: 50,
            limits: Limits::default(),
            life: LifeCycle::default(),
            clock: Clock::default(),
        }
    }

    /// The folder of the workspaces of all sandboxes but the default one.
    pub(super) fn workspaces(&self) -> PathBuf {
        self.data_dir.join("workspaces")
    }
}

/// The settings of how sandboxes come and go. They are keys of `disco.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LifeCycle {
    /// The backend of a sandbox whose creator names none.
    pub backend: String,
    /// After how many seconds a sandbox is removed when its creator does not say; 0: never.
    pub ttl_s: u64,
    /// The longest that a creator may ask for; 0: a day, or never to be removed.
    pub max_ttl_s: u64,
    /// After how many seconds without use a sandbox is removed when its creator does not say; 0: never.
    pub idle_s: u64,
    /// The longest that a creator may ask for; 0: any time, and never.
    pub max_idle_s: u64,
    /// Of how many sandboxes that are gone it is known why.
    pub max_ended: usize,
    /// How many snapshots there may be.
    pub max_snapshots: usize,
    /// How large all snapshots together may be, in MiB. What they share with each other is counted for each.
    pub snapshot_mb: u64,
    /// How many files, folders and links a tree may have that is copied or compared.
    pub snapshot_files: u64,
    /// The folder of the user's own templates; none if empty.
    pub templates: PathBuf,
    /// How many sandboxes are prepared of each template in use that takes time to set up.
    pub pool: usize,
}

impl Default for LifeCycle {
    fn default() -> Self {
        Self {
            backend: "local".to_owned(),
            ttl_s: 0,
            max_ttl_s: 0,
            idle_s: 0,
            max_idle_s: 0,
            max_ended: 1000,
            max_snapshots: 100,
            snapshot_mb: 20_480,
            snapshot_files: 1_000_000,
            templates: PathBuf::new(),
            pool: 2,
        }
    }
}

/// The time of day, which a test may move on.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    ahead_ms: Arc<AtomicU64>,
}

impl Clock {
    /// The time since 1970.
    pub(crate) fn now(&self) -> Duration {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        now + Duration::from_millis(self.ahead_ms.load(Ordering::Relaxed))
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        self.ahead_ms.fetch_add(u64::try_from(by.as_millis()).unwrap_or(0), Ordering::Relaxed);
    }
}
