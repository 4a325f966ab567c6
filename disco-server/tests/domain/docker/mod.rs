//! The docker backend with a real engine.

mod everyday;
mod full;
mod hostile;
mod life;

use std::sync::Arc;
use std::time::Duration;

use disco_server::containers::Containers;
use disco_server::sandbox::Backend;
use disco_server::sandbox::docker::{Docker, DockerSettings, Options};
use disco_server::sandbox::network;
use disco_server::sandbox::{CreateRequest, ExecResult, Handle, Limits, LimitsWish, Registry, Walks};
use disco_server::state::Store;
use disco_server::terminal::{ExecuteRequest, execute};
use tempfile::TempDir;

use crate::engine;
use crate::support::settings;

/// The image with most programs.
const DEBIAN: &str = "disco/debian";
/// The image with `BusyBox` alone.
const SMALL: &str = "disco/small";

/// One sandbox in a folder of its own.
struct Bench {
    sandbox: Handle,
    registry: Arc<Registry>,
    containers: Containers,
    _folder: TempDir,
}

impl Bench {
    /// `None` if there can be no engine here.
    async fn new(limits: LimitsWish) -> Option<Self> {
        Self::of(DEBIAN, limits, Duration::from_mins(5)).await
    }

    async fn of(image: &str, limits: LimitsWish, keep: Duration) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(folder.path());
        "docker".clone_into(&mut settings.life.backend);
        let store = Store::open(&settings.data_dir).unwrap();
        let docker = docker(image, keep, &store).await?;
        let containers = Containers::new(docker.clone(), store.clone());
        let registry = Registry::open(settings, backends(docker), store).await.unwrap();
        let made = registry.create(CreateRequest { limits, ..Default::default() }).await.unwrap();
        let sandbox = registry.get(Some(&made.sandbox_id)).await.unwrap();
        Some(Self { sandbox, registry, containers, _folder: folder })
    }

    async fn run(&self, command: &str) -> ExecResult {
        self.run_for(command, 30_000).await
    }

    async fn run_for(&self, command: &str, timeout_ms: u64) -> ExecResult {
        execute(&*self.sandbox, request(command, timeout_ms), None).await.expect("the command is started")
    }

    /// What the command writes, if it succeeds.
    async fn text(&self, command: &str) -> String {
        let done = self.run(command).await;
        assert_eq!(done.exit_code, Some(0), "{command}: {done:?}");
        done.stdout.trim_end().to_owned()
    }
}

fn request(command: &str, timeout_ms: u64) -> ExecuteRequest {
    ExecuteRequest { command: command.to_owned(), timeout_ms: Some(timeout_ms), ..Default::default() }
}

async fn docker(image: &str, keep: Duration, store: &Store) -> Option<Docker> {
    let host = format!("unix://{}", engine::socket()?.display());
    let owner = store.name().await.unwrap();
    let process = store.process().id().to_owned();
    let settings = DockerSettings {
        docker_host: host,
        docker_image: image.to_owned(),
        docker_keep_s: keep.as_secs(),
        ..DockerSettings::default()
    };
    let (folder, network) = (store.folder().to_owned(), network::Settings::default());
    Some(Docker::new(Options {
        settings,
        running: 32,
        folder,
        owner,
        process,
        network,
        walks: Walks::default(),
    }))
}

fn backends(docker: Docker) -> [Arc<dyn Backend>; 1] {
    [Arc::new(docker)]
}

/// The limits with one of them other.
fn limits(change: impl FnOnce(&mut LimitsWish)) -> LimitsWish {
    let Limits { memory_mb, .. } = Limits::default();
    let mut wish = LimitsWish { memory_mb: Some(memory_mb.min(512)), ..LimitsWish::default() };
    change(&mut wish);
    wish
}
