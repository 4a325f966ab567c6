//! What the server runs on, over MCP.

use disco_sdk::prelude::*;

use crate::app::App;
use crate::doctor::{Report, examine};

/// Tells what the server runs on: its version, the machine, how commands are isolated here, and what a
/// sandbox may take.
#[tool(title = "About this system", read_only, idempotent)]
async fn system_info(app: State<App>) -> Json<Report> {
    Json(examine(&app.config).await)
}
