//! All sandboxes of the server: makes, lists, finds and deletes them, and remembers them over a restart.

mod info;
mod life;
mod request;
mod settings;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use info::{Handle, SandboxInfo};
pub use request::CreateRequest;
pub use settings::{Clock, LifeCycle, Settings};

use super::backend::{Backend, Sandbox};
use super::gate::Gate;
use super::store::{End, Reason, Record, Records};
use crate::error::{Error, ErrorCode, Result};
use crate::random;
use crate::state::Store;

/// The id of the sandbox that is always there.
pub const DEFAULT: &str = "default";

/// All sandboxes.
#[derive(Debug)]
pub struct Registry {
    backends: BTreeMap<&'static str, Arc<dyn Backend>>,
    settings: Settings,
    records: Records,
    /// Those that this process has opened. Which there are, the records say.
    open: Mutex<BTreeMap<String, Entry>>,
    /// One is opened anew at a time.
    turns: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone)]
struct Entry {
    record: Record,
    /// The generation of the record when it was opened.
    generation: u64,
    sandbox: Arc<dyn Sandbox>,
}

impl Entry {
    fn is_of(&self, record: &Record) -> bool {
        self.generation == record.generation
    }
}

impl Registry {
    /// Makes the default sandbox, and removes what a process that is dead was making or removing. All others are
    /// found again by their records.
    ///
    /// # Errors
    /// When a folder or a record cannot be read or made, and when the backend of the settings is not among those
    /// that are given.
    pub async fn open(
        settings: Settings,
        backends: impl IntoIterator<Item = Arc<dyn Backend>>,
        store: Store,
    ) -> Result<Arc<Self>> {
        let backends = backends.into_iter().map(|backend| (backend.name(), backend)).collect();
        let (records, open, turns) = (Records::new(store), Mutex::default(), tokio::sync::Mutex::default());
        let registry = Arc::new(Self { backends, settings, records, open, turns });
        for record in registry.records.take_over().await? {
            registry.discard(&record).await?;
        }
        let record =
            registry.wish(DEFAULT.to_owned(), &registry.settings.workspace, CreateRequest::default())?;
        registry.enter(Record { expires_at: None, idle_s: None, ..record }).await?;
        Ok(registry)
    }

    /// Makes a sandbox. When this returns, it survives a crash of the server.
    ///
    /// # Errors
    /// `SANDBOX_LIMIT` when there are too many, `INVALID_ARGUMENT` when it asks for more than it may.
    pub async fn create(self: &Arc<Self>, request: CreateRequest) -> Result<SandboxInfo> {
        let id = random::name("sbx")?;
        let workspace = self.settings.data_dir.join("workspaces").join(&id);
        let record = self.wish(id, &workspace, request)?;
        let registry = self.clone();
        whole(async move { registry.make(record).await }).await
    }

    /// Makes what a record describes, or leaves nothing of it.
    async fn make(&self, record: Record) -> Result<SandboxInfo> {
        let most = self.settings.max_sandboxes;
        if !self.records.begin(&record, most).await? {
            return Err(Error::new(
                ErrorCode::SandboxLimit,
                format!("there are {most} sandboxes already, the most allowed"),
            )
            .suggest("delete one with `sandbox_delete`, or raise `max_sandboxes`"));
        }
        let made = match self.enter(record.clone()).await {
            Ok(_) => self.records.release(&record).await,
            Err(error) => Err(error),
        };
        if made.is_err() {
            self.discard(&record).await.ok();
        }
        made.map(|()| SandboxInfo::from(&record))
    }

