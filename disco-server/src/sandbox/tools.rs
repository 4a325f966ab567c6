//! Sandboxes over MCP.

use std::collections::BTreeMap;

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CreateRequest, DEFAULT, LimitsWish, Network, SandboxInfo};
use crate::app::App;
use crate::page;
use crate::progress::tell::telling;
use crate::trial::Trial;

/// Sandboxes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct SandboxList {
    /// The default one, then the newest first.
    pub(super) sandboxes: Vec<SandboxInfo>,
    /// Give this as `before` to read on; absent when there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_before: Option<u64>,
}

/// Makes a new sandbox: an own workspace, and commands that see nothing else. Give its `sandbox_id` to
/// the other tools. Without one they use the default sandbox, which is always there.
#[tool(title = "Create a sandbox")]
#[expect(clippy::too_many_arguments, reason = "they are what the model sees")]
async fn sandbox_create(
    cx: Context,
    app: State<App>,
    /// A name for people to read; need not be unique.
    name: Option<String>,
    /// What it is made after, as `template_list` tells; `base` if absent.
    #[arg(example = "python")]
    template: Option<String>,
    /// The snapshot that its files come from, in the place of a template.
    snapshot_id: Option<String>,
    /// Its image, for the backend `docker`.
    image: Option<String>,
    /// How commands are isolated; `system_info` lists what works.
    backend: Option<String>,
    /// What it may take, if less than the server allows.
    limits: Option<LimitsWish>,
    /// What commands can reach; nothing if absent.
    network: Option<Network>,
    /// Variables for every command in it.
    env: Option<BTreeMap<String, String>>,
    /// After how many seconds it is removed; 0: never.
    ttl_s: Option<u64>,
    /// After how many seconds without use it is removed; 0: never.
    idle_s: Option<u64>,
) -> Result<Json<SandboxInfo>> {
    let (limits, env) = (limits.unwrap_or_default(), env.unwrap_or_default());
    let request =
        CreateRequest { name, template, snapshot_id, image, backend, limits, network, env, ttl_s, idle_s };
    let made = Box::pin(app.sandboxes.create(request));
    Ok(Json(telling(&cx, "commands begun", made).await?))
}

/// Lets commands run again in a sandbox that was stopped.
#[tool(title = "Start a sandbox", idempotent)]
async fn sandbox_start(
    app: State<App>,
    /// The sandbox.
    #[arg(example = "sbx_abcdefghjkmnpqrs")]
    sandbox_id: String,
) -> Result<Json<SandboxInfo>> {
    Ok(Json(app.sandboxes.start(&sandbox_id).await?))
}

/// Kills what runs in a sandbox and refuses commands until `sandbox_start`. Its files stay.
#[tool(title = "Stop a sandbox", destructive, idempotent)]
async fn sandbox_stop(
    app: State<App>,
    /// The sandbox.
    #[arg(example = "sbx_abcdefghjkmnpqrs")]
    sandbox_id: String,
) -> Result<Json<SandboxInfo>> {
    Ok(Json(app.sandboxes.stop(&sandbox_id).await?))
}

/// Kills what runs in a sandbox, and makes it ready for commands. Its files stay.
#[tool(title = "Restart a sandbox", destructive)]
async fn sandbox_restart(
    app: State<App>,
    /// The sandbox; the default one if absent.
    #[arg(example = "default")]
    sandbox_id: Option<String>,
) -> Result<Json<SandboxInfo>> {
    Ok(Json(app.sandboxes.restart(sandbox_id.as_deref().unwrap_or(DEFAULT)).await?))
}

/// Lists sandboxes: the default one, then the newest first.
#[tool(title = "List sandboxes", read_only, idempotent)]
pub(super) async fn sandbox_list(
    app: State<App>,
    /// How many at most, beside the default one.
    #[arg(default = 20, range(1..=100), example = 5)]
    limit: usize,
    /// `next_before` of the answer before.
    before: Option<u64>,
) -> Result<Json<SandboxList>> {
    let (mut sandboxes, next_before) = page::page(app.sandboxes.newest(before, limit + 1).await?, limit);
    if before.is_none() {
        sandboxes.insert(0, app.sandboxes.get(None).await?.info);
    }
    Ok(Json(SandboxList { sandboxes, next_before }))
}

/// Tells all about one sandbox: how it is isolated, and what it may take.
#[tool(title = "Look at a sandbox", read_only, idempotent)]
async fn sandbox_get(
    app: State<App>,
    /// The sandbox; the default one if absent.
    #[arg(example = "default")]
    sandbox_id: Option<String>,
) -> Result<Json<SandboxInfo>> {
    Ok(Json(app.sandboxes.get(sandbox_id.as_deref()).await?.info))
}

/// Deletes a sandbox and all its files, for good; never the default one.
#[tool(title = "Delete a sandbox", destructive, idempotent)]
async fn sandbox_delete(
    cx: Context,
    app: State<App>,
    /// The sandbox.
    #[arg(example = "sbx_abcdefghjkmnpqrs")]
    sandbox_id: String,
    /// Only tell what would be deleted.
    #[arg(default = false)]
    dry_run: bool,
) -> Result<Json<Trial<SandboxInfo>>> {
    if dry_run {
        return Ok(Json(Trial::would(app.sandboxes.would_delete(&sandbox_id).await?)));
    }
    Ok(Json(Trial::done(telling(&cx, "files removed", app.sandboxes.delete(&sandbox_id)).await?)))
}

/// What a sandbox is and may take, as JSON.
#[resource("disco://sandboxes/{id}", mime_type = "application/json")]
async fn sandbox(app: State<App>, id: String) -> Result<String> {
    let info = app.sandboxes.get(Some(&id)).await?.info;
    Ok(serde_json::to_string_pretty(&info)?)
}
