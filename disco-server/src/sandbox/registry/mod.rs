//! All sandboxes of the server: makes, lists, finds and deletes them, and remembers them over a restart.

pub(super) mod expiry;
mod info;
mod life;
mod pool;
mod request;
mod settings;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

pub use info::{Handle, SandboxInfo};
pub use request::CreateRequest;
pub use settings::{Clock, LifeCycle, Settings};

use pool::Pool;

use super::backend::{Backend, Sandbox};
use super::gate::Gate;
use super::paths::Root;
use super::snapshot::Snapshots;
use super::store::{BASE, End, Reason, Record, Records};
use super::template::{Probed, Template, Templates};
use super::tree;
use crate::error::{Error, ErrorCode, Result};
use crate::progress::Count;
use crate::state::Store;

/// The id of the sandbox that is always there.
pub const DEFAULT: &str = "default";

/// All sandboxes, and the snapshots of them.
#[derive(Debug)]
pub struct Registry {
    backends: BTreeMap<&'static str, Arc<dyn Backend>>,
    pub(super) settings: Settings,
    records: Records,
    pub(super) snapshots: Snapshots,
    pub(super) templates: Templates,
    pub(super) probed: Probed,
    pool: Pool,
    /// Those that this process has opened. Which there are, the records say.
    open: Mutex<BTreeMap<String, Entry>>,
    /// One is opened anew at a time.
    turns: tokio::sync::Mutex<()>,
    /// There is a sandbox whose time will be over.
    news: Arc<Notify>,
}

#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) record: Record,
    /// The generation of the record when it was opened.
    generation: u64,
    /// When it was last kept that it was used.
    touched: Arc<AtomicU64>,
    pub(super) sandbox: Arc<Gate>,
}

impl Entry {
    fn is_of(&self, record: &Record) -> bool {
        self.generation == record.generation
    }
}

