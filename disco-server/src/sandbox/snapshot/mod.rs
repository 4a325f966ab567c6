//! Snapshots of workspaces: made, given back, copied to new sandboxes, and compared.
//!
//! A snapshot is a folder beneath the data folder, out of reach of every sandbox, with a copy of the files.

mod diff;
mod records;
mod replace;
mod routes;
mod tools;

use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use diff::{Change, ChangeKind, Diff};
pub(crate) use records::{Kept, Snapshots};
use replace::Phase;
pub(super) use routes::routes;

use super::paths::{Root, open_host_dir};
use super::registry::expiry::told;
use super::registry::{CreateRequest, Registry, SandboxInfo, Source, whole};
use super::store::Record;
use super::tree::{self, LeftOut, Most};
use crate::error::{Error, ErrorCode, Result};
use crate::moment;
use crate::page::window;
use crate::random;

/// What callers are told of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SnapshotInfo {
    /// The handle to give to `sandbox_restore`, `sandbox_create` and `sandbox_diff`.
    pub snapshot_id: String,
    /// The name given when it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The sandbox whose files it has.
    pub sandbox_id: String,
    /// When it was made, as in `2026-11-21T12:00:00Z`.
    pub created_at: String,
    /// How many files, folders and links it has.
    pub files: u64,
    /// How many bytes its files have.
    pub bytes: u64,
    /// What was left out: sockets, pipes, devices, and what the server may not read.
    #[serde(default, skip_serializing_if = "LeftOut::is_empty")]
    pub left_out: LeftOut,
}

/// A wish for a sandbox with the files of another.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ForkRequest {
    /// A name for people to read.
    pub name: Option<String>,
    /// After how many seconds it is removed.
    pub ttl_s: Option<u64>,
    /// After how many seconds without use it is removed.
    pub idle_s: Option<u64>,
}

impl Registry {
    /// Keeps the files of a sandbox as they are now. When this returns, it survives a crash of the server.
    ///
    /// # Errors
    /// `SNAPSHOT_LIMIT` when there are too many or they are too large, `SANDBOX_NOT_FOUND`, `SANDBOX_EXPIRED`.
    pub async fn snapshot(self: &Arc<Self>, id: &str, name: Option<String>) -> Result<SnapshotInfo> {
        let (of, root) = self.looked_up(id).await?;
        let info = SnapshotInfo {
            snapshot_id: random::name("snp")?,
            name,
            sandbox_id: of.id.clone(),
            created_at: moment::at(self.settings.clock.now().as_secs()),
            files: 0,
            bytes: 0,
            left_out: LeftOut::default(),
        };
        let (registry, kept) = (self.clone(), Kept { info, of });
        whole(async move { registry.keep(kept, root).await }).await
    }

