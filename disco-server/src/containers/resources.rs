//! Containers as resources.

use disco_sdk::prelude::*;

use crate::app::App;

/// All containers of this server's sandboxes.
#[resource("disco://containers", mime_type = "application/json")]
async fn containers(app: State<App>) -> Result<String> {
    Ok(serde_json::to_string_pretty(&app.containers.list(true).await?)?)
}

/// What a container uses.
#[resource("disco://container/{id}/metrics", mime_type = "application/json")]
async fn container_metrics(app: State<App>, id: String) -> Result<String> {
    Ok(serde_json::to_string_pretty(&app.containers.metrics(&id).await?)?)
}
