//! The engine: where it listens, what it is, and what it can keep.

use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bollard::errors::Error as Failure;
use bollard::models::{SystemInfo, SystemVersion};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::network;
use crate::error::{Error, ErrorCode, Result};

/// The longest that the engine may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);
/// The longest that it may take to say what it is.
const FIRST_PATIENCE: Duration = Duration::from_secs(10);

/// An engine that answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Engine {
    /// `docker` or `podman`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of its API that is spoken.
    pub api_version: String,
    /// Where it listens.
    pub socket: PathBuf,
    /// Whether it runs without root.
    pub rootless: bool,
    /// Which bounds it keeps, of `memory`, `cpu` and `pids`.
    pub keeps: Vec<String>,
    /// Why sandboxes cannot be had of it; absent if they can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Why its sandboxes can be given no network; absent if they can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_refusal: Option<String>,
}

/// An engine and the way to speak to it.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) api: bollard::Docker,
    pub(crate) engine: Engine,
}

/// The socket to try: the one of the settings, or the first that is there of those where engines listen.
pub(super) fn socket(host: &str) -> Result<PathBuf> {
    if let Some(path) = host.strip_prefix("unix://") {
        return Ok(PathBuf::from(path));
    }
    if !host.is_empty() {
        return Err(Error::new(
            ErrorCode::InvalidConfig,
            format!("`docker_host` is `{host}`, but workspaces are folders of this machine, so the engine must be on it"),
        )
        .suggest("write it as `unix:///var/run/docker.sock`"));
    }
    let places = places(std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).as_deref());
    let is_socket = |path: &PathBuf| path.metadata().is_ok_and(|found| found.file_type().is_socket());
    places.into_iter().find(is_socket).ok_or_else(|| {
        Error::new(ErrorCode::DockerUnavailable, "neither Docker nor Podman listens on this machine")
            .suggest("start Docker, or `systemctl --user start podman.socket`, or set `docker_host`")
    })
}

fn places(of_user: Option<&Path>) -> Vec<PathBuf> {
    let of_user = of_user
        .into_iter()
        .flat_map(|folder| [folder.join("docker.sock"), folder.join("podman/podman.sock")]);
    let system = ["/var/run/docker.sock", "/run/podman/podman.sock"].map(PathBuf::from);
    let [docker, podman] = system;
    [docker].into_iter().chain(of_user).chain([podman]).collect()
}

impl Connection {
    /// Asks what listens there, and agrees on a version of the API.
    pub(super) async fn open(host: &str) -> Result<Self> {
        let socket = socket(host)?;
        let at = |error: Failure| unreachable(&socket, &error);
        let path = socket.to_string_lossy();
        let api = bollard::Docker::connect_with_unix(&path, PATIENCE.as_secs(), bollard::API_DEFAULT_VERSION)
            .map_err(at)?;
        let ask = async {
            let api = api.negotiate_version().await?;
            let (version, info) = tokio::try_join!(api.version(), api.info())?;
            Ok((api, version, info))
        };
        let late = |_| {
            let what = format!("{} does not answer within {FIRST_PATIENCE:?}", socket.display());
            Error::new(ErrorCode::DockerUnavailable, what).suggest("restart the engine")
        };
        let (api, version, info) =
            tokio::time::timeout(FIRST_PATIENCE, ask).await.map_err(late)?.map_err(at)?;
        let spoken = api.client_version().to_string();
        Ok(Self { api, engine: Engine::of(&version, &info, spoken, socket) })
    }
}

impl Engine {
    fn of(version: &SystemVersion, info: &SystemInfo, api_version: String, socket: PathBuf) -> Self {
        let parts = version.components.iter().flatten();
        let is_podman = parts.into_iter().any(|part| part.name.contains("Podman"));
        let options = info.security_options.clone().unwrap_or_default();
        let has = |word: &str| options.iter().any(|option| option.split(',').any(|part| part == word));
        let rootless = has("name=rootless");
        let refusal = if has("name=userns") {
            Some(
                "it gives users other numbers (`userns-remap`), so that commands could not write the workspace",
            )
        } else if rootless && !is_podman {
            Some(
                "rootless Docker lets only its user 0 write the workspace, and no command is that; rootless Podman can",
            )
        } else if info.memory_limit == Some(false) || info.pids_limit == Some(false) {
            Some("it cannot bound memory or processes: its cgroups are not delegated")
        } else {
            None
        };
        let kept = [("memory", info.memory_limit), ("cpu", info.cpu_cfs_quota), ("pids", info.pids_limit)]
            .into_iter();
        Self {
            name: if is_podman { "podman" } else { "docker" }.to_owned(),
            version: version.version.clone().unwrap_or_default(),
            api_version,
            socket,
            rootless,
            keeps: kept
                .filter(|(_, keeps)| *keeps == Some(true))
                .map(|(bound, _)| bound.to_owned())
                .collect(),
            refusal: refusal.map(str::to_owned),
            network_refusal: network_refusal(info, rootless).map(str::to_owned),
        }
    }

