#![doc = include_str!("README.md")]

mod attach;
mod container;
pub(crate) mod engine;
mod harden;
mod images;
pub(crate) mod labels;
mod network;
mod rest;
mod run;
mod seccomp;
mod settings;
mod starved;
mod terminal;
mod turn;
mod usage;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bollard::query_parameters::ListContainersOptionsBuilder;
use tokio::sync::{OnceCell, RwLock, Semaphore, watch};

use self::container::{Container, no_image};
use self::engine::{Connection, refused};
use self::harden::{Plan, User};
use self::rest::Rest;
use self::starved::Starved;
use super::backend::{Backend, Sandbox};
use super::exec::{ChunkSender, ExecRequest, ExecResult};
use super::network::{Access, Network, Proxy};
use super::paths::Root;
use super::process::{Process, Signal};
use super::processes::{self, Runs};
use super::store::Record;
use super::terminal::{Line, TerminalEnd, TerminalRequest};
use super::{disk, tree};
use crate::error::{Error, ErrorCode, Result};
use crate::random;

pub(crate) use container::remove;
pub use engine::Engine;
pub use settings::DockerSettings;

/// How the backend is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// What the settings say of it.
    pub settings: DockerSettings,
    /// Commands that run at one time; more wait.
    pub running: usize,
    /// The data folder.
    pub folder: PathBuf,
    /// The name of the data folder, as its containers are labelled.
    pub owner: String,
    /// The name of this process, as its containers are labelled.
    pub process: String,
    /// What sandboxes can be given of the network.
    pub network: super::network::Settings,
}

/// Makes sandboxes of containers.
#[derive(Debug, Clone)]
pub struct Docker {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: Options,
    connection: OnceCell<Arc<Connection>>,
    /// The filter of system calls, as the engine takes it.
    profile: OnceCell<String>,
    starved: Starved,
    running: Semaphore,
}

impl Docker {
    /// The engine is not asked before something is wanted of it.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let running = Semaphore::new(options.running);
        let starved = Starved::new();
        let (connection, profile) = (OnceCell::new(), OnceCell::new());
        Self { shared: Arc::new(Shared { options, connection, profile, starved, running }) }
    }

    /// What the engine is.
    ///
    /// # Errors
    /// `DOCKER_UNAVAILABLE` when none answers.
    pub async fn engine(&self) -> Result<Engine> {
        Ok(self.connection().await?.engine.clone())
    }

    /// The name of the data folder, as its containers are labelled.
    pub(crate) fn owner(&self) -> &str {
        &self.shared.options.owner
    }

    /// The name of this process, as its containers are labelled.
    pub(crate) fn process(&self) -> &str {
        &self.shared.options.process
    }

    pub(crate) async fn connection(&self) -> Result<Arc<Connection>> {
        self.shared.connection().await
    }
}

impl Shared {
    async fn connection(&self) -> Result<Arc<Connection>> {
        let open = || async { Connection::open(&self.options.settings.docker_host).await.map(Arc::new) };
        self.connection.get_or_try_init(open).await.cloned()
    }

    fn image<'a>(&'a self, record: &'a Record) -> &'a str {
        record.image.as_deref().unwrap_or(&self.options.settings.docker_image)
    }

    /// Says now what would go wrong with the first command.
    async fn check(&self, record: &Record) -> Result<()> {
        let connection = self.connection().await?;
        connection.engine.usable()?;
        if record.network != Network::None {
            connection.engine.networked()?;
        }
        self.check_image(self.image(record)).await
    }

    async fn check_image(&self, image: &str) -> Result<()> {
        let connection = self.connection().await?;
        connection.api.inspect_image(image).await.map_err(|error| match error {
            bollard::errors::Error::DockerResponseServerError { status_code: 404, .. } => no_image(image),
            error => refused("the image cannot be looked at", &error),
        })?;
        Ok(())
    }
}

#[async_trait]
impl Backend for Docker {
    fn name(&self) -> &'static str {
        "docker"
    }

    fn check_network(&self, network: &Network) -> Result<()> {
        self.shared.options.network.allowed.check(network)
    }

    async fn check_image(&self, image: &str) -> Result<()> {
        images::check(image, &self.shared.options.settings.docker_images)?;
        self.shared.check_image(image).await
    }

    async fn open(&self, record: &Record) -> Result<Arc<dyn Sandbox>> {
        // An older one's files can be read though the engine is away.
        if !record.workspace.is_dir() {
            self.shared.check(record).await?;
        }
        tree::make_workspace(&record.workspace)?;
        let disk = Arc::new(disk::Usage::new(&record.limits));
        let root = Root::open(&record.workspace)?.bounded_by(disk.clone());
        Ok(Arc::new(DockerSandbox {
            shared: self.shared.clone(),
            record: record.clone(),
            user: user(&root)?,
            root,
            disk,
            runs: Arc::default(),
            rest: Rest::new(Duration::from_secs(self.shared.options.settings.docker_keep_s)),
            closed: watch::Sender::new(false),
            in_use: RwLock::new(()),
        }))
    }

    async fn remove(&self, record: &Record) -> Result<()> {
        match self.remove_containers(&record.id).await {
            // Then it has none that run, and what lies there goes when the engine is back.
            Err(error) if error.code == ErrorCode::DockerUnavailable => {}
            removed => removed?,
        }
        let path = record.workspace.clone();
        tree::aside(move || tree::remove(&path)).await
    }
}

