//! A single command as a job: waited for, but not for ever.
//!
//! It is a job from its first moment, so that nothing has to be handed over or begun again when the wait is over.

use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::held::Held;
use super::{Jobs, Piece, Run, Spec, Status};
use crate::error::{Error, ErrorCode, Result};
use crate::page;
use crate::sandbox::output::Output;
use crate::sandbox::{Chunk, ChunkSender, Ended, ExecResult, Stream, Usage};
use crate::terminal::{ExecuteRequest, KEPT_OUTPUT};

/// How long such a job may run, in seconds.
const LONGEST: u64 = 3600;

/// Runs a command as a job, and waits for so long. Gives the job, and what became of the command by then: when it
/// still runs it has `ended` in the background. Dropping the future ends the job.
///
/// # Errors
/// Those of [`Jobs::submit`], and when the command could not be run.
pub async fn execute(
    jobs: &Jobs,
    sandbox_id: Option<String>,
    request: ExecuteRequest,
    wait: Duration,
    chunks: Option<ChunkSender>,
) -> Result<(String, ExecResult)> {
    let spec = Spec {
        sandbox_id,
        commands: vec![request.command],
        working_dir: request.working_dir,
        env: request.env,
        timeout: LONGEST,
        triggered_by: "terminal_execute".to_owned(),
        ..Spec::default()
    };
    let job = jobs.submit(spec).await?;
    let (begun, held) = (Instant::now(), Held { jobs: jobs.clone(), id: job.job_id.clone() });
    let mut told = Told::new(request.max_output_bytes.unwrap_or(KEPT_OUTPUT), chunks);
    let ended = timeout(wait, told.follow(jobs, &job.job_id)).await;
    held.let_go();
    let mut result = match ended {
        Ok(run) => told.ended(&run?)?,
        Err(_) => told.result(Ended::Background, None, Usage::default()),
    };
    result.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok((job.job_id, result))
}

/// What a job has told of its command.
struct Told {
    stdout: Output,
    stderr: Output,
    chunks: Option<ChunkSender>,
}

impl Told {
    fn new(keep: usize, chunks: Option<ChunkSender>) -> Self {
        let keep = keep.min(KEPT_OUTPUT * 16);
        Self { stdout: Output::new(keep), stderr: Output::new(keep), chunks }
    }

    async fn follow(&mut self, jobs: &Jobs, id: &str) -> Result<Run> {
        let mut after = 0;
        loop {
            let (pieces, run) = jobs.follow(id, after, page::BYTES, Duration::from_mins(1)).await?;
            if pieces.is_empty() && run.status.is_final() {
                return Ok(run);
            }
            for piece in pieces {
                after = piece.seq;
                self.take(piece).await;
            }
        }
    }

    async fn take(&mut self, piece: Piece) {
        let stream = match piece.stream.as_str() {
            "stderr" => Stream::Stderr,
            _ => Stream::Stdout,
        };
        let output = if stream == Stream::Stderr { &mut self.stderr } else { &mut self.stdout };
        output.push(piece.text.as_bytes());
        if let Some(chunks) = &self.chunks {
            // That nobody listens is no error.
            chunks.send(Chunk { stream, text: piece.text }).await.ok();
        }
    }

    fn ended(self, run: &Run) -> Result<ExecResult> {
        let Some(step) = run.steps.first() else { return Err(not_run(run)) };
        let used = &run.resource_usage;
        let usage = Usage {
            cpu_ms: whole(used.cpu_seconds * 1000.0),
            memory_peak_kb: whole(used.memory_peak_mb * 1024.0),
            disk_read_kb: whole(used.disk_read_mb * 1024.0),
            disk_write_kb: whole(used.disk_write_mb * 1024.0),
            network_received_bytes: used.network_received_bytes,
            network_sent_bytes: used.network_sent_bytes,
        };
        let exit_code = step.exit_code.filter(|_| step.ended == Ended::Exited);
        Ok(self.result(step.ended, exit_code, usage))
    }

    fn result(self, ended: Ended, exit_code: Option<i32>, usage: Usage) -> ExecResult {
        let (stdout, stderr) = (self.stdout, self.stderr);
        ExecResult {
            exit_code,
            signal: None,
            ended,
            stdout_bytes: stdout.total(),
            stderr_bytes: stderr.total(),
            truncated: stdout.left_out() + stderr.left_out() > 0,
            timed_out: ended == Ended::TimedOut,
            stdout: stdout.into_text(),
            stderr: stderr.into_text(),
            duration_ms: 0,
            usage,
        }
    }
}

/// The whole number next to one that is small and not negative.
fn whole(number: f64) -> u64 {
    Duration::try_from_secs_f64(number.round()).map_or(0, |seconds| seconds.as_secs())
}

/// Its command was never run, or not to its end: cancelled, or refused.
fn not_run(run: &Run) -> Error {
    let why = run.error.as_ref().map_or("it was not run", |error| error.message.as_str());
    let code =
        if run.status == Status::Cancelled { ErrorCode::InvalidStatus } else { ErrorCode::SandboxFailed };
    Error::new(code, format!("the job `{}` came to no good end: {why}", run.job_id))
        .suggest("look at it with `get_run`")
}
