//! Shell commands in a sandbox: single ones, and those on a terminal, which one can talk to.

mod bounds;
mod history;
mod keys;
mod live;
mod reading;
mod recording;
mod records;
mod request;
mod routes;
mod screen;
mod shown;
mod terminals;
mod text;
mod tools;

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use bounds::Bounds;
pub use history::{TerminalHistory, TerminalLine, TerminalLines};
pub use reading::{Mode, Reading, Wait, Why};
pub use records::{ListedTerminal, TerminalInfo};
pub use request::{OpenRequest, size};
pub(crate) use routes::{COMMAND, routes};
pub use screen::View;
pub use terminals::Terminals;

use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{ChunkSender, ExecRequest, ExecResult, Sandbox};

/// How long a command may run when its caller does not say, in milliseconds.
pub const DEFAULT_TIMEOUT_MS: u64 = 30_000;
/// The longest that a command may be given, in milliseconds.
pub const MAX_TIMEOUT_MS: u64 = 600_000;
/// The longest command, in bytes; the kernel takes no longer argument.
pub const MAX_COMMAND: usize = 128 * 1024 - 1;
/// What a text looks like that is not empty and has no NUL byte, for those who read the description.
pub(crate) const SOMETHING: &str = r"^[^\x00]*[^\s\x00][^\x00]*$";
/// What variables look like.
pub(crate) const VARIABLE: &str = r"^[^=\x00]+$";
/// What may be in them.
pub(crate) const VALUE: &str = r"^[^\x00]*$";
/// How much of each stream is kept, in bytes: half from the start, half from the end.
pub const KEPT_OUTPUT: usize = 256 * 1024;
/// The most that is kept of each stream, in bytes.
pub const WHOLE_OUTPUT: usize = KEPT_OUTPUT * 16;

/// A command line.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["command"]))]
pub struct ExecuteRequest {
    /// The command line, for `bash` (or `sh` where there is no bash).
    #[schemars(length(max = 131_071), regex(pattern = SOMETHING))]
    pub command: String,
    /// The folder to run it in, relative to the workspace; the workspace itself if empty.
    #[serde(alias = "cwd")]
    pub working_dir: String,
    /// Variables for this command.
    #[schemars(extend(
        "propertyNames" = {"pattern": VARIABLE},
        "additionalProperties" = {"type": "string", "pattern": VALUE},
    ))]
    pub env: BTreeMap<String, String>,
    /// After how many milliseconds it is killed: 30000 if absent, at most 600000.
    #[schemars(range(min = 1, max = 600_000))]
    pub timeout_ms: Option<u64>,
    /// How many bytes of each stream to keep, half from the start and half from the end: 262144 if absent.
    pub max_output_bytes: Option<usize>,
}

/// Runs the command to its end, and sends its output to `chunks` meanwhile.
///
/// Everything that it started is killed when it ends. Dropping the future kills it.
///
/// # Errors
/// `INVALID_ARGUMENT` for an empty command or a time out of bounds, `SANDBOX_UNAVAILABLE` and `SANDBOX_FAILED`
/// when nothing could be run. A command that fails, or is killed by a limit, is no error.
pub async fn execute(
    sandbox: &dyn Sandbox,
    request: ExecuteRequest,
    chunks: Option<ChunkSender>,
) -> Result<ExecResult> {
    let timeout = check(&request)?;
    execute_within(sandbox, request, timeout, None, chunks).await
}

/// The same for a command that was looked at, with a time of any length, and perhaps a job that it belongs to.
pub(crate) async fn execute_within(
    sandbox: &dyn Sandbox,
    request: ExecuteRequest,
    timeout: Duration,
    belongs_to: Option<&str>,
    chunks: Option<ChunkSender>,
) -> Result<ExecResult> {
    let exec = ExecRequest {
        belongs_to: belongs_to.map(str::to_owned),
        working_dir: request.working_dir,
        env: request.env,
        timeout,
        keep_output: request.max_output_bytes.unwrap_or(KEPT_OUTPUT).min(WHOLE_OUTPUT),
        ..ExecRequest::shell(["-c", &request.command])
    };
    sandbox.exec(exec, chunks).await
}

fn check(request: &ExecuteRequest) -> Result<Duration> {
    check_command(&request.command)?;
    let timeout = request.timeout_ms.unwrap_or(DEFAULT_TIMEOUT_MS);
    if !(1..=MAX_TIMEOUT_MS).contains(&timeout) {
        let what = format!("`timeout_ms` is {timeout}, but must be 1 to {MAX_TIMEOUT_MS}");
        return Err(
            Error::new(ErrorCode::InvalidArgument, what).suggest("split the work into shorter commands")
        );
    }
    Ok(Duration::from_millis(timeout))
}

fn check_command(command: &str) -> Result<()> {
    if command.trim().is_empty() || command.contains('\0') || command.len() > MAX_COMMAND {
        let what = format!("`command` is empty, holds a NUL byte, or is longer than {MAX_COMMAND} bytes");
        return Err(Error::new(ErrorCode::InvalidArgument, what)
            .suggest("put a long script into a file with `file_write` and run the file"));
    }
    Ok(())
}