    async fn keep(&self, mut kept: Kept, root: Root) -> Result<SnapshotInfo> {
        let (life, id) = (&self.settings.life, kept.info.snapshot_id.clone());
        let bytes = self.snapshots.begin(&kept, life.max_snapshots, life.snapshot_mb << 20).await?;
        let (to, most) = (self.snapshots.folder(&id), Most { bytes, entries: life.snapshot_files });
        let copied = tree::aside(move || {
            tree::make_private(&to)?;
            let to = open_host_dir(&to).map_err(|error| Error::from_errno("open the snapshot", error))?;
            tree::copy(root.as_fd(), to.as_fd(), most, replace::is_file)
        })
        .await;
        let kept_it = match copied {
            Ok(copied) => {
                kept.info.files = copied.entries;
                kept.info.bytes = copied.bytes;
                kept.info.left_out = copied.left_out;
                self.snapshots.release(&kept).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = kept_it {
            self.discard_snapshot(&id).await.ok();
            return Err(error);
        }
        let sandbox = kept.info.sandbox_id.clone();
        // That the sandbox is gone meanwhile is no fault of the snapshot.
        self.change(&sandbox, move |record| record.base_snapshot = Some(id)).await.ok();
        Ok(kept.info)
    }

    /// Gives a sandbox the files of a snapshot, and takes all others away. What runs in it is killed.
    ///
    /// # Errors
    /// `SNAPSHOT_NOT_FOUND`, `SANDBOX_NOT_FOUND`, `SANDBOX_EXPIRED`, `DISK_FULL`.
    pub async fn restore(self: &Arc<Self>, id: &str, snapshot: &str) -> Result<SandboxInfo> {
        let (record, root) = self.looked_up(id).await?;
        let kept = self.kept(snapshot).await?;
        let registry = self.clone();
        whole(async move {
            let stage = random::name(replace::STAGE)?;
            let stage = stage.as_str();
            let snapshots = &registry.snapshots;
            snapshots.replacing(stage, root.host_path(), Phase::Aside).await?;
            let staged = registry.stage(&root, stage, &kept, registry.most(&record)).await;
            if let Err(error) = staged {
                registry.clear(&root, stage).await?;
                return Err(error);
            }
            registry.quiet(&record.id).await;
            registry.replace(&root, stage, Phase::Out).await?;
            let base = kept.info.snapshot_id;
            let change = move |record: &mut Record| {
                record.generation += 1;
                record.base_snapshot = Some(base);
            };
            let record = registry.change(&record.id, change).await?;
            Ok(SandboxInfo::from(&registry.reopen(record).await?.record))
        })
        .await
    }

    /// The sandbox that [`Registry::restore`] would give other files to.
    ///
    /// # Errors
    /// As there, but for those of the disk.
    pub async fn would_restore(&self, id: &str, snapshot: &str) -> Result<SandboxInfo> {
        let (record, _) = self.looked_up(id).await?;
        self.kept(snapshot).await?;
        Ok(SandboxInfo::from(&record))
    }

    /// What [`Registry::delete_snapshot`] would delete.
    ///
    /// # Errors
    /// `SNAPSHOT_NOT_FOUND`.
    pub async fn would_delete_snapshot(&self, id: &str) -> Result<SnapshotInfo> {
        Ok(self.kept(id).await?.info)
    }

    /// Copies the files of a snapshot to the stage.
    async fn stage(&self, root: &Root, stage: &str, kept: &Kept, most: Most) -> Result<()> {
        let (root, stage) = (root.clone(), stage.to_owned());
        let from = self.snapshots.folder(&kept.info.snapshot_id);
        tree::aside(move || {
            let new = replace::prepare(root.as_fd(), &stage)?;
            let from = open_host_dir(&from).map_err(|error| Error::from_errno("open the snapshot", error))?;
            tree::copy(from.as_fd(), new.as_fd(), most, |_| true).map(drop)
        })
        .await?;
        // One that was being deleted may have been copied in part.
        self.kept(&kept.info.snapshot_id).await.map(drop)
    }

    /// Puts what is on the stage in the place of what is in the workspace.
    async fn replace(&self, root: &Root, stage: &str, mut phase: Phase) -> Result<()> {
        loop {
            self.snapshots.replacing(stage, root.host_path(), phase).await?;
            if phase == Phase::Aside {
                break;
            }
            let (folder, name) = (root.clone(), stage.to_owned());
            phase = tree::aside(move || match phase {
                Phase::Out => replace::out(folder.as_fd(), &name).map(|()| Phase::In),
                _ => replace::come_in(folder.as_fd(), &name).map(|()| Phase::Aside),
            })
            .await?;
        }
        self.clear(root, stage).await
    }

    async fn clear(&self, root: &Root, stage: &str) -> Result<()> {
        let (folder, name) = (root.clone(), stage.to_owned());
        tree::aside(move || replace::clear(folder.as_fd(), &name)).await?;
        self.snapshots.replaced(stage).await
    }

    /// Makes a sandbox with the files of another as they are now, and its settings.
    ///
    /// # Errors
    /// As [`Registry::create`], and `SANDBOX_NOT_FOUND`, `SANDBOX_EXPIRED`.
    pub async fn fork(self: &Arc<Self>, id: &str, request: ForkRequest) -> Result<SandboxInfo> {
        let (of, _) = self.looked_up(id).await?;
        let ForkRequest { name, ttl_s, idle_s } = request;
        let request =
            CreateRequest { name, ttl_s, idle_s, backend: Some(of.backend.clone()), ..Default::default() };
        let workspace = of.workspace.clone();
        let parent = of.id.clone();
        let record = self.like(request, &of)?;
        let record = Record { parent: Some(parent.clone()), base_snapshot: of.base_snapshot, ..record };
        self.create_from(record, Source::Sandbox(parent, workspace)).await
    }

    /// What has changed in a sandbox since a snapshot; `None`: the one that its files came from.
    ///
    /// `unified` asks for the changed lines of text files as well.
    ///
    /// # Errors
    /// `SNAPSHOT_NOT_FOUND`, `SANDBOX_NOT_FOUND`, `SANDBOX_EXPIRED`.
    pub async fn diff(&self, id: &str, snapshot: Option<&str>, unified: bool) -> Result<Diff> {
        let (record, root) = self.looked_up(id).await?;
        let Some(base) = snapshot.map(ToOwned::to_owned).or(record.base_snapshot) else {
            return Err(no_base(&record.id));
        };
        let kept = self.kept(&base).await?;
        let (from, most) = (self.snapshots.folder(&base), self.settings.life.snapshot_files);
        let diff = tree::aside(move || {
            let from = open_host_dir(&from).map_err(|error| Error::from_errno("open the snapshot", error))?;
            diff::diff(from.as_fd(), root.as_fd(), most, unified)
        })
        .await?;
        self.kept(&base).await?;
        Ok(Diff { snapshot_id: kept.info.snapshot_id, ..diff })
    }

    /// So many of the newest snapshots with their numbers, of one sandbox if it is named; those before a number, if
    /// there is one.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn list_snapshots(
        &self,
        of: Option<&str>,
        before: Option<u64>,
        most: usize,
    ) -> Result<Vec<(u64, SnapshotInfo)>> {
        self.snapshots.list(of.map(str::to_owned), window(before, most)).await
    }

    /// Deletes a snapshot. Sandboxes that were made of it stay.
    ///
    /// # Errors
    /// `SNAPSHOT_NOT_FOUND`.
    pub async fn delete_snapshot(self: &Arc<Self>, id: &str) -> Result<SnapshotInfo> {
        let (registry, id) = (self.clone(), id.to_owned());
        whole(async move {
            let kept = registry.snapshots.claim(&id).await?.ok_or_else(|| not_found(&id))?;
            registry.discard_snapshot(&id).await?;
            Ok(kept.info)
        })
        .await
    }

    /// Removes a claimed one.
    async fn discard_snapshot(&self, id: &str) -> Result<()> {
        let folder = self.snapshots.folder(id);
        tree::aside(move || tree::remove(&folder)).await?;
        self.snapshots.forget(id).await
    }

    /// Removes what dead processes were making or removing, and ends what they were replacing. One that fails keeps
    /// no other from its turn.
    pub(super) async fn tidy_snapshots(&self) {
        for id in told("found", self.snapshots.take_over().await).unwrap_or_default() {
            told("removed", self.discard_snapshot(&id).await);
        }
        for (stage, workspace, phase) in
            told("found", self.snapshots.take_over_replacing().await).unwrap_or_default()
        {
            let ended = match Root::open(&workspace) {
                Ok(root) => self.replace(&root, &stage, phase).await,
                // Deleted since.
                Err(_) => self.snapshots.replaced(&stage).await,
            };
            told("replaced", ended);
        }
    }

    pub(super) async fn kept(&self, id: &str) -> Result<Kept> {
        self.snapshots.find(id).await?.ok_or_else(|| not_found(id))
    }

    /// Copies a tree to the workspace of a sandbox that is being made.
    pub(super) async fn fill(&self, record: &Record, from: &Path) -> Result<()> {
        self.backend(&record.backend)?.make_workspace(record).await?;
        let (from, to, most) = (from.to_owned(), record.workspace.clone(), self.most(record));
        tree::aside(move || {
            let open = |path: &PathBuf| {
                open_host_dir(path).map_err(|error| Error::from_errno("open the workspace", error))
            };
            tree::copy(open(&from)?.as_fd(), open(&to)?.as_fd(), most, replace::is_file).map(drop)
        })
        .await
    }

    fn most(&self, record: &Record) -> Most {
        Most { bytes: record.limits.disk_mb << 20, entries: self.settings.life.snapshot_files }
    }
}

fn not_found(id: &str) -> Error {
    Error::new(ErrorCode::SnapshotNotFound, format!("there is no snapshot `{}`", id.escape_debug()))
        .suggest("list them with `snapshot_list`")
}

fn no_base(id: &str) -> Error {
    Error::new(ErrorCode::SnapshotNotFound, format!("the sandbox `{id}` has no snapshot to be compared with"))
        .suggest("make one with `sandbox_snapshot`, or name one as `snapshot_id`")
}
