//! How a command ended, whatever has isolated it.

use std::time::Duration;

use super::exec::{Ended, ExecRequest, ExecResult, Usage};
use super::reader::Reader;
use super::store::Record;
use crate::error::{Error, ErrorCode, Result};

/// How a command ended.
pub(super) struct Outcome {
    pub(super) ended: Ended,
    pub(super) exit_code: Option<i32>,
    pub(super) signal: Option<i32>,
}

impl Outcome {
    pub(super) fn exited(code: i32) -> Self {
        Self { ended: Ended::Exited, exit_code: Some(code), signal: None }
    }

    /// It was killed by us, or by the kernel for a limit of ours.
    pub(super) fn killed(ended: Ended) -> Self {
        Self { ended, exit_code: None, signal: Some(9) }
    }

    pub(super) fn result(
        self,
        stdout: Reader,
        stderr: Reader,
        duration: Duration,
        usage: Usage,
    ) -> ExecResult {
        let (out, err) = (stdout.output, stderr.output);
        ExecResult {
            exit_code: self.exit_code,
            signal: self.signal,
            ended: self.ended,
            stdout_bytes: out.total(),
            stderr_bytes: err.total(),
            truncated: out.left_out() + err.left_out() > 0,
            timed_out: self.ended == Ended::TimedOut,
            stdout: out.into_text(),
            stderr: err.into_text(),
            duration_ms: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
            usage,
        }
    }
}

/// The sandbox was deleted while the command ran.
pub(super) fn gone(id: &str) -> Error {
    Error::new(ErrorCode::SandboxNotFound, format!("the sandbox `{id}` was deleted"))
        .suggest("create another with `sandbox_create`")
}

/// The backend's own variables, then those of the sandbox, then those of the request. None of the server's.
pub(super) fn variables(
    own: Vec<(String, String)>,
    record: &Record,
    request: &ExecRequest,
) -> Result<Vec<(String, String)>> {
    let given = record.env.iter().chain(&request.env).map(|(name, value)| (name.clone(), value.clone()));
    let all: Vec<_> = own.into_iter().chain(given).collect();
    let bad = all
        .iter()
        .find(|(name, value)| name.is_empty() || name.contains(['=', '\0']) || value.contains('\0'));
    if let Some((name, _)) = bad {
        return Err(Error::new(
            ErrorCode::InvalidArgument,
            format!("`{}` cannot be a variable", name.escape_debug()),
        )
        .suggest("names have no `=`, and neither names nor values have NUL bytes"));
    }
    Ok(all)
}
