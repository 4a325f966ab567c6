#![doc = include_str!("README.md")]

mod attach;
mod container;
pub(crate) mod engine;
mod harden;
mod images;
pub(crate) mod labels;
mod list;
mod network;
mod rest;
mod run;
mod sandbox;
mod seccomp;
mod settings;
mod starved;
mod terminal;
mod turn;
mod usage;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bollard::query_parameters::ListContainersOptionsBuilder;
use tokio::sync::{OnceCell, Semaphore};

use self::container::no_image;
use self::engine::{Connection, refused};
use self::sandbox::DockerSandbox;
use self::starved::Starved;
use super::backend::{Backend, Sandbox};
use super::network::Network;
use super::store::Record;
use super::tree;
use crate::error::{ErrorCode, Result};

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
    /// How far the server walks through their files.
    pub walks: super::Walks,
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

    /// The image of a sandbox whose creator names none, if it is there.
    pub(crate) async fn standard_image(&self) -> Result<String> {
        let image = &self.shared.options.settings.docker_image;
        self.shared.check_image(image).await.map(|()| image.clone())
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
        Ok(Arc::new(DockerSandbox::open(self.shared.clone(), record)?))
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
        for found in connection.list(options).await? {
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
