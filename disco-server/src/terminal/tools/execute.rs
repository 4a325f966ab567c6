//! Commands over MCP.

use std::collections::BTreeMap;
use std::time::Duration;

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::app::App;
use crate::jobs;
use crate::sandbox::Chunk;
use crate::terminal::shown::{Executed, shown};
use crate::terminal::{DEFAULT_TIMEOUT_MS, ExecuteRequest, WHOLE_OUTPUT, execute};

/// How many pieces of output may wait to be told.
const QUEUE: usize = 64;

/// What to do with a command that runs longer than its timeout: kill it, or let it go on as a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum OnTimeout {
    #[default]
    Kill,
    Background,
}

/// Runs a shell command in a sandbox and waits for it. It sees the workspace at `/workspace`, where it
/// may write, and a read-only system; it has no network unless the sandbox was given one. Everything that it starts ends with it.
#[tool(title = "Run a command", destructive, open_world)]
async fn terminal_execute(
    cx: Context,
    caller: Caller,
    app: State<App>,
    /// The command line, for `bash`.
    #[arg(example = "cargo test")]
    command: String,
    /// The folder to run it in, relative to the workspace; the workspace itself if absent.
    #[arg(rename = "workingDir")]
    working_dir: Option<String>,
    /// After how many milliseconds its time is over.
    #[arg(default = DEFAULT_TIMEOUT_MS, range(1..=600_000))]
    timeout: u64,
    /// What then: `kill` it, or let it go on as a job and answer with the `job_id`.
    on_timeout: Option<OnTimeout>,
    /// Do not wait at all: it is a job, with an hour to run.
    #[arg(default = false)]
    background: bool,
    /// Variables for this command.
    env: Option<BTreeMap<String, String>>,
    /// Tell its output as progress while it runs.
    #[arg(default = true)]
    stream: bool,
    /// How many bytes of each stream to show, half from the start and half from the end.
    max_output_bytes: Option<usize>,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<WithContent<Executed>> {
    let request = ExecuteRequest {
        command,
        working_dir: working_dir.unwrap_or_default(),
        env: env.unwrap_or_default(),
        timeout_ms: Some(timeout),
        max_output_bytes: Some(WHOLE_OUTPUT),
    };
    let (chunks, mut told) = mpsc::channel::<Chunk>(QUEUE);
    let chunks = (stream && cx.wants_progress()).then_some(chunks);
    let tell = async {
        let mut bytes = 0_u32;
        while let Some(chunk) = told.recv().await {
            bytes = bytes.saturating_add(u32::try_from(chunk.text.len()).unwrap_or(u32::MAX));
            cx.progress(f64::from(bytes), None, chunk.text.as_str());
        }
    };
    let run = async {
        if background || on_timeout.unwrap_or_default() == OnTimeout::Background {
            let wait = if background { Duration::ZERO } else { Duration::from_millis(timeout) };
            let (job_id, result) = jobs::execute(&app.jobs, sandbox_id, request, wait, chunks).await?;
            return Ok::<_, crate::Error>((result, Some(job_id)));
        }
        let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
        Ok((execute(&*sandbox, request, chunks).await?, None))
    };
    let (done, ()) = tokio::join!(run, tell);
    let (result, job_id) = done?;
    Ok(shown(&app, &caller, result, job_id, max_output_bytes).await)
}
