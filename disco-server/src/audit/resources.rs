//! The audit as a resource.

use disco_sdk::prelude::*;

use super::Filter;
use crate::app::App;

/// How many entries are told.
const ENTRIES: usize = 200;

/// The last 200 entries of the audit, the newest first, as JSON.
#[resource("disco://audit", mime_type = "application/json")]
async fn audit_log(app: State<App>) -> Result<String> {
    let entries = app.audit.query(Filter { limit: ENTRIES, ..Filter::default() }).await?;
    Ok(serde_json::to_string_pretty(&entries)?)
}
