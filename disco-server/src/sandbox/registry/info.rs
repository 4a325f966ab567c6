//! What callers are told of a sandbox, and what they hold while they use it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::DEFAULT;
use crate::moment;
use crate::sandbox::backend::Sandbox;
use crate::sandbox::gate::Gate;
use crate::sandbox::limits::Limits;
use crate::sandbox::network::Network;
use crate::sandbox::store::{Record, Status};

/// What callers are told of a sandbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SandboxInfo {
    /// The handle to give to every other tool.
    pub sandbox_id: String,
    /// The name given at its creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `stopped`: no command runs before `sandbox_start`.
    pub status: Status,
    /// How commands in it are isolated, for instance `local`.
    pub backend: String,
    /// What it was made after.
    pub template: String,
    /// When it was made, as in `2026-11-21T12:00:00Z`.
    pub created_at: String,
    /// When it will be removed; never if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// After how many seconds without use it will be removed; never if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_s: Option<u64>,
    /// The workspace as commands see it.
    pub workspace: String,
    /// What commands can reach.
    pub network: Network,
    /// The image that its root is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The sandbox that it is a fork of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The snapshot that its files were last the same as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_snapshot: Option<String>,
    /// Whether it is the one that is used when no id is given.
    pub is_default: bool,
    /// What it may take.
    pub limits: Limits,
}

impl From<&Record> for SandboxInfo {
    fn from(record: &Record) -> Self {
        let record = record.clone();
        Self {
            is_default: record.id == DEFAULT,
            sandbox_id: record.id,
            name: record.name,
            status: record.status,
            backend: record.backend,
            template: record.template,
            created_at: moment::at(record.created_at),
            expires_at: record.expires_at.map(moment::at),
            idle_s: record.idle_s,
            workspace: crate::sandbox::paths::WORKSPACE.to_owned(),
            network: record.network,
            image: record.image,
            parent: record.parent,
            base_snapshot: record.base_snapshot,
            limits: record.limits,
        }
    }
}

/// A sandbox that is in use; it stays usable until dropped.
#[derive(Debug, Clone)]
pub struct Handle {
    /// What callers are told of it.
    pub info: SandboxInfo,
    pub(super) sandbox: Arc<Gate>,
}

impl std::ops::Deref for Handle {
    type Target = dyn Sandbox;

    fn deref(&self) -> &Self::Target {
        &*self.sandbox
    }
}