impl Docker {
    /// Those of other processes too.
    async fn remove_containers(&self, sandbox: &str) -> Result<()> {
        let connection = self.connection().await?;
        let filters = labels::only(labels::SANDBOX, sandbox);
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        let all = connection.api.list_containers(Some(options)).await;
        for found in all.map_err(|error| refused("the containers cannot be listed", &error))? {
            let is_ours = found
                .labels
                .is_some_and(|labels| labels.get(labels::OWNER).is_some_and(|owner| owner == self.owner()));
            if let (true, Some(id)) = (is_ours, found.id) {
                remove(&connection, &id).await?;
            }
        }
        Ok(())
    }
}

/// One sandbox: a folder, and the rules for commands in it.
#[derive(Debug)]
struct DockerSandbox {
    shared: Arc<Shared>,
    record: Record,
    root: Root,
    user: User,
    disk: Arc<disk::Usage>,
    runs: Arc<Runs>,
    rest: Rest,
    closed: watch::Sender<bool>,
    /// Every command holds it shared, so that closing can wait for their end.
    in_use: RwLock<()>,
}

#[async_trait]
impl Sandbox for DockerSandbox {
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
        processes::told(&self.runs, None).await
    }

    async fn signal(&self, process_id: &str, signal: Signal) -> Result<Process> {
        processes::signal(&self.runs, None, process_id, signal).await
    }

    async fn close(&self) {
        self.closed.send_replace(true);
        let _none_runs = self.in_use.write().await;
        if let Some(container) = self.rest.take() {
            container.kill().await;
        }
    }
}

impl DockerSandbox {
    fn take_at_rest(&self) -> Option<Container> {
        self.rest.take()
    }

    /// Lets the container rest for the next command, or kills it if something is left in it or one rests already.
    async fn lay_aside(&self, mut container: Container, is_clean: bool) {
        if is_clean && container.is_at_rest().await {
            if let Some(other) = self.rest.put(container) {
                other.kill().await;
            }
        } else {
            container.kill().await;
        }
    }

    async fn start_container(&self) -> Result<Container> {
        let connection = self.shared.connection().await?;
        let engine = connection.engine.usable()?;
        let Options { owner, process, folder, .. } = &self.shared.options;
        let profile = || async { seccomp::for_engine(engine, folder) };
        let labels = [(labels::OWNER, owner), (labels::SANDBOX, &self.record.id), (labels::PROCESS, process)];
        let plan = Plan {
            image: self.shared.image(&self.record),
            workspace: self.root.host_path(),
            user: self.user,
            limits: &self.record.limits,
            profile: self.shared.profile.get_or_try_init(profile).await?,
            engine,
            labels: HashMap::from(labels.map(|(name, value)| (name.to_owned(), value.clone()))),
        };
        Container::start(connection.clone(), &random::name("disco")?, &plan).await
    }

    /// What the command can reach: what it alone is given, else what the sandbox has.
    fn access(&self, request: &ExecRequest) -> Result<Option<Access>> {
        match &request.access {
            Some(access) => Ok(Some(access.clone())),
            None => Access::of(&self.record.network, &self.shared.options.network.allowed),
        }
    }

    /// Serves the network of a command that is not yet started.
    async fn serve(&self, container: &mut Container, access: Option<Access>) -> Result<Option<Proxy>> {
        let Some(access) = access else { return Ok(None) };
        self.shared.connection().await?.engine.networked()?;
        let listener = network::listen(&container.id, container.pid).await?;
        Proxy::start(listener, &self.record.id, access, &self.shared.options.network).map(Some)
    }

    async fn watch_memory(&self, id: &str) -> Result<starved::Watch> {
        let connection = self.shared.connection().await?;
        Ok(self.shared.starved.watch(&connection, &self.shared.options.owner, id))
    }
}

/// Who the commands are: ourselves, or if we are root the owner of the workspace.
fn user(root: &Root) -> Result<User> {
    let me = rustix::process::geteuid();
    if !me.is_root() {
        return Ok(User { uid: me.as_raw(), gid: rustix::process::getegid().as_raw() });
    }
    let (uid, gid) = root.owner()?;
    if uid == 0 {
        let path = root.host_path().display();
        return Err(Error::new(
            ErrorCode::SandboxUnavailable,
            format!("{path} belongs to root, and no command in a container is root"),
        )
        .suggest("give the folder to another user, or use the backend `local`"));
    }
    Ok(User { uid, gid: if gid == 0 { tree::UNPRIVILEGED } else { gid } })
}
