//! Puts the parts together: settings, backend, sandboxes, and the protocol in front of them.

use std::sync::Arc;

use disco_sdk::layer::Metrics;
use disco_sdk::{Server, Service, Stop, registered};
use tokio::net::TcpListener;

use crate::audit::{self, Audit};
use crate::compat;
use crate::config::Config;
use crate::connect;
use crate::containers::Containers;
use crate::error::{Error, Result};
use crate::jobs::{DurableTasks, Jobs};
use crate::rest::{self, Measures};
use crate::results::{self, Outputs};
use crate::sandbox::docker::Docker;
use crate::sandbox::local::Local;
use crate::sandbox::{Backend, Registry};
use crate::state::Store;
use crate::terminal::Terminals;
use crate::toolsets;

// The derive of schemars writes patterns into the schemas of the tools.
disco_sdk::patterns!();

/// How to use the server, for the model.
const INSTRUCTIONS: &str = "A coding environment. The default sandbox is always there: leave `sandbox_id` out to use it. \
Read and write files with `file_*`, relative to the workspace; run shell commands with `terminal_execute`, which see \
the workspace at /workspace and have no network unless their sandbox was given one. Programs that ask and answer run on \
a terminal (`terminal_open`). Long work is a job (`submit_job`), and what it wrote and left stays. `sandbox_create` gives a \
workspace of its own for work that must not mix; `git_clone`, `git_pull` and `git_push` reach remotes, which commands \
cannot. `system_info` tells what the system offers.";

/// What every face of the server shares.
#[derive(Debug)]
pub struct App {
    /// The settings.
    pub config: Config,
    /// All sandboxes.
    pub sandboxes: Arc<Registry>,
    /// What was done.
    pub audit: Audit,
    /// The containers that commands run in.
    pub containers: Containers,
    /// What runs by itself.
    pub jobs: Jobs,
    /// Commands that one can talk to.
    pub terminals: Terminals,
    /// The calls that clients have made tasks of.
    pub tasks: DurableTasks,
    /// What was too long for an answer.
    pub outputs: Outputs,
}

impl App {
    /// Opens what the settings name.
    ///
    /// # Errors
    /// When a folder or a record cannot be read or made.
    pub async fn open(config: Config) -> Result<Self> {
        let store = Store::open(&config.data_dir)?;
        let audit = Audit::new(store.clone(), config.audit_entries);
        let mut local = config.local();
        local.network.witness = Some(Arc::new(audit.clone()));
        local.data_dir = Some(config.data_dir.clone());
        let mut docker = config.docker(store.name().await?, store.process().id().to_owned());
        docker.network.witness = Some(Arc::new(audit.clone()));
        let docker = Docker::new(docker);
        let containers = Containers::new(docker.clone(), store.clone());
        let local = Local::new(local);
        local.try_disk_images().await.transpose()?;
        let backends: [Arc<dyn Backend>; 2] = [Arc::new(local), Arc::new(docker)];
        let sandboxes = Registry::open(config.sandboxes(), backends, store.clone()).await?;
        let jobs = Jobs::open(store.clone(), sandboxes.clone(), config.jobs()).await?;
        let tasks = DurableTasks::open(store.clone()).await?;
        let terminals = Terminals::open(store.clone(), config.terminals.clone()).await?;
        store.forget_the_dead().await?;
        sandboxes.keep_sweeping();
        tokio::spawn(containers.clone().tidy());
        let outputs = Outputs::new(&config.data_dir, config.answers.outputs_mb << 20);
        Ok(Self { config, sandboxes, audit, containers, jobs, terminals, tasks, outputs })
    }

    /// The protocol in front of it.
    ///
    /// # Errors
    /// `INTERNAL`, with what the SDK found wrong.
    pub fn service(self) -> Result<Service> {
        Self::server(Arc::new(self)).build().map_err(Error::internal)
    }

    fn server(app: Arc<Self>) -> Server {
        let (toolsets, is_compatible) = (app.config.toolsets.clone(), app.config.compat);
        let server = Server::new("disco", env!("CARGO_PKG_VERSION"))
            .title("Disco")
            .description("A coding environment for AI clients: sandboxes, files, terminals and git.")
            .instructions(INSTRUCTIONS)
            .layer(audit::layer(app.audit.clone()))
            .layer(results::layer(app.outputs.clone(), app.config.answers.result_bytes))
            .tasks(app.tasks.clone())
            .shared_state(app.clone())
            .with(registered!());
        let server = if is_compatible { server.layer(compat::layer(app)) } else { server };
        toolsets::choose(server, &toolsets, is_compatible)
    }
}

/// Serves one client on standard input and output.
///
/// # Errors
/// When the settings name something that cannot be opened, and whatever the streams say.
pub async fn stdio(config: Config) -> Result<()> {
    let service = App::open(config).await?.service()?;
    service.serve_stdio(&Stop::on_signal()).await.map_err(Error::internal)
}

/// Serves clients over HTTP.
///
/// # Errors
/// When the address is not on loopback or cannot be listened on, or the settings name something that cannot be
/// opened.
pub async fn serve(config: Config) -> Result<()> {
    let address = config.listen_address()?;
    let measures = Measures::begin()?;
    let app = Arc::new(App::open(config).await?);
    let mut server = app.config.replicas.apply(App::server(app.clone()).layer(Metrics::new()))?;
    for host in &app.config.http.allowed_hosts {
        server = server.allow_host(host);
    }
    for origin in &app.config.http.allowed_origins {
        server = server.allow_origin(origin);
    }
    let service =
        server.environment(&address.to_string()).and_then(Server::build).map_err(Error::internal)?;
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Error::from_io(&format!("listen on {address}"), &error).suggest("choose another --listen")
    })?;
    let address = listener.local_addr().map_err(|error| Error::from_io("listen", &error))?;
    connect::welcome(&format!("http://{address}"));
    let stop = Stop::on_signal();
    let beside = rest::beside(app, measures, stop.clone());
    service.serve_http_beside(listener, beside, &stop).await.map_err(Error::internal)
}
