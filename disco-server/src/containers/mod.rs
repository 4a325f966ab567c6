//! The containers of the `docker` backend: looks at them, stops them, and removes what dead servers have left.
//!
//! Only those with the label of this data folder are known here: for all others there is no way to be named.

mod look;
mod resources;
mod routes;
mod tools;

use bollard::query_parameters::{ListContainersOptionsBuilder, LogsOptionsBuilder};
use futures_util::StreamExt;

pub use look::{ContainerDetails, ContainerInfo, Metrics};
pub(crate) use routes::routes;

use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::DEFAULT;
use crate::sandbox::docker::engine::{is_gone, refused};
use crate::sandbox::docker::{Docker, labels, remove};
use crate::state::{Process, Store};

/// How many bytes of a log are read at most; the engine keeps no more.
const LOG_BYTES: usize = 1 << 20;

/// All containers of this data folder.
#[derive(Debug, Clone)]
pub struct Containers {
    docker: Docker,
    store: Store,
}

/// The end of a container's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The last lines.
    pub text: String,
    /// Whether some of the lines that were asked for are left out, because they are too long.
    pub truncated: bool,
}

impl Containers {
    /// Those that `docker` makes.
    #[must_use]
    pub fn new(docker: Docker, store: Store) -> Self {
        Self { docker, store }
    }

    /// Those that run, or `all`; the newest first.
    ///
    /// # Errors
    /// `DOCKER_UNAVAILABLE`.
    pub async fn list(&self, all: bool) -> Result<Vec<ContainerInfo>> {
        let connection = self.docker.connection().await?;
        let filters = labels::only(labels::OWNER, self.docker.owner());
        let options = ListContainersOptionsBuilder::default().all(all).filters(&filters).build();
        let found = connection.list(options).await?;
        let mut list: Vec<_> =
            found.into_iter().filter_map(|one| ContainerInfo::listed(one, &self.docker)).collect();
        list.sort_by(|one, other| other.created_at.cmp(&one.created_at));
        Ok(list)
    }

    /// All about one.
    ///
    /// # Errors
    /// `CONTAINER_NOT_FOUND`.
    pub async fn inspect(&self, id: &str) -> Result<ContainerDetails> {
        check_id(id)?;
        let connection = self.docker.connection().await?;
        let found = match connection.api.inspect_container(id, None).await {
            Err(error) if is_gone(&error) => return Err(not_found(id)),
            found => found.map_err(|error| refused("the container cannot be looked at", &error))?,
        };
        let mut details = ContainerDetails::of(found, &self.docker).ok_or_else(|| not_found(id))?;
        if let Ok(top) = connection.api.top_processes(&details.info.container_id, None).await {
            details.take_processes(top);
        }
        Ok(details)
    }

    /// The last lines of its log: the commands that ran in it, and the beginning of what each wrote.
    ///
    /// # Errors
    /// `CONTAINER_NOT_FOUND`.
    pub async fn logs(&self, id: &str, tail: usize) -> Result<Log> {
        let id = self.inspect(id).await?.info.container_id;
        let connection = self.docker.connection().await?;
        let options = LogsOptionsBuilder::default().stdout(true).stderr(true).tail(&tail.to_string()).build();
        let mut frames = Box::pin(connection.api.logs(&id, Some(options)));
        let mut bytes = Vec::new();
        while let Some(frame) = frames.next().await {
            let frame = frame.map_err(|error| refused("the log cannot be read", &error))?;
            bytes.extend_from_slice(frame.as_ref());
        }
        let truncated = bytes.len() > LOG_BYTES;
        let text = String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(LOG_BYTES)..]).into_owned();
        Ok(Log { text, truncated })
    }

    /// What it uses.
    ///
    /// # Errors
    /// `CONTAINER_NOT_FOUND`.
    pub async fn metrics(&self, id: &str) -> Result<Metrics> {
        let info = self.inspect(id).await?.info;
        let connection = self.docker.connection().await?;
        Metrics::ask(&connection.api, info).await
    }

    /// Kills all that runs in it; the engine removes it then.
    ///
    /// # Errors
    /// `CONTAINER_NOT_FOUND`.
    pub async fn stop(&self, id: &str) -> Result<ContainerInfo> {
        self.remove(id, true).await
    }

    /// Removes it; one that runs only by `force`.
    ///
    /// # Errors
    /// `CONTAINER_NOT_FOUND`, and `INVALID_STATUS` for one that runs.
    pub async fn remove(&self, id: &str, force: bool) -> Result<ContainerInfo> {
        let info = self.would_remove(id, force).await?;
        remove(&*self.docker.connection().await?, &info.container_id).await?;
        Ok(info)
    }

    /// What [`Containers::remove`] would remove.
    ///
    /// # Errors
    /// As there.
    pub async fn would_remove(&self, id: &str, force: bool) -> Result<ContainerInfo> {
        let info = self.inspect(id).await?.info;
        if info.state == "running" && !force {
            return Err(Error::new(
                ErrorCode::InvalidStatus,
                format!("the container `{}` runs", info.container_id),
            )
            .suggest("stop it with `stop_container`, or remove it with `force`"));
        }
        Ok(info)
    }

    /// Removes the containers of servers that are dead, and of sandboxes that are no longer there; those that it has
    /// removed, or would.
    ///
    /// # Errors
    /// `DOCKER_UNAVAILABLE`, and when the state cannot be read.
    pub async fn clean(&self, dry_run: bool) -> Result<Vec<ContainerInfo>> {
        // The list before the state: what is younger than the list is not on it.
        let mut list = self.list(true).await?;
        let (living, sandboxes) = self.store.read(known).await?;
        list.retain(|container| {
            let is_of = |known: &[String], name: &str| known.iter().any(|known| known == name);
            let sandbox = container.sandbox_id.as_str();
            !is_of(&living, &container.process) || sandbox != DEFAULT && !is_of(&sandboxes, sandbox)
        });
        if !dry_run {
            let connection = self.docker.connection().await?;
            for container in &list {
                remove(&connection, &container.container_id).await?;
            }
        }
        Ok(list)
    }

    /// Removes what dead servers have left, aside from the start of this one. Where there is no engine, there is
    /// nothing to remove.
    pub(crate) async fn tidy(self) {
        match self.clean(false).await {
            Ok(gone) if gone.is_empty() => {}
            Ok(gone) => tracing::info!(containers = gone.len(), "removed what dead servers had left"),
            Err(error) if error.code == ErrorCode::DockerUnavailable => {
                tracing::debug!(%error, "no containers");
            }
            Err(error) => tracing::warn!(%error, "containers of dead servers cannot be removed"),
        }
    }
}

/// The processes that live, and all sandboxes, also those that are being made.
fn known(state: &rusqlite::Connection) -> Result<(Vec<String>, Vec<String>)> {
    let mut statement = state.prepare_cached("SELECT id FROM sandboxes")?;
    let sandboxes = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok((Process::living(state)?, sandboxes))
}

/// It becomes a part of an address, so it is made of what names are made of.
fn check_id(id: &str) -> Result<()> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    if (1..=128).contains(&id.len()) && id.chars().all(fits) { Ok(()) } else { Err(not_found(id)) }
}

fn not_found(id: &str) -> Error {
    Error::new(ErrorCode::ContainerNotFound, format!("there is no container `{}`", id.escape_debug()))
        .suggest("list them with `list_containers`; only those of this server's sandboxes are known")
}
