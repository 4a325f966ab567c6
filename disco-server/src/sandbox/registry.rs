//! All sandboxes of the server: makes, lists, finds and deletes them, and remembers them over a restart.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::backend::{Backend, Sandbox};
use super::limits::{Limits, LimitsWish};
use super::store::{Record, Store};
use crate::error::{Error, ErrorCode, Result};

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
    store: Store,
    /// `None` stands for an id whose sandbox is being made or removed.
    table: Mutex<BTreeMap<String, Option<Entry>>>,
}

#[derive(Debug, Clone)]
struct Entry {
    record: Record,
    sandbox: Arc<dyn Sandbox>,
}

impl Registry {
    /// Finds the sandboxes of the last run again, and makes the default one.
    ///
    /// # Errors
    /// When a folder or a record cannot be read or made.
    pub async fn open(settings: Settings, backend: Arc<dyn Backend>) -> Result<Self> {
        let store = Store::open(settings.data_dir.join("sandboxes"))?;
        let registry = Self { backend, settings, store, table: Mutex::default() };
        registry.refresh().await?;
        let record =
            registry.record(DEFAULT.to_owned(), &registry.settings.workspace, CreateRequest::default())?;
        let sandbox = registry.backend.open(&record).await?;
        registry.table().insert(DEFAULT.to_owned(), Some(Entry { record, sandbox }));
        Ok(registry)
    }

    /// Makes a sandbox. When this returns, it survives a crash of the server.
    ///
    /// # Errors
    /// `SANDBOX_LIMIT` when there are too many, `INVALID_ARGUMENT` when it asks for more than it may.
    pub async fn create(&self, request: CreateRequest) -> Result<SandboxInfo> {
        self.settings.limits.with(&request.limits)?;
        self.refresh().await?;
        let id = self.reserve()?;
        let workspace = self.settings.data_dir.join("workspaces").join(&id);
        let made = self.make(&id, &workspace, request).await;
        match made {
            Ok(entry) => {
                let info = info(&entry.record);
                self.table().insert(id, Some(entry));
                Ok(info)
            }
            Err(error) => {
                self.table().remove(&id);
                Err(error)
            }
        }
    }

    /// All sandboxes, the default one first, then by age; also those that another server with the same data has
    /// made meanwhile.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn list(&self) -> Result<Vec<SandboxInfo>> {
        self.refresh().await?;
        let mut list: Vec<_> = self.table().values().flatten().map(|entry| info(&entry.record)).collect();
        list.sort_by_key(|info| (!info.is_default, info.created_at.clone(), info.sandbox_id.clone()));
        Ok(list)
    }

    /// One sandbox; `None` means the default one.
    ///
    /// # Errors
    /// `SANDBOX_NOT_FOUND`.
    pub async fn get(&self, id: Option<&str>) -> Result<Handle> {
        let id = id.unwrap_or(DEFAULT);
        let is_known = self.table().get(id).is_some_and(Option::is_some);
        if id != DEFAULT && is_known != self.store.has(id) {
            self.refresh().await?;
        }
        let entry = self.table().get(id).cloned().flatten().ok_or_else(|| not_found(id))?;
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
        self.get(Some(id)).await?;
        let entry = self.table().get_mut(id).and_then(Option::take).ok_or_else(|| not_found(id))?;
        entry.sandbox.close().await;
        let removed = match self.backend.remove(&entry.record).await {
            Ok(()) => self.store.forget(id),
            Err(error) => Err(error),
        };
        let info = info(&entry.record);
        // What could not be removed is found again by its record, and can be deleted once more.
        self.table().remove(id);
        removed.map(|()| info)
    }

    /// Takes in what other servers with the same data have made, and lets go of what they have deleted.
    async fn refresh(&self) -> Result<()> {
        let records = self.store.load()?;
        let is_kept = |id: &String| id == DEFAULT || records.iter().any(|record| record.id == *id);
        self.table().retain(|id, entry| entry.is_none() || is_kept(id));
        for record in records {
            if !self.table().contains_key(&record.id) {
                let sandbox = self.backend.open(&record).await?;
                self.table().entry(record.id.clone()).or_insert(Some(Entry { record, sandbox }));
            }
        }
        Ok(())
    }

    fn reserve(&self) -> Result<String> {
        let mut table = self.table();
        let most = self.settings.max_sandboxes;
        if table.keys().filter(|id| *id != DEFAULT).count() >= most {
            return Err(Error::new(
                ErrorCode::SandboxLimit,
                format!("there are {most} sandboxes already, the most allowed"),
            )
            .suggest("delete one with `sandbox_delete`, or raise `max_sandboxes`"));
        }
        let id = new_id()?;
        table.insert(id.clone(), None);
        Ok(id)
    }

    async fn make(&self, id: &str, workspace: &Path, request: CreateRequest) -> Result<Entry> {
        let record = self.record(id.to_owned(), workspace, request)?;
        let sandbox = self.backend.open(&record).await?;
        self.store.save(&record)?;
        Ok(Entry { record, sandbox })
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

    fn table(&self) -> MutexGuard<'_, BTreeMap<String, Option<Entry>>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
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

/// 80 random bits in letters and digits that are not mistaken for each other.
fn new_id() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut bytes = [0; 16];
    rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())
        .map_err(|error| Error::from_errno("no random numbers", error))?;
    let text: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(format!("sbx_{text}"))
}
