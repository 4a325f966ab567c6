//! Sandboxes for tests, and what must not be left of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use disco_server::error::Error;
use disco_server::sandbox::local::{Local, Options};
use disco_server::sandbox::{Backend, CreateRequest, ExecResult, Handle, LimitsWish, Registry, Settings};
use disco_server::state::Store;
use disco_server::terminal::{ExecuteRequest, execute};

/// The variable by which a run as another user is told where the program is.
pub(crate) const PROGRAM: &str = "PROGRAM_UNDER_TEST";

pub(crate) fn program() -> PathBuf {
    std::env::var_os(PROGRAM).map_or_else(|| env!("CARGO_BIN_EXE_disco").into(), Into::into)
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

pub(crate) fn settings(folder: &Path) -> Settings {
    Settings { max_sandboxes: 2, ..Settings::new(folder.join("default"), folder.join("data")) }
}

pub(crate) async fn registry(settings: Settings) -> Arc<Registry> {
    try_registry(settings).await.expect("the registry opens")
}

pub(crate) async fn try_registry(settings: Settings) -> Result<Arc<Registry>, Error> {
    registry_with(settings, Vec::new()).await
}

/// One whose sandboxes are shown these folders of tools.
pub(crate) async fn registry_with(settings: Settings, tools: Vec<PathBuf>) -> Result<Arc<Registry>, Error> {
    let options = Options { launcher: program(), tools, ..Options::new() };
    let store = Store::open(&settings.data_dir).expect("the state opens");
    let local: Arc<dyn Backend> = Arc::new(Local::new(options));
    Registry::open(settings, [local], store).await
}

/// One sandbox in a folder of its own.
pub(crate) struct Bench {
    pub(crate) sandbox: Handle,
    _folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) async fn new(limits: LimitsWish) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let registry = registry(settings(folder.path())).await;
        let made = registry.create(CreateRequest { limits, ..Default::default() }).await.unwrap();
        let sandbox = registry.get(Some(&made.sandbox_id)).await.unwrap();
        Self { sandbox, _folder: folder }
    }

    pub(crate) async fn run(&self, command: &str) -> ExecResult {
        self.run_for(command, 30_000).await
    }

    pub(crate) async fn run_for(&self, command: &str, timeout_ms: u64) -> ExecResult {
        let request = ExecuteRequest {
            command: command.to_owned(),
            timeout_ms: Some(timeout_ms),
            ..Default::default()
        };
        execute(&*self.sandbox, request, None).await.expect("the command is started")
    }

    /// What the command writes, if it succeeds.
    pub(crate) async fn text(&self, command: &str) -> String {
        let done = self.run(command).await;
        assert_eq!(done.exit_code, Some(0), "{command}: {done:?}");
        done.stdout.trim_end().to_owned()
    }
}

/// Whether any process of the machine has this word in its command line.
pub(crate) fn is_running(word: &str) -> bool {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok()).any(|line| {
        // Not the launcher's view of it: the launcher is told through its socket.
        String::from_utf8_lossy(&line).contains(word)
    })
}

/// Waits until something is true, for at most ten seconds.
pub(crate) fn eventually(what: &str, is_true: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !is_true() {
        assert!(Instant::now() < end, "{what}");
        std::thread::yield_now();
    }
}
