//! Flags and variables of how sandboxes come and go.

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
    /// The most that a creator may ask for as `ttl_s`; 0: anything [default: 0].
    #[arg(long, global = true, env = "DISCO_MAX_TTL_S", value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ttl_s: Option<u64>,
    /// After how many seconds without use a sandbox is removed; 0: never, unless its creator says so [default: 0].
    #[arg(long, global = true, env = "DISCO_IDLE_S", value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_s: Option<u64>,
    /// The most that a creator may ask for as `idle_s`; 0: anything [default: 0].
    #[arg(long, global = true, env = "DISCO_MAX_IDLE_S", value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_idle_s: Option<u64>,
    /// Of how many sandboxes that are gone it is known why, 0 to 1000000; the oldest go first [default: 1000].
    #[arg(long, global = true, env = "DISCO_MAX_ENDED", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ended: Option<usize>,
}
