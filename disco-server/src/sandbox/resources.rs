//! Sandboxes as resources.

use disco_sdk::prelude::*;

use crate::app::App;

/// All sandboxes, as JSON.
#[resource("disco://sandboxes", mime_type = "application/json")]
async fn sandboxes(app: State<App>) -> Result<String> {
    Ok(serde_json::to_string_pretty(&app.sandboxes.list().await?)?)
}

/// The handles of the sandboxes that begin so.
pub(crate) async fn sandbox_ids(typed: String, app: State<App>) -> Result<Vec<String>> {
    let ids = app.sandboxes.list().await?.into_iter().map(|sandbox| sandbox.sandbox_id);
    Ok(ids.filter(|id| id.starts_with(&typed)).collect())
}
