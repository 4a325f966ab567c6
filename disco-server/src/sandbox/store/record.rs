//! One sandbox as it is remembered.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sandbox::limits::Limits;
use crate::sandbox::network::Network;

/// The template of a sandbox whose creator names none.
pub const BASE: &str = "base";

/// One sandbox as it is remembered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// `default` or `sbx_...`.
    pub id: String,
    /// Which backend made it.
    pub backend: String,
    /// When, in seconds since 1970.
    pub created_at: u64,
    /// The folder on the host.
    pub workspace: PathBuf,
    /// A name given by the caller.
    pub name: Option<String>,
    /// What it may take.
    pub limits: Limits,
    /// Variables for every command.
    pub env: BTreeMap<String, String>,
    /// What it was made after.
    #[serde(default = "base")]
    pub template: String,
    /// The image that its root is, for backends with images.
    #[serde(default)]
    pub image: Option<String>,
    /// The folder of the host that its root is, in the place of the host's own.
    #[serde(default)]
    pub root: Option<PathBuf>,
    /// What it can reach.
    #[serde(default)]
    pub network: Network,
    /// Whether commands may run.
    #[serde(default)]
    pub status: Status,
    /// When it is removed, in seconds since 1970; never if absent.
    #[serde(default)]
    pub expires_at: Option<u64>,
    /// After how many seconds without use it is removed; never if absent.
    #[serde(default)]
    pub idle_s: Option<u64>,
    /// The sandbox that it is a fork of.
    #[serde(default)]
    pub parent: Option<String>,
    /// The snapshot that its files were last the same as.
    #[serde(default)]
    pub base_snapshot: Option<String>,
    /// Counts what ends all commands at once: stops and restores. Every process opens the sandbox anew after one.
    #[serde(default)]
    pub generation: u64,
}

/// Whether commands may run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SandboxStatus")]
pub enum Status {
    /// They may.
    #[default]
    Ready,
    /// Not before it is started; its files can be read and written.
    Stopped,
}

impl Record {
    /// A sandbox of the template `base`, now.
    #[must_use]
    pub fn new(id: impl Into<String>, backend: &str, workspace: PathBuf, limits: Limits) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            id: id.into(),
            backend: backend.to_owned(),
            created_at: now.as_secs(),
            workspace,
            name: None,
            limits,
            env: BTreeMap::new(),
            template: base(),
            image: None,
            root: None,
            network: Network::None,
            status: Status::Ready,
            expires_at: None,
            idle_s: None,
            parent: None,
            base_snapshot: None,
            generation: 0,
        }
    }
}

fn base() -> String {
    BASE.to_owned()
}
