//! Commands over MCP.

use std::collections::BTreeMap;

use disco_sdk::prelude::*;
use tokio::sync::mpsc;

use super::shown::{Executed, shown};
use super::{ExecuteRequest, WHOLE_OUTPUT, execute};
use crate::app::App;
use crate::sandbox::Chunk;

/// How many pieces of output may wait to be told.
const QUEUE: usize = 64;

/// Runs a shell command in a sandbox and waits for it. It sees the workspace at `/workspace`, where it
/// may write, and a read-only system; it has no network. Everything that it starts ends with it.
#[tool(title = "Run a command", destructive)]
async fn terminal_execute(
    cx: Context,
    caller: Caller,
    app: State<App>,
    /// The command line, for `bash`.
    command: String,
    /// The folder to run it in, relative to the workspace; the workspace itself if left out.
    #[arg(rename = "workingDir")]
    working_dir: Option<String>,
    /// After how many milliseconds it is killed.
    #[arg(default = 30_000, range(1..=600_000))]
    timeout: u64,
    /// Variables for this command.
    env: Option<BTreeMap<String, String>>,
    /// Whether to tell its output as progress while it runs.
    #[arg(default = true)]
    stream: bool,
    /// How many bytes of each stream to show, half from the start and half from the end.
    max_output_bytes: Option<usize>,
    /// The sandbox; the default one if left out.
    sandbox_id: Option<String>,
) -> Result<WithContent<Executed>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let request = ExecuteRequest {
        command,
        working_dir: working_dir.unwrap_or_default(),
        env: env.unwrap_or_default(),
        timeout_ms: Some(timeout),
        max_output_bytes: Some(WHOLE_OUTPUT),
    };
    if !stream || !cx.wants_progress() {
        let done = execute(&*sandbox, request, None).await?;
        return Ok(shown(&app, &caller, done, max_output_bytes).await);
    }
    let (chunks, mut told) = mpsc::channel::<Chunk>(QUEUE);
    let tell = async {
        let mut bytes = 0_u32;
        while let Some(chunk) = told.recv().await {
            bytes = bytes.saturating_add(u32::try_from(chunk.text.len()).unwrap_or(u32::MAX));
            cx.progress(f64::from(bytes), None, chunk.text.as_str());
        }
    };
    let (done, ()) = tokio::join!(execute(&*sandbox, request, Some(chunks)), tell);
    Ok(shown(&app, &caller, done?, max_output_bytes).await)
}
