//! Jobs over MCP: to run them, and to look after those that run.

use std::time::Duration;

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::held::Held;
use super::resources::{links, log_link};
use super::wish::Wish;
use super::{Filter, Jobs, Piece, Run, RunError, Status, view};
use crate::app::App;
use crate::page;
use crate::progress::tell::telling;

/// A job that was asked for.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Submitted {
    /// The handle to give to the other tools.
    pub(super) job_id: String,
    /// How it stands.
    status: Status,
    /// What to do next.
    message: String,
    /// The resource that is its whole log.
    log_uri: String,
}

/// How a job stands.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct JobStatus {
    /// The handle of the job.
    job_id: String,
    /// How it stands.
    status: Status,
    /// When it was asked for.
    created_at: String,
    /// When it began to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<String>,
    /// How many of its commands have ended.
    steps_done: usize,
    /// How many commands it has.
    steps: usize,
    /// Why it has come to no good end.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<RunError>,
    /// What it is for.
    intent: String,
}

/// Some jobs.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct JobList {
    /// The newest first.
    jobs: Vec<JobStatus>,
    /// Give this as `before` to read on; absent when there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_before: Option<u64>,
}

/// A part of a job's log.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct JobLogs {
    /// The handle of the job.
    job_id: String,
    /// How it stands.
    status: Status,
    /// What it wrote, in its order.
    entries: Vec<Piece>,
    /// Give this as `cursor` to read what comes next.
    next_cursor: u64,
    /// Whether the job is done and there is nothing behind these entries.
    is_end: bool,
    /// The resource that is the whole log.
    log_uri: String,
}

/// Runs shell commands in a sandbox, one after the other until one fails, and waits for them. What they write is told
/// as progress and kept as a log, and the files that `artifacts` names are kept when they are done, also after the
/// sandbox is deleted. The answer is the record of the job: how each command ended, what was used, what was left. For
/// work that takes longer than you can wait use `submit_job`. When this call is cancelled, so is the job.
#[tool(title = "Run a job and wait", destructive, open_world, task)]
async fn run_job(cx: Context, app: State<App>, #[arg(flatten)] wish: Wish) -> Result<WithContent<Run>> {
    let run = app.jobs.submit(wish.into()).await?;
    let held = Held { jobs: app.jobs.clone(), id: run.job_id.clone() };
    let run = wait(&app.jobs, &run.job_id, &cx).await?;
    held.let_go();
    let links = links(&run);
    Ok(Json(view::short(run)).with_content(links))
}

/// Tells what a job writes as progress, until it is done.
async fn wait(jobs: &Jobs, id: &str, cx: &Context) -> Result<Run> {
    let (mut after, mut bytes) = (0, 0_u32);
    loop {
        let (pieces, run) = jobs.follow(id, after, page::BYTES, Duration::from_mins(1)).await?;
        after = pieces.last().map_or(after, |piece| piece.seq);
        for piece in &pieces {
            bytes = bytes.saturating_add(u32::try_from(piece.text.len()).unwrap_or(u32::MAX));
            cx.progress(f64::from(bytes), None, piece.text.as_str());
        }
        if pieces.is_empty() && run.status.is_final() {
            return Ok(run);
        }
    }
}

/// Asks for a job and comes back at once: shell commands in a sandbox, one after the other until one fails. It goes on
/// when this call is over, also when you are disconnected. Ask for it with `get_job_status`, read what it writes with
/// `get_job_logs`, end it with `cancel_job`; its record is told by `get_run`. When many jobs run it waits for its turn.
#[tool(title = "Submit a job", destructive, open_world)]
async fn submit_job(app: State<App>, #[arg(flatten)] wish: Wish) -> Result<WithContent<Submitted>> {
    let submitted = submitted(app.jobs.submit(wish.into()).await?);
    let link = log_link(&submitted.log_uri);
    Ok(Json(submitted).with_content([link]))
}

