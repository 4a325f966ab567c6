//! Containers as resources.

use disco_sdk::prelude::*;

use crate::app::App;
use crate::error::ErrorCode;
use crate::files::{self, ListRequest};

/// How many entries the list of files has.
const LISTED: usize = 1000;

/// All containers of this server's sandboxes.
#[resource("disco://containers", mime_type = "application/json")]
async fn containers(app: State<App>) -> Result<String> {
    Ok(serde_json::to_string_pretty(&app.containers.list(true).await?)?)
}

/// The files of a container's sandbox, or of the sandbox itself if the id is its, as `disco://sandboxes/{id}/files`
/// tells them.
#[resource("disco://container/{id}/files", mime_type = "application/json")]
async fn container_files(app: State<App>, id: String) -> Result<String> {
    let sandbox = match app.sandboxes.get(Some(&id)).await {
        Err(error) if error.code == ErrorCode::SandboxNotFound => match app.containers.inspect(&id).await {
            Ok(container) => app.sandboxes.get(Some(&container.info.sandbox_id)).await?,
            Err(_) => return Err(error.into()),
        },
        found => found?,
    };
    let request = ListRequest { depth: 3, limit: LISTED, ..ListRequest::default() };
    let listed = files::aside(&*sandbox, move |root| files::list(root, &request)).await?;
    Ok(serde_json::to_string_pretty(&listed)?)
}

/// What a container uses.
#[resource("disco://container/{id}/metrics", mime_type = "application/json")]
async fn container_metrics(app: State<App>, id: String) -> Result<String> {
    Ok(serde_json::to_string_pretty(&app.containers.metrics(&id).await?)?)
}
