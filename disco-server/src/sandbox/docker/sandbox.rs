//! One sandbox, whose commands run in containers.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{RwLock, watch};

use super::container::Container;
use super::harden::{Plan, User};
use super::rest::Rest;
use super::{Options, Shared, labels, network, run, seccomp, starved, terminal};
use crate::error::{Error, ErrorCode, Result};
use crate::random;
use crate::sandbox::backend::Sandbox;
use crate::sandbox::exec::{ChunkSender, ExecRequest, ExecResult};
use crate::sandbox::network::{Access, Proxy};
use crate::sandbox::paths::Root;
use crate::sandbox::process::{Process, Signal};
use crate::sandbox::processes::{self, Runs};
use crate::sandbox::store::Record;
use crate::sandbox::terminal::{Line, TerminalEnd, TerminalRequest};
use crate::sandbox::{disk, tree};

/// One sandbox: a folder, and the rules for commands in it.
#[derive(Debug)]
pub(super) struct DockerSandbox {
    pub(super) shared: Arc<Shared>,
    pub(super) record: Record,
    pub(super) root: Root,
    pub(super) user: User,
    pub(super) disk: Arc<disk::Usage>,
    pub(super) runs: Arc<Runs>,
    rest: Rest,
    pub(super) closed: watch::Sender<bool>,
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
    /// Takes the workspace that is there.
    pub(super) fn open(shared: Arc<Shared>, record: &Record) -> Result<Self> {
        let disk = Arc::new(disk::Usage::new(&record.limits));
        let root =
            Root::open(&record.workspace)?.bounded_by(disk.clone()).walked_within(shared.options.walks);
        Ok(Self {
            rest: Rest::new(Duration::from_secs(shared.options.settings.docker_keep_s)),
            shared,
            record: record.clone(),
            user: user(&root)?,
            root,
            disk,
            runs: Arc::default(),
            closed: watch::Sender::new(false),
            in_use: RwLock::new(()),
        })
    }

    pub(super) fn take_at_rest(&self) -> Option<Container> {
        self.rest.take()
    }

    /// Lets the container rest for the next command, or kills it if something is left in it or one rests already.
    pub(super) async fn lay_aside(&self, mut container: Container, is_clean: bool) {
        if is_clean && container.is_at_rest().await {
            if let Some(other) = self.rest.put(container) {
                other.kill().await;
            }
        } else {
            container.kill().await;
        }
    }

    pub(super) async fn start_container(&self) -> Result<Container> {
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
    pub(super) fn access(&self, request: &ExecRequest) -> Result<Option<Access>> {
        match &request.access {
            Some(access) => Ok(Some(access.clone())),
            None => Access::of(&self.record.network, &self.shared.options.network.allowed),
        }
    }

    /// Serves the network of a command that is not yet started.
    pub(super) async fn serve(
        &self,
        container: &mut Container,
        access: Option<Access>,
    ) -> Result<Option<Proxy>> {
        let Some(access) = access else { return Ok(None) };
        self.shared.connection().await?.engine.networked()?;
        let listener = network::listen(&container.id, container.pid).await?;
        Proxy::start(listener, &self.record.id, access, &self.shared.options.network).map(Some)
    }

    pub(super) async fn watch_memory(&self, id: &str) -> Result<starved::Watch> {
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
