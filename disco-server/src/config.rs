//! The settings: flags before `DISCO_*` variables before the keys of `disco.toml` before the defaults.
//!
//! Flags and variables are read by `clap` into [`Given`], the file into a table; both are laid over each other
//! and read as [`Config`]. A key, or a variable that begins with `DISCO_`, that is not known is an error.
//!
//! A setting is a field of [`Config`] with its default, and a field of [`Given`] of the same name with its words; a
//! test finds one without the other.

mod arguments;
mod explain;
mod given;
mod keys;
mod reach;
mod replicas;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use disco_sdk::Server;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::jobs::Bounds;
use crate::rest::Http;
use crate::results::Answers;
use crate::sandbox::docker::{self, DockerSettings};
use crate::sandbox::local::Options;
use crate::sandbox::{LifeCycle, Limits, Settings, Walks};
use crate::terminal;

pub use explain::Setting;
pub use given::Given;
pub use reach::{Openness, Reach};
pub use replicas::{Replicas, Secret};

/// The settings as they hold; the fields are the keys of `disco.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// The workspace of the default sandbox.
    pub workspace: PathBuf,
    /// Where everything that must last is kept.
    pub data_dir: PathBuf,
    /// Where `disco serve` listens, as it was written.
    pub listen: String,
    /// The sets of tools that are served.
    pub toolsets: Vec<String>,
    /// Whether tools answer to old names too.
    pub compat: bool,
    /// How many sandboxes there may be beside the default one.
    pub max_sandboxes: usize,
    /// How many commands run at one time.
    pub max_running: usize,
    /// Whether each new workspace is a file system of its own.
    pub disk_images: bool,
    /// Folders shown read-only in every sandbox.
    pub tools: Vec<PathBuf>,
    /// What a sandbox may take.
    #[serde(flatten, skip_deserializing)]
    pub limits: Limits,
    /// How sandboxes come and go.
    #[serde(flatten)]
    pub life: LifeCycle,
    /// What sandboxes and git reach.
    #[serde(flatten)]
    pub reach: Reach,
    /// The docker backend.
    #[serde(flatten)]
    pub docker: DockerSettings,
    /// How many terminals there may be, and how much is kept of them.
    #[serde(flatten)]
    pub terminals: terminal::Bounds,
    /// Jobs that run at one time.
    pub max_jobs: usize,
    /// Jobs that wait.
    pub max_queued_jobs: usize,
    /// Jobs that are done and still known.
    pub max_runs: usize,
    /// The log of one job, in MiB.
    pub job_log_mb: u64,
    /// The artifacts of one job together, in MiB.
    pub artifact_mb: u64,
    /// How many entries the audit keeps.
    pub audit_entries: u64,
    /// What requests over HTTP may take, and from where they may come.
    #[serde(flatten)]
    pub http: Http,
    /// What several servers share that answer for each other.
    #[serde(flatten)]
    pub replicas: Replicas,
    /// How much answers hold, and what is asked about.
    #[serde(flatten)]
    pub answers: Answers,
    /// How far the server walks through files.
    #[serde(flatten)]
    pub walks: Walks,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            workspace: PathBuf::new(),
            data_dir: PathBuf::new(),
            listen: "127.0.0.1:3000".to_owned(),
            toolsets: vec!["core".to_owned()],
            compat: false,
            max_sandboxes: 50,
            max_running: 32,
            disk_images: false,
            tools: Vec::new(),
            limits: Limits::default(),
            life: LifeCycle::default(),
            reach: Reach::default(),
            docker: DockerSettings::default(),
            terminals: terminal::Bounds::default(),
            max_jobs: 4,
            max_queued_jobs: 1000,
            max_runs: 1000,
            job_log_mb: 16,
            artifact_mb: 1024,
            audit_entries: 100_000,
            http: Http::default(),
            replicas: Replicas::default(),
            answers: Answers::default(),
            walks: Walks::default(),
        }
    }
}

