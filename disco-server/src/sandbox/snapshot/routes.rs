//! Snapshots over REST.

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::tools::{self, SnapshotList};
use super::{Diff, ForkRequest, SnapshotInfo};
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Body, Created, Path, Query, Route, bounded};
use crate::sandbox::{Id, SANDBOX, SandboxInfo};

/// What the snapshot is called.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Named {
    /// A name for people to read.
    name: Option<String>,
}

/// What is to be restored.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Restore {
    /// The snapshot.
    snapshot_id: String,
}

/// What is compared, and how.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Comparison {
    /// The snapshot; the last one that was taken of the sandbox or restored to it if left out.
    snapshot_id: Option<String>,
    /// Whether to show the changed lines of text files.
    #[serde(default)]
    unified: bool,
}

/// Which snapshots.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Which {
    /// Only those of this sandbox.
    sandbox_id: Option<String>,
    /// How many at most; 50 if left out.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<usize>,
    /// `next_before` of the answer before.
    before: Option<u64>,
}

/// Which snapshot.
#[derive(Debug, Deserialize, JsonSchema)]
struct SnapshotId {
    /// The snapshot.
    id: String,
}

pub(in crate::sandbox) fn routes() -> Vec<Route> {
    use ErrorCode as Code;
    let of_a_sandbox = [
        Route::post("/api/v1/containers/{id}/snapshots", "sandbox_snapshot", "Keeps all files of a sandbox as they are now: a point to come back to.", snapshot)
            .may_fail(&[Code::SnapshotLimit, Code::DiskFull]),
        Route::post("/api/v1/containers/{id}/restore", "sandbox_restore", "Gives a sandbox the files of a snapshot. All its other files are lost, and what runs in it is killed.", restore)
            .may_fail(&[Code::SnapshotNotFound, Code::DiskFull]),
        Route::post("/api/v1/containers/{id}/fork", "sandbox_fork", "Makes a new sandbox with the files of another as they are now.", fork)
            .may_fail(&[Code::InvalidArgument, Code::SandboxLimit, Code::DiskFull]),
        Route::get("/api/v1/containers/{id}/diff", "sandbox_diff", "Tells which files of a sandbox were added, changed and deleted since a snapshot.", diff)
            .may_fail(&[Code::SnapshotNotFound]),
    ];
    let mut routes = vec![
        Route::get("/api/v1/snapshots", "snapshot_list", "Lists the snapshots, the newest first.", list)
            .may_fail(&[Code::InvalidArgument]),
        Route::delete(
            "/api/v1/snapshots/{id}",
            "snapshot_delete",
            "Deletes a snapshot for good. Sandboxes that were made of it stay.",
            delete,
        )
        .may_fail(&[Code::SnapshotNotFound]),
    ];
    routes.extend(of_a_sandbox.into_iter().map(|route| route.may_fail(SANDBOX)));
    routes
}

async fn snapshot(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(Named { name }): Body<Named>,
) -> Result<Created<SnapshotInfo>> {
    Ok(Created(app.sandboxes.snapshot(&id, name).await?))
}

async fn restore(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(Restore { snapshot_id }): Body<Restore>,
) -> Result<SandboxInfo> {
    app.sandboxes.restore(&id, &snapshot_id).await
}

async fn fork(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<ForkRequest>,
) -> Result<Created<SandboxInfo>> {
    Ok(Created(app.sandboxes.fork(&id, request).await?))
}

async fn diff(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(Comparison { snapshot_id, unified }): Query<Comparison>,
) -> Result<Diff> {
    app.sandboxes.diff(&id, snapshot_id.as_deref(), unified).await
}

async fn list(
    app: State<App>,
    Query(Which { sandbox_id, limit, before }): Query<Which>,
) -> Result<SnapshotList> {
    let limit = bounded("limit", limit.unwrap_or(50), 1..=100)?;
    Ok(tools::snapshot_list(app, sandbox_id, limit, before).await?.0)
}

async fn delete(app: State<App>, Path(SnapshotId { id }): Path<SnapshotId>) -> Result<SnapshotInfo> {
    app.sandboxes.delete_snapshot(&id).await
}