pub(super) fn submitted(run: Run) -> Submitted {
    let message =
        "ask for it with `get_job_status`, or read on with `get_job_logs` and `wait_seconds`".to_owned();
    Submitted { job_id: run.job_id, status: run.status, message, log_uri: run.log_uri }
}

/// Tells how a job stands: whether it waits, runs or is done, and how far it is.
#[tool(title = "Look at a job", read_only, idempotent)]
pub(super) async fn get_job_status(
    app: State<App>,
    /// The job.
    #[arg(example = "nightly-build-7")]
    job_id: String,
) -> Result<Json<JobStatus>> {
    Ok(Json(status(app.jobs.get(&job_id).await?)))
}

/// Reads what a job has written. Without a cursor the beginning and the end of the log are told; with one, what comes
/// behind it, page by page. To follow a job that runs, give `next_cursor` of the last answer and `wait_seconds`: the
/// answer comes as soon as there is more, or the job is done.
#[tool(title = "Read a job's log", read_only, idempotent)]
async fn get_job_logs(
    cx: Context,
    app: State<App>,
    /// The job.
    job_id: String,
    /// `next_cursor` of the answer before; 0 for the beginning.
    cursor: Option<u64>,
    /// How long to wait for more, in seconds.
    #[arg(default = 0, range(0..=60), example = 30)]
    wait_seconds: u64,
) -> Result<WithContent<JobLogs>> {
    let logs = telling(&cx, "new entries", logs(&app, &job_id, cursor, wait_seconds)).await?;
    let link = log_link(&logs.log_uri);
    Ok(Json(logs).with_content([link]))
}

pub(super) async fn logs(
    app: &App,
    job_id: &str,
    cursor: Option<u64>,
    wait_seconds: u64,
) -> crate::Result<JobLogs> {
    let (entries, run) = match cursor {
        None if wait_seconds == 0 => app.jobs.ends_of_log(job_id, page::BYTES).await?,
        cursor => {
            let (after, wait) = (cursor.unwrap_or(0), Duration::from_secs(wait_seconds));
            app.jobs.follow(job_id, after, page::BYTES, wait).await?
        }
    };
    let next_cursor = entries.last().map_or(cursor.unwrap_or(0), |piece| piece.seq);
    let is_end = run.status.is_final() && (entries.is_empty() || cursor.is_none());
    let Run { job_id, status, log_uri, .. } = run;
    Ok(JobLogs { job_id, status, entries, next_cursor, is_end, log_uri })
}

/// Lists jobs, the newest first: those that wait, that run, and that are done.
#[tool(title = "List jobs", read_only, idempotent)]
pub(super) async fn list_jobs(
    app: State<App>,
    /// Only jobs that stand so.
    #[arg(example = Some(Status::Running))]
    status: Option<Status>,
    /// How many at most.
    #[arg(default = 20, range(1..=100))]
    limit: usize,
    /// `next_before` of the answer before.
    before: Option<u64>,
) -> Result<Json<JobList>> {
    let filter = Filter { status, before, limit: limit + 1, ..Filter::default() };
    let jobs = app.jobs.list(filter).await?.into_iter().map(|(number, run)| (number, self::status(run)));
    let (jobs, next_before) = page::page(jobs.collect(), limit);
    Ok(Json(JobList { jobs, next_before }))
}

/// Ends a job that waits or runs, with all that it has started. One that is done stays as it is.
#[tool(title = "Cancel a job", destructive, idempotent)]
pub(super) async fn cancel_job(
    app: State<App>,
    /// The job.
    #[arg(example = "nightly-build-7")]
    job_id: String,
) -> Result<Json<JobStatus>> {
    Ok(Json(status(app.jobs.cancel(&job_id).await?)))
}

pub(super) fn status(run: Run) -> JobStatus {
    JobStatus {
        job_id: run.job_id,
        status: run.status,
        created_at: run.created_at,
        started_at: run.started_at,
        finished_at: run.finished_at,
        steps_done: run.steps.len(),
        steps: run.commands.len(),
        error: run.error,
        intent: run.intent,
    }
}
