//! Containers of the engine over REST. What is called a container there is a sandbox.

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::tools::{self, Cleaned, ContainerList, ContainerLogs};
use super::{ContainerDetails, ContainerInfo};
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Body, Path, Query, Route, bounded};

/// Which container.
#[derive(Debug, Deserialize, JsonSchema)]
struct Id {
    /// The container.
    id: String,
}

/// Which containers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Which {
    /// Also those that do not run.
    #[serde(default)]
    all: bool,
}

/// How much of a log.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Tail {
    /// How many lines; 100 if left out.
    #[schemars(range(min = 1, max = 10_000))]
    tail: Option<usize>,
}

/// How a container is removed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct How {
    /// Also if it runs: what runs in it is killed.
    #[serde(default)]
    force: bool,
}

/// How it is cleaned up.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Cleanup {
    /// Only tell which.
    #[serde(default)]
    dry_run: bool,
}

/// What the engine itself may answer with.
const ENGINE: &[ErrorCode] =
    &[ErrorCode::DockerUnavailable, ErrorCode::SandboxFailed, ErrorCode::SandboxUnavailable];

pub(crate) fn routes() -> Vec<Route> {
    use ErrorCode as Code;
    let of_one = [
        Route::get(
            "/api/v1/engine/containers/{id}",
            "inspect_container",
            "Tells all about one container: its limits, its network, and what runs in it.",
            inspect,
        ),
        Route::get(
            "/api/v1/engine/containers/{id}/logs",
            "get_container_logs",
            "Tells the commands that ran in a container, and the beginning of what each wrote.",
            logs,
        )
        .may_fail(&[Code::InvalidArgument]),
        Route::post(
            "/api/v1/engine/containers/{id}/stop",
            "stop_container",
            "Kills what runs in a container and removes it. Its sandbox and all files stay.",
            stop,
        ),
        Route::delete(
            "/api/v1/engine/containers/{id}",
            "remove_container",
            "Removes a container. Its sandbox and all files stay.",
            remove,
        )
        .may_fail(&[Code::InvalidStatus]),
    ];
    let of_all = [
        Route::get(
            "/api/v1/engine/containers",
            "list_containers",
            "Lists the containers in which commands of `docker` sandboxes run or did lately.",
            list,
        ),
        Route::post(
            "/api/v1/engine/containers/cleanup",
            "cleanup_containers",
            "Removes the containers of servers that are dead and of sandboxes that are gone.",
            clean_up,
        ),
    ];
    let of_one = of_one.into_iter().map(|route| route.may_fail(&[Code::ContainerNotFound]));
    of_all.into_iter().chain(of_one).map(|route| route.may_fail(ENGINE)).collect()
}

async fn list(app: State<App>, Query(Which { all }): Query<Which>) -> Result<ContainerList> {
    Ok(tools::list_containers(app, all).await?.0)
}

async fn inspect(app: State<App>, Path(Id { id }): Path<Id>) -> Result<ContainerDetails> {
    app.containers.inspect(&id).await
}

async fn logs(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(Tail { tail }): Query<Tail>,
) -> Result<ContainerLogs> {
    let tail = bounded("tail", tail.unwrap_or(100), 1..=10_000)?;
    tools::logs(&app, id, tail).await
}

async fn stop(app: State<App>, Path(Id { id }): Path<Id>) -> Result<ContainerInfo> {
    app.containers.stop(&id).await
}

async fn remove(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(How { force }): Query<How>,
) -> Result<ContainerInfo> {
    app.containers.remove(&id, force).await
}

async fn clean_up(app: State<App>, Body(Cleanup { dry_run }): Body<Cleanup>) -> Result<Cleaned> {
    Ok(tools::cleanup_containers(app, dry_run).await?.0)
}
