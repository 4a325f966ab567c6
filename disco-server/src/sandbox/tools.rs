//! Sandboxes over MCP.

use std::collections::BTreeMap;

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CreateRequest, LimitsWish, SandboxInfo};
use crate::app::App;

/// All sandboxes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct SandboxList {
    /// The default one first, then by age.
    sandboxes: Vec<SandboxInfo>,
}

/// Makes a new sandbox: an own workspace, and commands that see nothing else. Give its `sandbox_id` to
/// the other tools. Without one they use the default sandbox, which is always there.
#[tool(title = "Create a sandbox")]
async fn sandbox_create(
    app: State<App>,
    /// A name for people to read; need not be unique.
    name: Option<String>,
    /// What it may take, if less than the server allows.
    limits: Option<LimitsWish>,
    /// Variables for every command in it.
    env: Option<BTreeMap<String, String>>,
) -> Result<Json<SandboxInfo>> {
    let request = CreateRequest { name, limits: limits.unwrap_or_default(), env: env.unwrap_or_default() };
    Ok(Json(app.sandboxes.create(request).await?))
}

/// Lists all sandboxes.
#[tool(title = "List sandboxes", read_only, idempotent)]
async fn sandbox_list(app: State<App>) -> Result<Json<SandboxList>> {
    let sandboxes = app.sandboxes.list().await?;
    Ok(Json(SandboxList { sandboxes }))
}

/// Tells all about one sandbox: how it is isolated, and what it may take.
#[tool(title = "Look at a sandbox", read_only, idempotent)]
async fn sandbox_get(
    app: State<App>,
    /// The sandbox; the default one if left out.
    sandbox_id: Option<String>,
) -> Result<Json<SandboxInfo>> {
    Ok(Json(app.sandboxes.get(sandbox_id.as_deref()).await?.info))
}

/// Deletes a sandbox and all files in it, for good. The default sandbox cannot be deleted.
#[tool(title = "Delete a sandbox", destructive)]
async fn sandbox_delete(
    app: State<App>,
    /// The sandbox.
    sandbox_id: String,
) -> Result<Json<SandboxInfo>> {
    Ok(Json(app.sandboxes.delete(&sandbox_id).await?))
}

/// What a sandbox is and may take, as JSON.
#[resource("disco://sandboxes/{id}", mime_type = "application/json")]
async fn sandbox(app: State<App>, id: String) -> Result<String> {
    let info = app.sandboxes.get(Some(&id)).await?.info;
    Ok(serde_json::to_string_pretty(&info)?)
}
