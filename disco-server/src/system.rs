//! What the server runs on, over MCP.

use disco_sdk::prelude::*;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::doctor::{Report, examine};

/// Tells what the server runs on: its version, the machine, how commands are isolated here, and what a
/// sandbox may take.
#[tool(title = "About this system", read_only, idempotent)]
async fn system_info(app: State<App>) -> Json<Report> {
    Json(examine(&app.config).await)
}

/// How the server is set up: its version, and the bounds that hold, as JSON. Folders and secrets are not told.
#[resource("config://server", mime_type = "application/json")]
fn server_config(app: State<App>) -> Result<String> {
    let Value::Object(settings) = serde_json::to_value(&app.config)? else {
        return Err(Error::new("the settings are no table"));
    };
    // Numbers are bounds. Whatever is text may be a folder of the host, or worse.
    let bounds: Map<String, Value> = settings.into_iter().filter(|(_, value)| value.is_number()).collect();
    let told =
        json!({"version": env!("CARGO_PKG_VERSION"), "toolsets": app.config.toolsets, "bounds": bounds});
    Ok(serde_json::to_string_pretty(&told)?)
}