/// Where the files of a new sandbox come from.
#[derive(Debug)]
pub(super) enum Source {
    /// What the template says is done.
    Template(Arc<Template>),
    /// A snapshot, and its folder.
    Snapshot(String, PathBuf),
    /// Another sandbox, and its workspace.
    Sandbox(String, PathBuf),
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
        let registry = Arc::new(Self {
            backends: backends.into_iter().map(|backend| (backend.name(), backend)).collect(),
            records: Records::new(store.clone()),
            snapshots: Snapshots::new(store),
            templates: Templates::open(&settings.life.templates)?,
            settings,
            probed: Probed::default(),
            pool: Pool::default(),
            open: Mutex::default(),
            turns: tokio::sync::Mutex::default(),
            news: Arc::default(),
        });
        tree::make_forest(&registry.settings.workspaces(), 0o755)?;
        tree::make_forest(&registry.snapshots.folders(), 0o700)?;
        registry.tidy().await;
        registry.enter(registry.default_record()?).await?;
        Ok(registry)
    }

    /// Makes a sandbox. When this returns, it survives a crash of the server.
    ///
    /// # Errors
    /// `SANDBOX_LIMIT` when there are too many, `INVALID_ARGUMENT` when it asks for more than it may,
    /// `TEMPLATE_NOT_FOUND`, `SNAPSHOT_NOT_FOUND`, and `TEMPLATE_FAILED` when a command of the template fails.
    pub async fn create(self: &Arc<Self>, request: CreateRequest) -> Result<SandboxInfo> {
        self.check_image(&request).await?;
        if let Some(id) = request.snapshot_id.clone() {
            if request.template.is_some() {
                let what = "both `template` and `snapshot_id` are given";
                return Err(Error::new(ErrorCode::InvalidArgument, what).suggest("leave one of them out"));
            }
            let kept = self.kept(&id).await?;
            let of = request.image.is_none().then(|| kept.of.backend.clone());
            let backend = request.backend.clone().or(of);
            let record = self.like(CreateRequest { backend, ..request }, &kept.of)?;
            let record = Record { base_snapshot: Some(id.clone()), ..record };
            let folder = self.snapshots.folder(&id);
            return self.create_from(record, Source::Snapshot(id, folder)).await;
        }
        let template = self.templates.find(request.template.as_deref().unwrap_or(BASE))?.clone();
        let record = self.wish(request, &template)?;
        if let Some(prepared) = self.from_pool(&record, &template).await? {
            return Ok(prepared);
        }
        self.create_from(record, Source::Template(template)).await
    }

    /// The record of a new sandbox with the settings of another.
    pub(super) fn like(&self, request: CreateRequest, of: &Record) -> Result<Record> {
        self.wish(request, &Template::of(of))
    }

    /// Makes what a record describes, or leaves nothing of it.
    pub(super) async fn create_from(self: &Arc<Self>, record: Record, source: Source) -> Result<SandboxInfo> {
        let registry = self.clone();
        whole(async move {
            let most = registry.settings.max_sandboxes;
            if !registry.records.begin(&record, most).await? {
                return Err(too_many(most));
            }
            let made = match registry.build(&record, &source).await {
                Ok(()) => registry.records.release(&record).await,
                Err(error) => Err(error),
            };
            if made.is_err() {
                registry.discard(&record).await.ok();
            }
            if record.expires_at.is_some() || record.idle_s.is_some() {
                registry.news.notify_one();
            }
            made.map(|()| SandboxInfo::from(&record))
        })
        .await
    }

    /// Claims a sandbox that nobody sees.
    pub(super) async fn hidden(&self, record: &Record) -> Result<()> {
        self.records.begin_pooled(record).await
    }

    /// Makes the workspace of a claimed sandbox, and does in it what its source says.
    async fn build(&self, record: &Record, source: &Source) -> Result<()> {
        match source {
            Source::Template(template) => {
                let entry = self.enter(record.clone()).await?;
                return template.set_up(entry.sandbox.inner()).await;
            }
            Source::Snapshot(id, folder) => {
                self.fill(record, folder).await?;
                // One that was being deleted may have been copied in part.
                self.kept(id).await?;
            }
            Source::Sandbox(id, workspace) => {
                self.fill(record, workspace).await?;
                self.find(id).await?;
            }
        }
        self.enter(record.clone()).await.map(drop)
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

    /// How many there are, with the default one.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn count(&self) -> Result<usize> {
        Ok(1 + self.records.count().await?)
    }

    /// So many of the newest but the default one, with their numbers; those before a number, if there is one.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn newest(&self, before: Option<u64>, most: usize) -> Result<Vec<(u64, SandboxInfo)>> {
        let records = self.records.newest(before, most).await?;
        Ok(records.iter().map(|(number, record)| (*number, SandboxInfo::from(record))).collect())
    }

    /// One sandbox; `None` means the default one. One that is stopped is found, but runs no command.
    ///
    /// # Errors
    /// `SANDBOX_NOT_FOUND`, and `SANDBOX_EXPIRED` for one whose time is over.
    pub async fn get(&self, id: Option<&str>) -> Result<Handle> {
        let id = id.unwrap_or(DEFAULT);
        let entry = self.find(id).await?;
        self.touch(&entry).await?;
        Ok(Handle { info: SandboxInfo::from(&entry.record), sandbox: entry.sandbox })
    }

    /// The record and the files of one, for those who copy or compare them.
    pub(super) async fn looked_up(&self, id: &str) -> Result<(Record, Root)> {
        let entry = self.find(id).await?;
        self.touch(&entry).await?;
        Ok((entry.record, entry.sandbox.root().clone()))
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

    /// What [`Registry::delete`] would delete.
    ///
    /// # Errors
    /// As there.
    pub async fn would_delete(&self, id: &str) -> Result<SandboxInfo> {
        protect(id, "deleted")?;
        Ok(SandboxInfo::from(&self.find(id).await?.record))
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
    pub(super) async fn discard(&self, record: &Record) -> Result<()> {
        self.close(&record.id).await;
        self.backend(&record.backend)?.remove(record).await?;
        self.records.forget(&record.id).await
    }

    /// Kills what runs in it here, and lets nothing run before it is opened anew.
    pub(super) async fn quiet(&self, id: &str) {
        if let Some(entry) = self.opened(id) {
            entry.sandbox.close().await;
        }
    }

    /// Kills what runs in it here.
    async fn close(&self, id: &str) {
        let entry = self.entries().remove(id);
        if let Some(entry) = entry {
            entry.sandbox.close().await;
        }
    }

    /// One by its record, opened if this process has not done so yet.
    pub(super) async fn find(&self, id: &str) -> Result<Entry> {
        let opened = self.opened(id);
        if let (DEFAULT, Some(entry)) = (id, &opened) {
            return Ok(entry.clone());
        }
        let Some(record) = self.records.find(id).await? else {
            self.close(id).await;
            return Err(self.gone(id).await);
        };
        if record.expires_at.is_some_and(|at| at <= self.settings.clock.now().as_secs()) {
            // The sweeper is late.
            self.news.notify_one();
            return Err(Reason::Ttl.error(id, self.settings.clock.now().as_secs()));
        }
        match opened {
            Some(entry) if entry.is_of(&record) => Ok(Entry { record, ..entry }),
            Some(_) => self.reopen(record).await,
            None => self.enter(record).await,
        }
    }

    /// Opens one anew whose commands have been ended.
    pub(super) async fn reopen(&self, record: Record) -> Result<Entry> {
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

    pub(super) async fn enter(&self, record: Record) -> Result<Entry> {
        let entry = self.opening(record).await?;
        // Another call may have been faster: all use the same one, so that closing it closes it for all.
        Ok(self.entries().entry(entry.record.id.clone()).or_insert(entry).clone())
    }

    async fn opening(&self, record: Record) -> Result<Entry> {
        let inner = self.backend(&record.backend)?.open(&record).await?;
        let sandbox = Arc::new(Gate::new(record.clone(), self.records.clone(), inner));
        let generation = record.generation;
        Ok(Entry { record, generation, touched: Arc::default(), sandbox })
    }

    fn opened(&self, id: &str) -> Option<Entry> {
        self.entries().get(id).cloned()
    }

    pub(super) fn backend(&self, name: &str) -> Result<&Arc<dyn Backend>> {
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
    pub(super) async fn change(
        &self,
        id: &str,
        change: impl FnOnce(&mut Record) + Send + 'static,
    ) -> Result<Record> {
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
pub(super) async fn whole<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let done = tokio::spawn(Count::current().of(work)).await;
    done.map_err(Error::internal)?
}

fn too_many(most: usize) -> Error {
    Error::new(ErrorCode::SandboxLimit, format!("there are {most} sandboxes already, the most allowed"))
        .suggest("delete one with `sandbox_delete`, or raise `max_sandboxes`")
}

/// The default sandbox is always there, and always ready.
fn protect(id: &str, what: &str) -> Result<()> {
    if id != DEFAULT {
        return Ok(());
    }
    Err(Error::new(ErrorCode::SandboxProtected, format!("the default sandbox cannot be {what}"))
        .suggest("make another with `sandbox_create`; files are deleted by a command"))
}
