//! Git over MCP.

use disco_sdk::prelude::*;

use super::{Status, StatusRequest, status};
use crate::app::App;

/// Tells what has changed in a git repository: the branch, how far it is ahead or behind, and which
/// files are staged, modified, untracked or in conflict.
#[tool(title = "Git status", read_only, idempotent)]
async fn git_status(
    app: State<App>,
    /// The repository's folder, relative to the workspace; the workspace itself if left out.
    path: Option<String>,
    /// The sandbox; the default one if left out.
    sandbox_id: Option<String>,
) -> Result<Json<Status>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let request = StatusRequest { path: path.unwrap_or_default() };
    Ok(Json(status(&*sandbox, &request).await?))
}
