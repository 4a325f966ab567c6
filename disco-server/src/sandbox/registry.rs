//! All sandboxes of the server: makes, lists, finds and deletes them, and remembers them over a restart.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::backend::{Backend, Sandbox};
use super::limits::{Limits, LimitsWish};
use super::store::{Record, Records};
use crate::error::{Error, ErrorCode, Result};
use crate::random;
use crate::state::Store;

/// The id of the sandbox that is always there.
pub const DEFAULT: &str = "default";

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
}

/// A wish for a new sandbox.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CreateRequest {
    /// A name for people to read; need not be unique.
    pub name: Option<String>,
    /// What it may take; each bound at most the server's own, which holds where nothing is said.
    pub limits: LimitsWish,
    /// Variables for every command in it.
    pub env: BTreeMap<String, String>,
}

/// What callers are told of a sandbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SandboxInfo {
    /// The handle to give to every other tool.
    pub sandbox_id: String,
    /// The name given at its creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Always `ready`: a sandbox costs nothing between commands, so it is never stopped.
    pub status: String,
    /// How commands in it are isolated, for instance `local`.
    pub backend: String,
    /// When it was made, as in `2026-11-21T12:00:00Z`.
    pub created_at: String,
    /// The workspace as commands see it.
    pub workspace: String,
    /// Whether commands can reach the network.
    pub network: String,
    /// Whether it is the one that is used when no id is given.
    pub is_default: bool,
    /// What it may take.
    pub limits: Limits,
}

/// A sandbox that is in use; it stays usable until dropped.
#[derive(Debug, Clone)]
pub struct Handle {
    /// What callers are told of it.
    pub info: SandboxInfo,
    sandbox: Arc<dyn Sandbox>,
}

impl std::ops::Deref for Handle {
    type Target = dyn Sandbox;

    fn deref(&self) -> &Self::Target {
        &*self.sandbox
    }
}

/// All sandboxes.
#[derive(Debug)]
pub struct Registry {
    backend: Arc<dyn Backend>,
    settings: Settings,
    records: Records,
    /// Those that this process has opened. Which there are, the records say.
    open: Mutex<BTreeMap<String, Entry>>,
}

#[derive(Debug, Clone)]
struct Entry {
    record: Record,
    sandbox: Arc<dyn Sandbox>,
}

impl Registry {
    /// Makes the default sandbox, and removes what a process that is dead was making or removing. All others are
    /// found again by their records.
    ///
    /// # Errors
    /// When a folder or a record cannot be read or made.
    pub async fn open(settings: Settings, backend: Arc<dyn Backend>, store: Store) -> Result<Self> {
        let records = Records::new(store);
        let registry = Self { backend, settings, records, open: Mutex::default() };
        for record in registry.records.take_over().await? {
            registry.backend.remove(&record).await?;
            registry.records.forget(&record.id).await?;
        }
        let record =
            registry.record(DEFAULT.to_owned(), &registry.settings.workspace, CreateRequest::default())?;
        registry.enter(record).await?;
        Ok(registry)
    }

    /// Makes a sandbox. When this returns, it survives a crash of the server.
    ///
    /// # Errors
    /// `SANDBOX_LIMIT` when there are too many, `INVALID_ARGUMENT` when it asks for more than it may.
    pub async fn create(&self, request: CreateRequest) -> Result<SandboxInfo> {
        let id = random::name("sbx")?;
        let workspace = self.settings.data_dir.join("workspaces").join(&id);
        let record = self.record(id, &workspace, request)?;
        let most = self.settings.max_sandboxes;
        if !self.records.begin(&record, most).await? {
            return Err(Error::new(
                ErrorCode::SandboxLimit,
                format!("there are {most} sandboxes already, the most allowed"),
            )
            .suggest("delete one with `sandbox_delete`, or raise `max_sandboxes`"));
        }
        let made = match self.enter(record.clone()).await {
            Ok(entry) => self.records.release(&record.id).await.map(|()| info(&entry.record)),
            Err(error) => Err(error),
        };
        if made.is_err() {
            self.remove(&record).await.ok();
        }
        made
    }

