//! Commands over REST: to their end, or as they write. Terminals and processes are beside it.

mod commands;
mod history;
mod processes;
mod recordings;
mod sessions;

use disco_sdk::State;
use futures_util::future::BoxFuture;
use futures_util::stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{self, Receiver};

use super::{ExecuteRequest, execute};
use crate::app::App;
use crate::error::{Error, ErrorCode, Result};
use crate::rest::{Body, Event, Events, Path, Route};
use crate::sandbox::{Chunk, ExecResult, Id, SANDBOX, Stream};

/// How many pieces of output may wait to be told.
const QUEUE: usize = 64;

/// What any request that runs a command may be refused with.
pub(crate) const COMMAND: &[ErrorCode] = &[
    ErrorCode::InvalidPath,
    ErrorCode::PathOutsideWorkspace,
    ErrorCode::FileNotFound,
    ErrorCode::NotADirectory,
    ErrorCode::CommandNotFound,
    ErrorCode::SandboxUnavailable,
    ErrorCode::SandboxFailed,
    ErrorCode::SandboxStopped,
];

/// A command, and where it is to run.
#[derive(Debug, Deserialize, JsonSchema)]
struct Addressed {
    /// The sandbox; the default one if left out.
    #[serde(alias = "containerId")]
    sandbox_id: Option<String>,
    #[serde(flatten)]
    request: ExecuteRequest,
}

/// What became of a command, with the words of older callers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CommandAnswer")]
struct Executed {
    #[serde(flatten)]
    result: ExecResult,
    /// `stdout`, and behind it `stderr`.
    output: String,
    /// `exit_code`; -1 when it did not end by itself.
    #[serde(rename = "exitCode")]
    code: i32,
    /// `duration_ms`.
    duration: u64,
}

impl From<ExecResult> for Executed {
    fn from(result: ExecResult) -> Self {
        Self {
            output: format!("{}{}", result.stdout, result.stderr),
            code: result.exit_code.unwrap_or(-1),
            duration: result.duration_ms,
            result,
        }
    }
}

/// A piece of output.
#[derive(Debug, Serialize)]
struct Output {
    /// `stdout` or `stderr`.
    r#type: Stream,
    text: String,
}

pub(crate) fn routes() -> Vec<Route> {
    let own = vec![
        Route::post("/api/v1/terminal/execute", "terminal_execute_in", "Runs a shell command in the sandbox that the body names, and waits for it.", execute_in),
        Route::post("/api/v1/terminal/{id}/execute", "terminal_execute", "Runs a shell command in a sandbox, and waits for it.", execute_here)
            .offers("terminal:execute"),
        Route::post(
            "/api/v1/terminal/{id}/stream",
            "terminal_stream",
            "Runs a shell command and tells what it writes as events: `stdout` and `stderr` with `text`, then `exit` with how it ended, or `error`, then `complete`. Closing the stream kills the command.",
            stream_here,
        )
        .offers("terminal:stream"),
    ];
    let codes = [ErrorCode::InvalidArgument];
    let own = own.into_iter().map(|route| route.may_fail(SANDBOX).may_fail(COMMAND).may_fail(&codes));
    let of_terminals = [sessions::routes(), history::routes(), recordings::routes(), commands::routes()];
    own.chain(processes::routes()).chain(of_terminals.into_iter().flatten()).collect()
}

async fn execute_in(
    app: State<App>,
    Body(Addressed { sandbox_id, request }): Body<Addressed>,
) -> Result<Executed> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    execute(&*sandbox, request, None).await.map(Executed::from)
}

async fn execute_here(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<ExecuteRequest>,
) -> Result<Executed> {
    let sandbox = app.sandboxes.get(Some(&id)).await?;
    execute(&*sandbox, request, None).await.map(Executed::from)
}

async fn stream_here(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<ExecuteRequest>,
) -> Result<Events> {
    super::check(&request)?;
    let sandbox = app.sandboxes.get(Some(&id)).await?;
    let (sender, chunks) = mpsc::channel(QUEUE);
    let command = Box::pin(async move { execute(&*sandbox, request, Some(sender)).await });
    let running = Running { command, chunks, done: None };
    Ok(Events::new(stream::unfold(Next::Output(running), Next::event)))
}

/// A command that runs. Dropping it kills it.
struct Running {
    command: BoxFuture<'static, Result<ExecResult>>,
    chunks: Receiver<Chunk>,
    done: Option<Result<ExecResult>>,
}

impl Running {
    /// The next piece of output, or how it has ended.
    async fn next(&mut self) -> std::result::Result<Chunk, Result<ExecResult>> {
        loop {
            tokio::select! {
                biased;
                chunk = self.chunks.recv() => match (chunk, self.done.take()) {
                    (Some(chunk), done) => {
                        self.done = done;
                        return Ok(chunk);
                    }
                    (None, Some(done)) => return Err(done),
                    (None, None) => return Err((&mut self.command).await),
                },
                done = &mut self.command, if self.done.is_none() => self.done = Some(done),
            }
        }
    }
}

/// What comes next in the stream.
enum Next {
    Output(Running),
    Complete,
    Nothing,
}

impl Next {
    async fn event(self) -> Option<(Result<Event>, Self)> {
        match self {
            Self::Output(mut running) => Some(match running.next().await {
                Ok(Chunk { stream, text }) => {
                    let name = if stream == Stream::Stdout { "stdout" } else { "stderr" };
                    (Event::new(name, &Output { r#type: stream, text }), Self::Output(running))
                }
                Err(Ok(result)) => (Event::new("exit", &result), Self::Complete),
                Err(Err(error)) => (Event::failed(&error), Self::Complete),
            }),
            Self::Complete => Some((Event::new("complete", &serde_json::json!({})), Self::Nothing)),
            Self::Nothing => None::<(std::result::Result<Event, Error>, Self)>,
        }
    }
}
