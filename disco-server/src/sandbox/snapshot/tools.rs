//! Snapshots over MCP.

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Diff, ForkRequest, SnapshotInfo};
use crate::app::App;
use crate::page;
use crate::progress::tell::telling;
use crate::results::{Told, told};
use crate::sandbox::{DEFAULT, SandboxInfo};
use crate::trial::Trial;

/// Snapshots.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct SnapshotList {
    /// The newest first.
    snapshots: Vec<SnapshotInfo>,
    /// Give this as `before` to read on; absent when there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_before: Option<u64>,
}

/// Keeps all files of a sandbox as they are now: a point to come back to with `sandbox_restore`.
#[tool(title = "Take a snapshot")]
async fn sandbox_snapshot(
    cx: Context,
    app: State<App>,
    /// The default one if absent.
    sandbox_id: Option<String>,
    /// A name for people to read.
    #[arg(example = "before the upgrade")]
    name: Option<String>,
) -> Result<Json<SnapshotInfo>> {
    let id = sandbox_id.as_deref().unwrap_or(DEFAULT);
    Ok(Json(telling(&cx, "files", app.sandboxes.snapshot(id, name)).await?))
}

/// Gives a sandbox the files of a snapshot. All its other files are lost, and what runs in it is killed.
#[tool(title = "Restore a snapshot", destructive, idempotent)]
async fn sandbox_restore(
    cx: Context,
    app: State<App>,
    /// The snapshot.
    #[arg(example = "snp_abcdefghjkmnpqrs")]
    snapshot_id: String,
    /// The default one if absent.
    sandbox_id: Option<String>,
    /// Only look whether it could be done; `sandbox_diff` tells what would be lost.
    #[arg(default = false)]
    dry_run: bool,
) -> Result<Json<Trial<SandboxInfo>>> {
    let id = sandbox_id.as_deref().unwrap_or(DEFAULT);
    if dry_run {
        return Ok(Json(Trial::would(app.sandboxes.would_restore(id, &snapshot_id).await?)));
    }
    Ok(Json(Trial::done(telling(&cx, "files", app.sandboxes.restore(id, &snapshot_id)).await?)))
}

/// Makes a new sandbox with the files of another as they are now: try something without harm.
#[tool(title = "Fork a sandbox")]
async fn sandbox_fork(
    cx: Context,
    app: State<App>,
    /// The default one if absent.
    sandbox_id: Option<String>,
    /// A name for people to read.
    #[arg(example = "second try")]
    name: Option<String>,
    /// After how many seconds the new one is removed; 0: never.
    ttl_s: Option<u64>,
    /// After how many seconds without use it is removed; 0: never.
    idle_s: Option<u64>,
) -> Result<Json<SandboxInfo>> {
    let request = ForkRequest { name, ttl_s, idle_s };
    let id = sandbox_id.as_deref().unwrap_or(DEFAULT);
    Ok(Json(telling(&cx, "files", app.sandboxes.fork(id, request)).await?))
}

/// Tells which files of a sandbox were added, changed and deleted since a snapshot.
#[tool(title = "Compare with a snapshot", read_only, idempotent)]
async fn sandbox_diff(
    cx: Context,
    app: State<App>,
    caller: Caller,
    /// The default one if absent.
    sandbox_id: Option<String>,
    /// The snapshot; the last one that was taken of it or restored to it if absent.
    #[arg(example = "snp_abcdefghjkmnpqrs")]
    snapshot_id: Option<String>,
    /// Show the changed lines of text files.
    #[arg(default = false)]
    unified: bool,
) -> Result<WithContent<Told<Diff>>> {
    let id = sandbox_id.as_deref().unwrap_or(DEFAULT);
    let diff = app.sandboxes.diff(id, snapshot_id.as_deref(), unified);
    let diff = telling(&cx, "files compared", diff).await?;
    Ok(told(&app, &caller, diff, |diff| Some((diff.unified.as_mut()?, &mut diff.truncated))).await)
}

/// Lists the snapshots, the newest first.
#[tool(title = "List snapshots", read_only, idempotent)]
pub(super) async fn snapshot_list(
    app: State<App>,
    /// Only those of this sandbox.
    #[arg(example = "default")]
    sandbox_id: Option<String>,
    /// How many at most.
    #[arg(default = 50, range(1..=100))]
    limit: usize,
    /// `next_before` of the answer before.
    before: Option<u64>,
) -> Result<Json<SnapshotList>> {
    let snapshots = app.sandboxes.list_snapshots(sandbox_id.as_deref(), before, limit + 1).await?;
    let (snapshots, next_before) = page::page(snapshots, limit);
    Ok(Json(SnapshotList { snapshots, next_before }))
}

/// Deletes a snapshot for good. Sandboxes that were made of it stay.
#[tool(title = "Delete a snapshot", destructive, idempotent)]
async fn snapshot_delete(
    cx: Context,
    app: State<App>,
    /// The snapshot.
    #[arg(example = "snp_abcdefghjkmnpqrs")]
    snapshot_id: String,
    /// Only tell what would be deleted.
    #[arg(default = false)]
    dry_run: bool,
) -> Result<Json<Trial<SnapshotInfo>>> {
    if dry_run {
        return Ok(Json(Trial::would(app.sandboxes.would_delete_snapshot(&snapshot_id).await?)));
    }
    let deleted = telling(&cx, "files removed", app.sandboxes.delete_snapshot(&snapshot_id)).await?;
    Ok(Json(Trial::done(deleted)))
}