impl Config {
    /// Reads the file and lays what is given over it.
    ///
    /// # Errors
    /// `INVALID_CONFIG`, naming the key and where it stands.
    pub fn load(given: &Given) -> Result<Self> {
        check_variables(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))?;
        let mut table = in_file(given)?.map_or_else(toml::Table::new, |(_, table)| table);
        let given = toml::Table::try_from(given).map_err(|error| wrong(error.to_string()))?;
        table.extend(given);
        Self::from_table(table)
    }

    fn from_table(mut table: toml::Table) -> Result<Self> {
        let limits = keys::take_limits(&mut table);
        let mut config: Self = read_as(table)?;
        config.limits = read_as(limits)?;
        config.check()?;
        config.find_folders()?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        self.limits
            .check_within(&Limits::most())
            .map_err(|error| Error { code: ErrorCode::InvalidConfig, ..error })?;
        for (name, value, least, most) in [
            ("max_sandboxes", self.max_sandboxes as u64, 0, 10_000),
            ("max_running", self.max_running as u64, 1, 1024),
            ("max_jobs", self.max_jobs as u64, 1, 256),
            ("max_queued_jobs", self.max_queued_jobs as u64, 0, 100_000),
            ("max_runs", self.max_runs as u64, 1, 1_000_000),
            ("job_log_mb", self.job_log_mb, 1, 1024),
            ("artifact_mb", self.artifact_mb, 0, 1 << 20),
            ("docker_keep_s", self.docker.docker_keep_s, 0, 86_400),
            ("max_ended", self.life.max_ended as u64, 0, 1_000_000),
            ("max_snapshots", self.life.max_snapshots as u64, 0, 10_000),
            ("snapshot_mb", self.life.snapshot_mb, 0, 1 << 27),
            ("snapshot_files", self.life.snapshot_files, 1, 100_000_000),
            ("pool", self.life.pool as u64, 0, 100),
            ("network_connections", self.reach.network_connections as u64, 1, 4096),
            ("network_connections_in_all", self.reach.network_connections_in_all.into(), 1, 10_000_000),
            ("network_mb", self.reach.network_mb, 1, 1 << 24),
            ("network_idle_secs", self.reach.network_idle_secs, 1, 3600),
            ("git_timeout_secs", self.reach.git_timeout_secs, 1, 86_400),
            ("audit_entries", self.audit_entries, 10, 100_000_000),
            ("body_mb", self.http.body_mb as u64, 1, 1024),
            ("max_requests", self.http.max_requests as u64, 1, 100_000),
            ("request_seconds", self.http.request_seconds, 1, 86_400),
            ("max_streams", self.http.max_streams as u64, 1, 100_000),
            ("stream_seconds", self.http.stream_seconds, 1, 604_800),
            ("audit_refusals", self.http.audit_refusals, 0, 100_000),
            ("result_bytes", self.answers.result_bytes as u64, 8_000, 1_000_000),
            ("image_kb", self.answers.image_kb, 0, 8192),
            ("outputs_mb", self.answers.outputs_mb, 0, 1 << 20),
            ("ask_above", self.answers.ask_above, 0, 1_000_000),
            ("walk_seconds", self.walks.walk_seconds, 1, 600),
            ("walk_names", self.walks.walk_names as u64, 100, 10_000_000),
            ("walk_depth", self.walks.walk_depth as u64, 1, 512),
            ("search_mb", self.walks.search_mb, 1, 1024),
            ("walk_ignore_kb", self.walks.walk_ignore_kb as u64, 1, 16_384),
            ("max_terminals", self.terminals.max_terminals as u64, 0, 10_000),
            ("terminal_idle_minutes", self.terminals.terminal_idle_minutes, 1, 10_080),
            ("terminal_kb", self.terminals.terminal_kb as u64, 16, 16_384),
            ("recording_mb", self.terminals.recording_mb, 1, 1024),
            ("max_recordings", self.terminals.max_recordings as u64, 1, 100_000),
        ] {
            if !(least..=most).contains(&value) {
                return Err(wrong(format!("`{name}` is {value}, but must be {least} to {most}")));
            }
        }
        match self.tools.iter().find(|tool| !tool.is_absolute() || !tool.is_dir()) {
            None => Ok(()),
            Some(tool) => {
                Err(wrong(format!("`tools`: {} is not a folder with an absolute name", tool.display())))
            }
        }
    }

    /// The folders that nobody has named.
    fn find_folders(&mut self) -> Result<()> {
        if self.data_dir.as_os_str().is_empty() {
            self.data_dir = user_folder("XDG_DATA_HOME", ".local/share").ok_or_else(|| {
                wrong("neither XDG_DATA_HOME nor HOME is set, so there is no folder for data".to_owned())
                    .suggest("give `--data-dir`")
            })?;
        }
        if self.workspace.as_os_str().is_empty() {
            self.workspace = self.data_dir.join("default");
        }
        if self.life.templates.as_os_str().is_empty() {
            let folder = user_folder("XDG_CONFIG_HOME", ".config");
            self.life.templates = folder.map(|folder| folder.join("templates")).unwrap_or_default();
        }
        if self.reach.git_credentials.as_os_str().is_empty() {
            let folder = user_folder("XDG_CONFIG_HOME", ".config");
            let file = folder.map(|folder| folder.join("git-credentials.toml"));
            self.reach.git_credentials = file.filter(|file| file.exists()).unwrap_or_default();
        }
        Ok(())
    }

    /// The address to listen on.
    ///
    /// # Errors
    /// `INVALID_CONFIG` when it is no address, or others than this machine could reach it.
    pub fn listen_address(&self) -> Result<SocketAddr> {
        let listen = &self.listen;
        let name = listen
            .strip_prefix("localhost:")
            .map_or_else(|| listen.clone(), |port| format!("127.0.0.1:{port}"));
        let address = name.parse::<SocketAddr>().ok().or_else(|| name.to_socket_addrs().ok()?.next());
        match address {
            Some(address) if is_loopback(address.ip()) => Ok(address),
            Some(address) => Err(wrong(format!(
                "`listen` is {address}, which others can reach, and this server cannot ask them who they are yet"
            ))
            .suggest("listen on 127.0.0.1 or [::1]; from elsewhere come through an SSH tunnel")),
            None => Err(wrong(format!("`listen` is `{listen}`, which is no address"))
                .suggest("write it as `127.0.0.1:3000`; port 0 takes any free one")),
        }
    }

    /// What the registry needs of it.
    #[must_use]
    pub fn sandboxes(&self) -> Settings {
        Settings {
            max_sandboxes: self.max_sandboxes,
            limits: self.limits.clone(),
            life: self.life.clone(),
            ..Settings::new(self.workspace.clone(), self.data_dir.clone())
        }
    }

    /// What the jobs need of it.
    #[must_use]
    pub fn jobs(&self) -> Bounds {
        Bounds {
            running: self.max_jobs,
            queued: self.max_queued_jobs,
            runs: self.max_runs,
            log_bytes: self.job_log_mb << 20,
            artifact_bytes: self.artifact_mb << 20,
        }
    }

    /// What the local backend needs of it.
    #[must_use]
    pub fn local(&self) -> Options {
        Options {
            tools: self.tools.clone(),
            running: self.max_running,
            disk_images: self.disk_images,
            network: self.reach.network(),
            walks: self.walks,
            ..Options::new()
        }
    }

    /// What the docker backend needs of it, with the names of the data folder and of this process.
    #[must_use]
    pub fn docker(&self, owner: String, process: String) -> docker::Options {
        let (settings, folder) = (self.docker.clone(), self.data_dir.clone());
        let network = self.reach.network();
        docker::Options {
            settings,
            running: self.max_running,
            folder,
            owner,
            process,
            network,
            walks: self.walks,
        }
    }
}

