//! The `local` backend: namespaces of this machine, without a daemon, an image or a setuid program.

mod cgroup;
mod hand_over;
pub mod launch;
mod plain;
mod ready;
mod run;
mod spec;
mod terminal;
mod volume;
mod zygote;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{RwLock, Semaphore, watch};

use super::backend::{Backend, Sandbox};
use super::disk::Usage;
use super::exec::{ChunkSender, ExecRequest, ExecResult};
use super::network::{self, Network};
use super::paths::Root;
use super::process::{Process, Signal};
use super::processes::{self, Runs};
use super::store::Record;
use super::terminal::{Line, TerminalEnd, TerminalRequest};
use super::tree;
pub use super::tree::UNPRIVILEGED;
use super::walks::Walks;
use crate::error::Result;
use cgroup::{Controllers, Places};
use ready::Ready;
use spec::HostUser;
use volume::Volumes;

/// How the backend is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// The `disco` program, which is run again as the zygote of the launchers.
    pub launcher: PathBuf,
    /// Folders shown read-only inside; their `bin` comes first in `PATH`.
    pub tools: Vec<PathBuf>,
    /// Commands that run at one time; more wait.
    pub running: usize,
    /// What sandboxes can be given of the network.
    pub network: network::Settings,
    /// Where it is kept what the next server has to find: which cgroups there were, and the images of workspaces.
    /// Without it there are neither notes nor images.
    pub data_dir: Option<PathBuf>,
    /// Whether new workspaces are file systems of their own.
    pub disk_images: bool,
    /// How far the server walks through their files.
    pub walks: Walks,
}

impl Options {
    /// This very program as the launcher, no more tools than the system's, 32 commands at a time.
    #[must_use]
    pub fn new() -> Self {
        // The link stays right when the program's file is replaced by a newer one.
        Self {
            launcher: PathBuf::from("/proc/self/exe"),
            tools: Vec::new(),
            running: 32,
            network: network::Settings::default(),
            data_dir: None,
            disk_images: false,
            walks: Walks::default(),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes sandboxes of namespaces.
#[derive(Debug, Clone)]
pub struct Local {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: Options,
    places: Places,
    volumes: Option<Volumes>,
    running: Semaphore,
    ready: Arc<Ready>,
}

impl Local {
    /// Looks at what the host offers.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let running = Semaphore::new(options.running);
        let ready = Arc::new(Ready::new(options.launcher.clone()));
        let data = |name: &str| options.data_dir.as_ref().map(|data| data.join(name));
        let places = Places::find(data("cgroups").as_deref());
        let volumes = data("images").map(|folder| Volumes::new(folder, options.disk_images));
        Self { shared: Arc::new(Shared { options, places, volumes, running, ready }) }
    }

    /// Tries whether a workspace can be a file system of its own; `None` where none is to be.
    ///
    /// # Errors
    /// `INVALID_CONFIG` where it cannot.
    pub async fn try_disk_images(&self) -> Option<Result<()>> {
        let volumes = self.shared.volumes.clone().filter(|_| self.shared.options.disk_images)?;
        Some(tree::aside(move || volumes.try_out()).await)
    }

    /// Which bounds are kept by cgroups: memory, processes, processor time.
    #[must_use]
    pub fn cgroup_bounds(&self) -> [bool; 3] {
        let Controllers { memory, pids, cpu } = self.shared.places.controllers();
        [memory, pids, cpu]
    }
}

#[async_trait]
impl Backend for Local {
    fn name(&self) -> &'static str {
        "local"
    }

    fn check_network(&self, network: &Network) -> Result<()> {
        self.shared.options.network.allowed.check(network)
    }

    async fn make_workspace(&self, record: &Record) -> Result<()> {
        let (local, record) = (self.clone(), record.clone());
        tree::aside(move || match &local.shared.volumes {
            Some(volumes) => volumes.open(&record),
            None => tree::make_workspace(&record.workspace),
        })
        .await
    }

    async fn open(&self, record: &Record) -> Result<Arc<dyn Sandbox>> {
        self.make_workspace(record).await?;
        let usage = Arc::new(Usage::new(&record.limits));
        let root =
            Root::open(&record.workspace)?.bounded_by(usage.clone()).walked_within(self.shared.options.walks);
        Ok(Arc::new(LocalSandbox {
            shared: self.shared.clone(),
            record: record.clone(),
            root,
            usage,
            runs: Arc::default(),
            closed: watch::Sender::new(false),
            in_use: RwLock::new(()),
        }))
    }

    async fn remove(&self, record: &Record) -> Result<()> {
        let (local, record) = (self.clone(), record.clone());
        tree::aside(move || {
            local.shared.volumes.as_ref().map_or(Ok(()), |volumes| volumes.remove(&record))?;
            tree::remove(&record.workspace)
        })
        .await
    }

    async fn tidy(&self) {
        self.shared.places.sweep();
    }
}

/// One sandbox: a folder, and the rules for commands in it. Between commands it has no process.
#[derive(Debug)]
struct LocalSandbox {
    shared: Arc<Shared>,
    record: Record,
    root: Root,
    usage: Arc<Usage>,
    runs: Arc<Runs>,
    closed: watch::Sender<bool>,
    /// Every command holds it shared, so that closing can wait for their end.
    in_use: RwLock<()>,
}

#[async_trait]
impl Sandbox for LocalSandbox {
    fn root(&self) -> &Root {
        &self.root
    }

    async fn exec(&self, request: ExecRequest, chunks: Option<ChunkSender>) -> Result<ExecResult> {
        let _in_use = self.in_use.read().await;
        let _turn = self.shared.running.acquire().await;
        run::run(self, request, chunks).await
    }

    /// A terminal takes no turn: its command may wait for days, and their number has a bound of its own.
    async fn open_terminal(&self, request: TerminalRequest, line: Line) -> Result<TerminalEnd> {
        let _in_use = self.in_use.read().await;
        terminal::run(self, request, line).await
    }

    async fn processes(&self) -> Result<Vec<Process>> {
        processes::told(&self.runs, Some(self.root.clone())).await
    }

    async fn signal(&self, process_id: &str, signal: Signal) -> Result<Process> {
        processes::signal(&self.runs, Some(self.root.clone()), process_id, signal).await
    }

    async fn close(&self) {
        self.closed.send_replace(true);
        let _none_runs = self.in_use.write().await;
    }
}

/// Who the commands are: ourselves, or if we are root the owner of the workspace, or nobody that exists.
fn host_user(root: &Root) -> Result<HostUser> {
    let me = rustix::process::geteuid();
    if !me.is_root() {
        return Ok(HostUser {
            uid: me.as_raw(),
            gid: rustix::process::getegid().as_raw(),
            translate_root: false,
        });
    }
    let (uid, gid) = root.owner()?;
    if uid == 0 {
        return Ok(HostUser { uid: UNPRIVILEGED, gid: UNPRIVILEGED, translate_root: true });
    }
    Ok(HostUser { uid, gid: if gid == 0 { UNPRIVILEGED } else { gid }, translate_root: false })
}
