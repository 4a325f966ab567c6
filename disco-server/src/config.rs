//! The settings: flags before `DISCO_*` variables before the keys of `disco.toml` before the defaults.
//!
//! Flags and variables are read by `clap` into [`Given`], the file into a table; both are laid over each other
//! and read as [`Config`]. A key, or a variable that begins with `DISCO_`, that is not known is an error.

mod explain;
mod given;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use disco_sdk::Server;
use serde::Deserialize;

use crate::error::{Error, ErrorCode, Result};
use crate::jobs::Bounds;
use crate::sandbox::local::Options;
use crate::sandbox::{Limits, Settings};

pub use explain::Setting;
pub use given::Given;

/// The settings as they hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The workspace of the default sandbox.
    pub workspace: PathBuf,
    /// Where everything that must last is kept.
    pub data_dir: PathBuf,
    /// Where `disco serve` listens, as it was written.
    pub listen: String,
    /// How many sandboxes there may be beside the default one.
    pub max_sandboxes: usize,
    /// How many commands run at one time.
    pub max_running: usize,
    /// Folders shown read-only in every sandbox.
    pub tools: Vec<PathBuf>,
    /// What a sandbox may take.
    pub limits: Limits,
    /// How many jobs there may be, and how much is kept of them.
    pub jobs: Bounds,
    /// How many entries the audit keeps.
    pub audit_entries: u64,
}

/// The keys of `disco.toml`.
#[derive(Debug, Deserialize)]
#[serde(default)]
struct Keys {
    workspace: Option<PathBuf>,
    data_dir: Option<PathBuf>,
    listen: String,
    max_sandboxes: usize,
    max_running: usize,
    tools: Vec<PathBuf>,
    max_jobs: usize,
    max_queued_jobs: usize,
    max_runs: usize,
    job_log_mb: u64,
    artifact_mb: u64,
    audit_entries: u64,
    #[serde(flatten)]
    limits: toml::Table,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            workspace: None,
            data_dir: None,
            listen: "127.0.0.1:3000".to_owned(),
            max_sandboxes: 50,
            max_running: 32,
            tools: Vec::new(),
            max_jobs: 4,
            max_queued_jobs: 1000,
            max_runs: 1000,
            job_log_mb: 16,
            artifact_mb: 1024,
            audit_entries: 100_000,
            limits: toml::Table::new(),
        }
    }
}

/// All keys of `disco.toml`; the variables are the same in capitals after `DISCO_`, and `DISCO_CONFIG`.
const KEYS: [&str; 20] = [
    "workspace",
    "data_dir",
    "listen",
    "max_sandboxes",
    "max_running",
    "tools",
    "memory_mb",
    "cpus",
    "processes",
    "disk_mb",
    "file_mb",
    "tmp_mb",
    "open_files",
    "output_mb",
    "max_jobs",
    "max_queued_jobs",
    "max_runs",
    "job_log_mb",
    "artifact_mb",
    "audit_entries",
];

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

    fn from_table(table: toml::Table) -> Result<Self> {
        let keys: Keys =
            table.try_into().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
        let limits: Limits =
            keys.limits.try_into().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
        limits
            .check_within(&Limits::most())
            .map_err(|error| Error { code: ErrorCode::InvalidConfig, ..error })?;
        in_range("max_sandboxes", keys.max_sandboxes as u64, 0, 10_000)?;
        in_range("max_running", keys.max_running as u64, 1, 1024)?;
        in_range("max_jobs", keys.max_jobs as u64, 1, 256)?;
        in_range("max_queued_jobs", keys.max_queued_jobs as u64, 0, 100_000)?;
        in_range("max_runs", keys.max_runs as u64, 1, 1_000_000)?;
        in_range("job_log_mb", keys.job_log_mb, 1, 1024)?;
        in_range("artifact_mb", keys.artifact_mb, 0, 1 << 20)?;
        in_range("audit_entries", keys.audit_entries, 10, 100_000_000)?;
        if let Some(tool) = keys.tools.iter().find(|tool| !tool.is_absolute() || !tool.is_dir()) {
            return Err(wrong(format!("`tools`: {} is not a folder with an absolute name", tool.display())));
        }
        let data_dir = match keys.data_dir {
            Some(folder) => folder,
            None => user_folder("XDG_DATA_HOME", ".local/share").ok_or_else(|| {
                wrong("neither XDG_DATA_HOME nor HOME is set, so there is no folder for data".to_owned())
                    .suggest("give `--data-dir`")
            })?,
        };
        Ok(Self {
            workspace: keys.workspace.unwrap_or_else(|| data_dir.join("default")),
            data_dir,
            listen: keys.listen,
            max_sandboxes: keys.max_sandboxes,
            max_running: keys.max_running,
            tools: keys.tools,
            limits,
            jobs: Bounds {
                running: keys.max_jobs,
                queued: keys.max_queued_jobs,
                runs: keys.max_runs,
                log_bytes: keys.job_log_mb << 20,
                artifact_bytes: keys.artifact_mb << 20,
            },
            audit_entries: keys.audit_entries,
        })
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
            workspace: self.workspace.clone(),
            data_dir: self.data_dir.clone(),
            max_sandboxes: self.max_sandboxes,
            limits: self.limits.clone(),
        }
    }

    /// What the local backend needs of it.
    #[must_use]
    pub fn local(&self) -> Options {
        Options { tools: self.tools.clone(), running: self.max_running, ..Options::new() }
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
    match table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        None => Ok(table),
        Some(key) => Err(at(format!("there is no key `{key}`")).suggest(nearest(key, KEYS.iter().copied()))),
    }
}

fn check_variables(names: impl Iterator<Item = String>) -> Result<()> {
    let ours = KEYS.iter().chain(&["config"]).map(|key| format!("DISCO_{}", key.to_ascii_uppercase()));
    let known: Vec<String> = ours.chain(Server::ENVIRONMENT.map(ToOwned::to_owned)).collect();
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

fn in_range(name: &str, value: u64, least: u64, most: u64) -> Result<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(wrong(format!("`{name}` is {value}, but must be {least} to {most}")))
}

fn wrong(message: String) -> Error {
    Error::new(ErrorCode::InvalidConfig, message).suggest("`disco --help` lists the settings")
}

#[cfg(test)]
mod tests;