    /// All sandboxes, the default one first, then by age; also those that another server with the same data has
    /// made.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn list(&self) -> Result<Vec<SandboxInfo>> {
        let mut list: Vec<_> = self.records.load().await?.iter().map(SandboxInfo::from).collect();
        list.extend(self.opened(DEFAULT).map(|entry| SandboxInfo::from(&entry.record)));
        list.sort_by_key(|info| (!info.is_default, info.created_at.clone(), info.sandbox_id.clone()));
        Ok(list)
    }

    /// One sandbox; `None` means the default one. One that is stopped is found, but runs no command.
    ///
    /// # Errors
    /// `SANDBOX_NOT_FOUND`, and `SANDBOX_EXPIRED` for one whose time is over.
    pub async fn get(&self, id: Option<&str>) -> Result<Handle> {
        let entry = self.find(id.unwrap_or(DEFAULT)).await?;
        Ok(Handle { info: SandboxInfo::from(&entry.record), sandbox: entry.sandbox })
    }

    /// Deletes a sandbox and its files. Commands that run in it are killed, and their calls fail with `SANDBOX_NOT_FOUND`.
    ///
    /// # Errors
    /// `SANDBOX_NOT_FOUND`, and `SANDBOX_PROTECTED` for the default one.
    pub async fn delete(self: &Arc<Self>, id: &str) -> Result<SandboxInfo> {
        protect(id, "deleted")?;
        let (registry, id) = (self.clone(), id.to_owned());
        whole(async move {
            match registry.end(&id, Reason::Deleted).await? {
                Some(record) => Ok(SandboxInfo::from(&record)),
                None => Err(registry.gone(&id).await),
            }
        })
        .await
    }

    /// Removes one for a reason that is kept; `None` if there is none.
    async fn end(&self, id: &str, reason: Reason) -> Result<Option<Record>> {
        let end = End { reason, at: self.settings.clock.now().as_secs(), most: self.settings.life.max_ended };
        let Some(record) = self.records.doom(id, end).await? else { return Ok(None) };
        if let Err(error) = self.discard(&record).await {
            // What could not be removed can be deleted once more.
            self.records.spare(id).await?;
            return Err(error);
        }
        Ok(Some(record))
    }

    /// Removes a claimed one, with all that was made of it.
    async fn discard(&self, record: &Record) -> Result<()> {
        self.close(&record.id).await;
        self.backend(&record.backend)?.remove(record).await?;
        self.records.forget(&record.id).await
    }

    /// Kills what runs in it here.
    async fn close(&self, id: &str) {
        let entry = self.entries().remove(id);
        if let Some(entry) = entry {
            entry.sandbox.close().await;
        }
    }

    /// One by its record, opened if this process has not done so yet.
    async fn find(&self, id: &str) -> Result<Entry> {
        let opened = self.opened(id);
        if let (DEFAULT, Some(entry)) = (id, &opened) {
            return Ok(entry.clone());
        }
        let Some(record) = self.records.find(id).await? else {
            self.close(id).await;
            return Err(self.gone(id).await);
        };
        match opened {
            Some(entry) if entry.is_of(&record) => Ok(Entry { record, ..entry }),
            Some(_) => self.reopen(record).await,
            None => self.enter(record).await,
        }
    }

    /// Opens one anew whose commands have been ended.
    async fn reopen(&self, record: Record) -> Result<Entry> {
        let _turn = self.turns.lock().await;
        let id = record.id.clone();
        if let Some(entry) = self.opened(&id) {
            if entry.is_of(&record) {
                return Ok(Entry { record, ..entry });
            }
            entry.sandbox.close().await;
        }
        let entry = self.opening(record).await?;
        self.entries().insert(id, entry.clone());
        Ok(entry)
    }

    async fn enter(&self, record: Record) -> Result<Entry> {
        let entry = self.opening(record).await?;
        // Another call may have been faster: all use the same one, so that closing it closes it for all.
        Ok(self.entries().entry(entry.record.id.clone()).or_insert(entry).clone())
    }

    async fn opening(&self, record: Record) -> Result<Entry> {
        let inner = self.backend(&record.backend)?.open(&record).await?;
        let sandbox = Arc::new(Gate::new(record.clone(), self.records.clone(), inner));
        let generation = record.generation;
        Ok(Entry { record, generation, sandbox })
    }

    fn opened(&self, id: &str) -> Option<Entry> {
        self.entries().get(id).cloned()
    }

    fn backend(&self, name: &str) -> Result<&Arc<dyn Backend>> {
        self.backends.get(name).ok_or_else(|| {
            let known: Vec<_> = self.backends.keys().map(|name| format!("`{name}`")).collect();
            Error::new(
                ErrorCode::SandboxUnavailable,
                format!("there is no backend `{}` here", name.escape_debug()),
            )
            .suggest(format!("use {}; `system_info` tells what works on this machine", known.join(" or ")))
        })
    }

    /// Changes a record. That of the default sandbox is this process's own.
    async fn change(&self, id: &str, change: impl FnOnce(&mut Record) + Send + 'static) -> Result<Record> {
        if id == DEFAULT {
            let mut entries = self.entries();
            let entry = entries.get_mut(id).expect("the default sandbox is always open");
            change(&mut entry.record);
            return Ok(entry.record.clone());
        }
        match self.records.change(id, change).await? {
            Some(record) => Ok(record),
            None => Err(self.gone(id).await),
        }
    }

    /// Why there is no sandbox of this id.
    async fn gone(&self, id: &str) -> Error {
        self.records.why_gone(id).await.unwrap_or_else(|| {
            Error::new(ErrorCode::SandboxNotFound, format!("there is no sandbox `{}`", id.escape_debug()))
                .suggest("list them with `sandbox_list`, or leave `sandbox_id` out to use the default one")
        })
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Work that is done to its end though whoever asked for it goes away in the middle.
async fn whole<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    let done = tokio::spawn(work).await;
    done.map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))?
}

/// The default sandbox is always there, and always ready.
fn protect(id: &str, what: &str) -> Result<()> {
    if id != DEFAULT {
        return Ok(());
    }
    Err(Error::new(ErrorCode::SandboxProtected, format!("the default sandbox cannot be {what}"))
        .suggest("make another with `sandbox_create`; files are deleted by a command"))
}