    /// All sandboxes, the default one first, then by age; also those that another server with the same data has
    /// made.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn list(&self) -> Result<Vec<SandboxInfo>> {
        let mut list: Vec<_> = self.records.load().await?.iter().map(info).collect();
        list.extend(self.opened(DEFAULT).map(|entry| info(&entry.record)));
        list.sort_by_key(|info| (!info.is_default, info.created_at.clone(), info.sandbox_id.clone()));
        Ok(list)
    }

    /// One sandbox; `None` means the default one.
    ///
    /// # Errors
    /// `SANDBOX_NOT_FOUND`.
    pub async fn get(&self, id: Option<&str>) -> Result<Handle> {
        let id = id.unwrap_or(DEFAULT);
        let entry = if id == DEFAULT { self.opened(id) } else { self.find(id).await? };
        let entry = entry.ok_or_else(|| not_found(id))?;
        Ok(Handle { info: info(&entry.record), sandbox: entry.sandbox })
    }

    /// Deletes a sandbox and its files. Commands that run in it are killed, and their calls fail with `SANDBOX_NOT_FOUND`.
    ///
    /// # Errors
    /// `SANDBOX_NOT_FOUND`, and `SANDBOX_PROTECTED` for the default one.
    pub async fn delete(&self, id: &str) -> Result<SandboxInfo> {
        if id == DEFAULT {
            return Err(Error::new(ErrorCode::SandboxProtected, "the default sandbox cannot be deleted")
                .suggest("delete its files with a command instead"));
        }
        let record = self.records.claim(id).await?.ok_or_else(|| not_found(id))?;
        match self.remove(&record).await {
            Ok(()) => Ok(info(&record)),
            Err(error) => {
                // What could not be removed can be deleted once more.
                self.records.release(id).await?;
                Err(error)
            }
        }
    }

    /// Removes a claimed one, with all that was made of it.
    async fn remove(&self, record: &Record) -> Result<()> {
        let entry = self.entries().remove(&record.id);
        if let Some(entry) = entry {
            entry.sandbox.close().await;
        }
        self.backend.remove(record).await?;
        self.records.forget(&record.id).await
    }

    /// One by its record, opened if this process has not done so yet.
    async fn find(&self, id: &str) -> Result<Option<Entry>> {
        match (self.records.find(id).await?, self.opened(id)) {
            (None, _) => {
                self.entries().remove(id);
                Ok(None)
            }
            (Some(_), Some(entry)) => Ok(Some(entry)),
            (Some(record), None) => self.enter(record).await.map(Some),
        }
    }

    async fn enter(&self, record: Record) -> Result<Entry> {
        let (id, sandbox) = (record.id.clone(), self.backend.open(&record).await?);
        // Another call may have been faster: all use the same one, so that closing it closes it for all.
        Ok(self.entries().entry(id).or_insert(Entry { record, sandbox }).clone())
    }

    fn opened(&self, id: &str) -> Option<Entry> {
        self.entries().get(id).cloned()
    }

    fn record(&self, id: String, workspace: &Path, request: CreateRequest) -> Result<Record> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let workspace = std::path::absolute(workspace)
            .map_err(|error| Error::from_io(&workspace.display().to_string(), &error))?;
        Ok(Record {
            id,
            backend: self.backend.name().to_owned(),
            created_at: now.as_secs(),
            workspace,
            name: request.name,
            limits: self.settings.limits.with(&request.limits)?,
            env: request.env,
        })
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn info(record: &Record) -> SandboxInfo {
    let created = UNIX_EPOCH + Duration::from_secs(record.created_at);
    SandboxInfo {
        sandbox_id: record.id.clone(),
        name: record.name.clone(),
        status: "ready".to_owned(),
        backend: record.backend.clone(),
        created_at: humantime::format_rfc3339_seconds(created).to_string(),
        workspace: super::paths::WORKSPACE.to_owned(),
        network: "none".to_owned(),
        is_default: record.id == DEFAULT,
        limits: record.limits.clone(),
    }
}

fn not_found(id: &str) -> Error {
    Error::new(ErrorCode::SandboxNotFound, format!("there is no sandbox `{}`", id.escape_debug()))
        .suggest("list them with `sandbox_list`, or leave `sandbox_id` out to use the default one")
}
