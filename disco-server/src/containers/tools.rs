//! Containers over MCP.

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ContainerDetails, ContainerInfo};
use crate::app::App;
use crate::results::{Told, told};
use crate::trial::Trial;

/// Some containers.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct ContainerList {
    /// The newest first.
    containers: Vec<ContainerInfo>,
    /// How many there are.
    count: usize,
}

impl ContainerList {
    fn new(containers: Vec<ContainerInfo>) -> Self {
        Self { count: containers.len(), containers }
    }
}

/// The end of a log.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct ContainerLogs {
    /// The handle of the container.
    container_id: String,
    /// The last lines.
    text: String,
    /// Whether some of the lines that were asked for are left out.
    truncated: bool,
}

/// What was cleaned up.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ContainersCleaned")]
pub(super) struct Cleaned {
    /// What was removed, or would be.
    containers: Vec<ContainerInfo>,
    /// How many.
    count: usize,
    /// Whether they are still there.
    dry_run: bool,
}

/// Lists the containers in which commands of `docker` sandboxes run or did lately. A sandbox without one is well: it
/// gets one with its next command.
#[tool(title = "List containers", read_only, idempotent)]
pub(super) async fn list_containers(
    app: State<App>,
    /// Also those that do not run.
    #[arg(default = false, example = true)]
    all: bool,
) -> Result<Json<ContainerList>> {
    Ok(Json(ContainerList::new(app.containers.list(all).await?)))
}

/// Tells all about one container: its limits, its network, and what runs in it.
#[tool(title = "Look at a container", read_only, idempotent)]
async fn inspect_container(
    app: State<App>,
    /// The container.
    #[arg(example = "3f9c1d7b2e60")]
    container_id: String,
) -> Result<Json<ContainerDetails>> {
    Ok(Json(app.containers.inspect(&container_id).await?))
}

/// Tells the last lines of a container's log: the commands that ran in it, and the beginning of what each wrote.
#[tool(title = "Read a container's log", read_only, idempotent)]
async fn get_container_logs(
    app: State<App>,
    caller: Caller,
    /// The container.
    container_id: String,
    /// How many lines.
    #[arg(default = 100, range(1..=10_000), example = 500)]
    tail: usize,
) -> Result<WithContent<Told<ContainerLogs>>> {
    let logs = logs(&app, container_id, tail).await?;
    Ok(told(&app, &caller, logs, |logs| Some((&mut logs.text, &mut logs.truncated))).await)
}

pub(super) async fn logs(app: &App, container_id: String, tail: usize) -> crate::Result<ContainerLogs> {
    let log = app.containers.logs(&container_id, tail).await?;
    Ok(ContainerLogs { container_id, text: log.text, truncated: log.truncated })
}

/// Kills what runs in a container and removes it. Its sandbox and all files stay.
#[tool(title = "Stop a container", destructive, idempotent)]
async fn stop_container(
    app: State<App>,
    /// The container.
    #[arg(example = "3f9c1d7b2e60")]
    container_id: String,
) -> Result<Json<ContainerInfo>> {
    Ok(Json(app.containers.stop(&container_id).await?))
}

/// Removes a container. Its sandbox and all files stay.
#[tool(title = "Remove a container", destructive, idempotent)]
async fn remove_container(
    app: State<App>,
    /// The container.
    #[arg(example = "3f9c1d7b2e60")]
    container_id: String,
    /// Also if it runs: what runs in it is killed.
    #[arg(default = false)]
    force: bool,
    /// Only tell what would be removed.
    #[arg(default = false)]
    dry_run: bool,
) -> Result<Json<Trial<ContainerInfo>>> {
    if dry_run {
        return Ok(Json(Trial::would(app.containers.would_remove(&container_id, force).await?)));
    }
    Ok(Json(Trial::done(app.containers.remove(&container_id, force).await?)))
}

/// Removes the containers that servers have left which are dead, and those of sandboxes that are gone. No others are
/// touched.
#[tool(title = "Clean up containers", destructive, idempotent)]
pub(super) async fn cleanup_containers(
    app: State<App>,
    /// Only tell which.
    #[arg(default = false, example = true)]
    dry_run: bool,
) -> Result<Json<Cleaned>> {
    let ContainerList { containers, count } = ContainerList::new(app.containers.clean(dry_run).await?);
    Ok(Json(Cleaned { containers, count, dry_run }))
}