fn is_loopback(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback()),
    }
}

/// Never in the working directory or the workspace: what a sandbox can write must not steer the server.
fn file(given: &Given) -> Option<PathBuf> {
    let standard = || user_folder("XDG_CONFIG_HOME", ".config").map(|folder| folder.join("disco.toml"));
    given.config.clone().or_else(|| standard().filter(|path| path.exists()))
}

/// The file, if there is one, and what it says.
fn in_file(given: &Given) -> Result<Option<(PathBuf, toml::Table)>> {
    file(given).map(|path| read(&path).map(|table| (path, table))).transpose()
}

fn user_folder(variable: &str, in_home: &str) -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute(variable).or_else(|| Some(absolute("HOME")?.join(in_home)))?;
    Some(folder.join("disco"))
}

fn read(path: &Path) -> Result<toml::Table> {
    let at = |what: String| wrong(format!("{}: {what}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| at(error.to_string()))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| at(error.message().to_owned()))?;
    let known = keys::all();
    match table.keys().find(|key| !known.contains(key)) {
        None => Ok(table),
        Some(key) => {
            let nearest = nearest(key, known.iter().map(String::as_str));
            Err(at(format!("there is no key `{key}`")).suggest(nearest))
        }
    }
}

fn read_as<T: for<'a> Deserialize<'a>>(table: toml::Table) -> Result<T> {
    table.try_into().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))
}

fn check_variables(names: impl Iterator<Item = String>) -> Result<()> {
    let known: Vec<String> = keys::variables().chain(Server::ENVIRONMENT.map(ToOwned::to_owned)).collect();
    for name in names.filter(|name| name.starts_with("DISCO_")) {
        if !known.contains(&name) {
            return Err(wrong(format!("there is no variable `{name}`"))
                .suggest(nearest(&name, known.iter().map(String::as_str))));
        }
    }
    Ok(())
}

fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let distance = |known: &&str| strsim::damerau_levenshtein(word, known);
    known.min_by_key(distance).map_or_else(String::new, |known| format!("did you mean `{known}`?"))
}

fn wrong(message: String) -> Error {
    Error::new(ErrorCode::InvalidConfig, message).suggest("`disco --help` lists the settings")
}

#[cfg(test)]
mod tests;