    /// Whether its sandboxes can be given a network.
    pub(super) fn networked(&self) -> Result<()> {
        self.network_refusal.as_deref().map_or(Ok(()), |why| Err(network::unavailable(why)))
    }

    pub(super) fn is_podman(&self) -> bool {
        self.name == "podman"
    }

    /// The engine, if sandboxes can be had of it.
    pub(super) fn usable(&self) -> Result<&Self> {
        match &self.refusal {
            None => Ok(self),
            Some(why) => Err(Error::new(
                ErrorCode::SandboxUnavailable,
                format!("{} {} cannot be used: {why}", self.name, self.version),
            )
            .suggest("use the backend `local`, or another engine by `docker_host`")),
        }
    }
}

/// The server listens inside a container, for which it has to enter its network namespace.
fn network_refusal(info: &SystemInfo, rootless: bool) -> Option<&'static str> {
    let kernel = rustix::system::uname().release().to_string_lossy().into_owned();
    if info.kernel_version.as_ref().is_some_and(|version| *version != kernel) {
        Some(
            "the engine runs in a machine of its own, as Docker Desktop does, and no network there can be entered",
        )
    } else if rootless {
        Some("the engine runs without root, and networks of its containers cannot be entered")
    } else if !network::may_enter() {
        Some("the server is not root, so it may not enter the networks of containers")
    } else {
        None
    }
}

/// An error of the engine, met while doing `what`.
pub(crate) fn refused(what: &str, error: &Failure) -> Error {
    match error {
        Failure::DockerResponseServerError { message, .. } => {
            Error::new(ErrorCode::SandboxFailed, format!("{what}: {}", message.trim()))
                .suggest("run `disco doctor` on the server's machine: it tells what the engine can do")
        }
        error => Error::new(ErrorCode::DockerUnavailable, format!("{what}: {error}"))
            .suggest("look whether the engine runs; `disco doctor` tells where it is looked for"),
    }
}

/// Whether the engine says that there is no such thing, or that it is going away.
pub(crate) fn is_gone(error: &Failure) -> bool {
    matches!(error, Failure::DockerResponseServerError { status_code: 404 | 409, .. })
}

fn unreachable(socket: &Path, error: &Failure) -> Error {
    let denied = std::error::Error::source(error).is_some()
        && rustix::fs::access(socket, rustix::fs::Access::WRITE_OK).is_err();
    let suggestion = if denied {
        "let the server's user use the socket: `usermod -aG docker USER`, or rootless Podman"
    } else {
        "start the engine, or set `docker_host`"
    };
    Error::new(ErrorCode::DockerUnavailable, format!("no engine answers at {}: {error}", socket.display()))
        .suggest(suggestion)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockers_socket_is_looked_for_before_podmans() {
        let places = places(Some(Path::new("/run/user/7")));
        let names: Vec<_> = places.iter().map(|path| path.to_str().unwrap_or_default()).collect();
        assert_eq!(
            names,
            [
                "/var/run/docker.sock",
                "/run/user/7/docker.sock",
                "/run/user/7/podman/podman.sock",
                "/run/podman/podman.sock"
            ]
        );
    }

    #[test]
    fn an_engine_that_is_elsewhere_is_refused() {
        let error = socket("tcp://example.org:2375").expect_err("it is elsewhere");
        assert_eq!(error.code, ErrorCode::InvalidConfig);
    }

    #[test]
    fn an_engine_of_another_kernel_or_without_root_gives_no_network() {
        let here = rustix::system::uname().release().to_string_lossy().into_owned();
        let info =
            |kernel: &str| SystemInfo { kernel_version: Some(kernel.to_owned()), ..SystemInfo::default() };
        assert!(
            network_refusal(&info("6.10.14-linuxkit"), false)
                .is_some_and(|why| why.contains("machine of its own"))
        );
        assert!(network_refusal(&info(&here), true).is_some_and(|why| why.contains("without root")));
        assert_eq!(network_refusal(&info(&here), false).is_none(), network::may_enter());
    }

    #[test]
    fn an_engine_that_gives_users_other_numbers_is_not_usable() {
        let info = SystemInfo {
            security_options: Some(vec!["name=seccomp,profile=default".into(), "name=userns".into()]),
            ..SystemInfo::default()
        };
        let engine = Engine::of(&SystemVersion::default(), &info, "1.41".into(), PathBuf::new());
        assert_eq!(engine.usable().map_err(|error| error.code), Err(ErrorCode::SandboxUnavailable));
    }
}
