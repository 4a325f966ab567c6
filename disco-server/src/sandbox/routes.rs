//! Sandboxes over REST, where they are called containers.

mod older;

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Deserialize;

use older::{Container, ContainerList};

use super::CreateRequest;
use super::SandboxInfo;
use super::tools;
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Body, Created, Path, Query, Route, bounded};

/// How many sandboxes, and which.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Which {
    /// How many at most, beside the default one; 20 if left out.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<usize>,
    /// `next_before` of the answer before.
    before: Option<u64>,
}

/// Which sandbox.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Id {
    /// The sandbox; `default` is the one that is always there.
    pub(crate) id: String,
}

/// What a request for a new sandbox may be refused with.
const CREATE: &[ErrorCode] = &[
    ErrorCode::InvalidArgument,
    ErrorCode::SandboxLimit,
    ErrorCode::SandboxUnavailable,
    ErrorCode::DiskFull,
    ErrorCode::SnapshotNotFound,
    ErrorCode::TemplateNotFound,
    ErrorCode::TemplateFailed,
];

/// What any request that names a sandbox may be refused with.
pub(crate) const SANDBOX: &[ErrorCode] = &[ErrorCode::SandboxNotFound, ErrorCode::SandboxExpired];

pub(crate) fn routes() -> Vec<Route> {
    use ErrorCode as Code;
    let mut routes = vec![
        Route::post(
            "/api/v1/containers",
            "sandbox_create",
            "Makes a new sandbox: an own workspace, and commands that see nothing else.",
            create,
        )
        .may_fail(CREATE),
        Route::get(
            "/api/v1/containers",
            "sandbox_list",
            "Lists sandboxes: the default one, then the newest first.",
            list,
        )
        .may_fail(&[Code::InvalidArgument]),
        Route::get("/api/v1/containers/{id}", "sandbox_get", "Tells all about one sandbox.", get)
            .may_fail(SANDBOX),
        Route::delete(
            "/api/v1/containers/{id}",
            "sandbox_delete",
            "Deletes a sandbox and all files in it, for good.",
            delete,
        )
        .may_fail(SANDBOX)
        .may_fail(&[Code::SandboxProtected]),
        Route::post(
            "/api/v1/containers/{id}/start",
            "sandbox_start",
            "Lets commands run again in a sandbox that was stopped.",
            start,
        )
        .may_fail(SANDBOX)
        .may_fail(&[Code::SandboxProtected]),
        Route::post(
            "/api/v1/containers/{id}/stop",
            "sandbox_stop",
            "Kills what runs in a sandbox and refuses commands until it is started. Its files stay.",
            stop,
        )
        .may_fail(SANDBOX)
        .may_fail(&[Code::SandboxProtected]),
        Route::post(
            "/api/v1/containers/{id}/restart",
            "sandbox_restart",
            "Kills what runs in a sandbox, and makes it ready for commands. Its files stay.",
            restart,
        )
        .may_fail(SANDBOX),
    ];
    routes.extend(older::routes());
    routes.extend(super::snapshot::routes());
    routes.extend(super::template::routes());
    routes
}

async fn create(app: State<App>, Body(request): Body<CreateRequest>) -> Result<Created<Container>> {
    Ok(Created(app.sandboxes.create(request).await?.into()))
}

async fn list(app: State<App>, Query(Which { limit, before }): Query<Which>) -> Result<ContainerList> {
    let limit = bounded("limit", limit.unwrap_or(20), 1..=100)?;
    let count = app.sandboxes.count().await?;
    Ok(ContainerList::new(tools::sandbox_list(app, limit, before).await?.0, count))
}

async fn get(app: State<App>, Path(Id { id }): Path<Id>) -> Result<Container> {
    Ok(app.sandboxes.get(Some(&id)).await?.info.into())
}

async fn delete(app: State<App>, Path(Id { id }): Path<Id>) -> Result<SandboxInfo> {
    app.sandboxes.delete(&id).await
}

async fn start(app: State<App>, Path(Id { id }): Path<Id>) -> Result<SandboxInfo> {
    app.sandboxes.start(&id).await
}

async fn stop(app: State<App>, Path(Id { id }): Path<Id>) -> Result<SandboxInfo> {
    app.sandboxes.stop(&id).await
}

async fn restart(app: State<App>, Path(Id { id }): Path<Id>) -> Result<Container> {
    app.sandboxes.restart(&id).await.map(Container::from)
}
