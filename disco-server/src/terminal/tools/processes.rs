//! What runs in a sandbox, over MCP.

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::sandbox::{Process, Signal};

/// Processes of a sandbox.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(in crate::terminal) struct ProcessList {
    /// Those of a terminal or job stand together.
    processes: Vec<Process>,
}

/// Lists what runs in a sandbox: the processes of commands, terminals and jobs.
#[tool(title = "List processes", read_only, idempotent)]
pub(in crate::terminal) async fn process_list(
    app: State<App>,
    /// The default one if absent.
    #[arg(example = "default")]
    sandbox_id: Option<String>,
) -> Result<Json<ProcessList>> {
    let processes = app.sandboxes.get(sandbox_id.as_deref()).await?.processes().await?;
    Ok(Json(ProcessList { processes }))
}

/// Sends a signal to a process of a sandbox; gives the process as it was.
#[tool(title = "Signal a process", destructive)]
async fn process_kill(
    app: State<App>,
    /// The process, as `process_list` names it.
    process_id: String,
    /// The signal.
    #[arg(default = Signal::Term, example = Signal::Kill)]
    signal: Signal,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<Process>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    Ok(Json(sandbox.signal(&process_id, signal).await?))
}
