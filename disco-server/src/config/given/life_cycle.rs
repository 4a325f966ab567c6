//! Flags and variables of how sandboxes come and go.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

/// What flags and variables say of it.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct LifeCycleGiven {
    /// How commands of a sandbox are isolated when its creator does not say [default: local].
    #[arg(long, global = true, env = "DISCO_BACKEND", value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// After how many seconds a sandbox is removed; 0: never, unless its creator says so [default: 0].
    #[arg(long, global = true, env = "DISCO_TTL_S", value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_s: Option<u64>,
    /// The most that a creator may ask for as `ttl_s`; 0: a day, or never to be removed [default: 0].
    #[arg(long, global = true, env = "DISCO_MAX_TTL_S", value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ttl_s: Option<u64>,
    /// After how many seconds without use a sandbox is removed; 0: never, unless its creator says so [default: 0].
    #[arg(long, global = true, env = "DISCO_IDLE_S", value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_s: Option<u64>,
    /// The most that a creator may ask for as `idle_s`; 0: a day, or never to be removed [default: 0].
    #[arg(long, global = true, env = "DISCO_MAX_IDLE_S", value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_idle_s: Option<u64>,
    /// Of how many sandboxes that are gone it is known why, 0 to 1000000; the oldest go first [default: 1000].
    #[arg(long, global = true, env = "DISCO_MAX_ENDED", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ended: Option<usize>,
    /// How many snapshots there may be, 0 to 10000 [default: 100].
    #[arg(long, global = true, env = "DISCO_MAX_SNAPSHOTS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_snapshots: Option<usize>,
    /// Size of all snapshots together, in MiB [default: 20480].
    #[arg(long, global = true, env = "DISCO_SNAPSHOT_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_mb: Option<u64>,
    /// Files, folders and links of a workspace that is copied or compared, from 1 [default: 1000000].
    #[arg(long, global = true, env = "DISCO_SNAPSHOT_FILES", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_files: Option<u64>,
    /// The folder of your own templates; `disco/templates` in the user's folder of settings, if absent.
    #[arg(long, global = true, env = "DISCO_TEMPLATES", value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub templates: Option<PathBuf>,
    /// How many sandboxes are prepared of each template in use that takes time to set up, 0 to 100 [default: 2].
    #[arg(long, global = true, env = "DISCO_POOL", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<usize>,
}
