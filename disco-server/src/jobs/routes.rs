//! Jobs over REST, where they are called tasks: to run them, to look after them, to follow what they write.

use disco_sdk::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::history::{self, ArtifactList, ArtifactPart, CleanedUp, RunList, RunSummary};
use super::tools::{self, JobList, JobLogs, JobStatus, Submitted};
use super::wish::Wish;
use super::{Run, Spec, Status, follow};
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Body, Created, Path, Query, Route, bounded};
use crate::sandbox::SANDBOX;

/// Which job.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Job {
    /// The job.
    pub(super) id: String,
}

/// A job that was asked for.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "JobStarted")]
struct Started {
    #[serde(flatten)]
    submitted: Submitted,
    /// `job_id` by its older name.
    #[serde(rename = "jobId")]
    id: String,
    /// Where it is told how it stands.
    status_endpoint: String,
    /// The same by its older name.
    #[serde(rename = "statusEndpoint")]
    endpoint: String,
    /// Where what it writes can be followed.
    logs_endpoint: String,
}

/// Which jobs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct JobsQuery {
    /// Only jobs that stand so.
    status: Option<Status>,
    /// How many at most; 20 if left out.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<usize>,
    /// `next_before` of the answer before.
    before: Option<u64>,
}

/// Which runs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RunsQuery {
    /// Only runs that have ended so.
    status: Option<Status>,
    /// Only runs in this image.
    image: Option<String>,
    /// Only runs with all of these tags, with commas between.
    tags: Option<String>,
    /// Only runs that this has started.
    triggered_by: Option<String>,
    /// How many at most; 50 if left out.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<usize>,
    /// `next_before` of the answer before.
    before: Option<u64>,
}

/// Which part of a log.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LogsQuery {
    /// `next_cursor` of the answer before; the beginning and the end of the log if left out.
    cursor: Option<u64>,
    /// How long to wait for more, in seconds.
    #[schemars(range(max = 60))]
    wait_seconds: Option<u64>,
}

/// Which artifacts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ArtifactsQuery {
    /// How many at most; 50 if left out.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<usize>,
    /// `next_after` of the answer before.
    after: Option<String>,
}

/// Which part of which artifact.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ArtifactQuery {
    /// The file, as the list of artifacts names it.
    filename: String,
    /// The first byte to read.
    offset: Option<u64>,
}

/// Which runs are old.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Old {
    /// Only what was done so many days ago, or earlier; 30 if left out, 0 is all that is done.
    #[schemars(range(max = 36_500))]
    older_than_days: Option<u64>,
    /// Only count them.
    #[serde(default)]
    dry_run: bool,
}

pub(crate) fn routes() -> Vec<Route> {
    use ErrorCode as Code;
    let of_a_job = [
        Route::get("/api/v1/tasks/{id}", "get_run", "Tells all about a job.", run)
            .may_fail(&[Code::RunNotFound]),
        Route::delete(
            "/api/v1/tasks/{id}",
            "delete_run",
            "Deletes what is kept of a job that is done, for good.",
            delete,
        )
        .may_fail(&[Code::InvalidStatus, Code::RunNotFound]),
        Route::get("/api/v1/tasks/{id}/status", "get_job_status", "Tells how a job stands.", status),
        Route::post("/api/v1/tasks/{id}/cancel", "cancel_job", "Ends a job that waits or runs.", cancel),
        Route::get(
            "/api/v1/tasks/{id}/logs",
            "get_job_logs",
            "Reads what a job has written, page by page.",
            logs,
        ),
        Route::get("/api/v1/tasks/{id}/logs/stream", "follow_job_logs", follow::SUMMARY, follow::stream),
        Route::get(
            "/api/v1/tasks/{id}/artifacts",
            "list_artifacts",
            "Lists the files that a job has left.",
            artifacts,
        ),
        Route::get(
            "/api/v1/tasks/{id}/artifacts/content",
            "get_artifact",
            "Reads a file that a job has left, in parts.",
            artifact,
        )
        .may_fail(&[Code::ArtifactNotFound]),
    ];
    let of_a_job =
        of_a_job.into_iter().map(|route| route.may_fail(&[Code::JobNotFound, Code::InvalidArgument]));
    let mut routes = vec![
        Route::post(
            "/api/v1/tasks/run",
            "submit_job",
            "Asks for a job: shell commands, one after the other until one fails. Comes back at once.",
            submit,
        )
        .may_fail(SANDBOX)
        .may_fail(&[
            Code::InvalidArgument,
            Code::InvalidPattern,
            Code::JobExists,
            Code::JobLimit,
            Code::JobNotFound,
            Code::TemplateNotFound,
        ])
        .may_fail(&[Code::InvalidPath, Code::PathOutsideWorkspace]),
        Route::get(
            "/api/v1/tasks",
            "list_jobs",
            "Lists jobs, the newest first: those that wait, that run, and that are done.",
            list,
        )
        .may_fail(&[Code::InvalidArgument]),
        Route::get("/api/v1/runs", "list_runs", "Lists the jobs that are done, the newest first.", runs)
            .may_fail(&[Code::InvalidArgument]),
        Route::post(
            "/api/v1/runs/cleanup",
            "cleanup_runs",
            "Deletes what is kept of all jobs that were done long ago, for good.",
            clean_up,
        )
        .may_fail(&[Code::InvalidArgument]),
    ];
    routes.extend(of_a_job);
    routes
}

async fn submit(app: State<App>, Body(wish): Body<Wish>) -> Result<Created<Started>> {
    let mut spec = Spec::from(wish);
    if spec.triggered_by == super::wish::mcp() {
        "rest".clone_into(&mut spec.triggered_by);
    }
    let submitted = tools::submitted(app.jobs.submit(spec).await?);
    let at = format!("/api/v1/tasks/{}", submitted.job_id);
    let (status_endpoint, logs_endpoint) = (format!("{at}/status"), format!("{at}/logs/stream"));
    let (id, endpoint) = (submitted.job_id.clone(), status_endpoint.clone());
    Ok(Created(Started { submitted, id, status_endpoint, endpoint, logs_endpoint }))
}

async fn list(app: State<App>, Query(query): Query<JobsQuery>) -> Result<JobList> {
    let limit = bounded("limit", query.limit.unwrap_or(20), 1..=100)?;
    Ok(tools::list_jobs(app, query.status, limit, query.before).await?.0)
}

async fn status(app: State<App>, Path(Job { id }): Path<Job>) -> Result<JobStatus> {
    Ok(tools::get_job_status(app, id).await?.0)
}

async fn cancel(app: State<App>, Path(Job { id }): Path<Job>) -> Result<JobStatus> {
    Ok(tools::cancel_job(app, id).await?.0)
}

async fn logs(
    app: State<App>,
    Path(Job { id }): Path<Job>,
    Query(query): Query<LogsQuery>,
) -> Result<JobLogs> {
    let wait = bounded("wait_seconds", query.wait_seconds.unwrap_or(0), 0..=60)?;
    tools::logs(&app, &id, query.cursor, wait).await
}

async fn artifacts(
    app: State<App>,
    Path(Job { id }): Path<Job>,
    Query(query): Query<ArtifactsQuery>,
) -> Result<ArtifactList> {
    let limit = bounded("limit", query.limit.unwrap_or(50), 1..=200)?;
    Ok(history::list_artifacts(app, id, limit, query.after).await?.value)
}

async fn artifact(
    app: State<App>,
    Path(Job { id }): Path<Job>,
    Query(ArtifactQuery { filename, offset }): Query<ArtifactQuery>,
) -> Result<ArtifactPart> {
    Ok(history::get_artifact(app, id, filename, offset.unwrap_or(0)).await?.value)
}

async fn run(app: State<App>, Path(Job { id }): Path<Job>) -> Result<Run> {
    Ok(history::get_run(app, id).await?.value)
}

async fn delete(app: State<App>, Path(Job { id }): Path<Job>) -> Result<RunSummary> {
    Ok(history::summary(app.jobs.delete(&id).await?))
}

async fn runs(app: State<App>, Query(query): Query<RunsQuery>) -> Result<RunList> {
    let RunsQuery { status, image, tags, triggered_by, limit, before } = query;
    let tags = tags.map(|tags| tags.split(',').map(str::to_owned).collect());
    let limit = bounded("limit", limit.unwrap_or(50), 1..=100)?;
    Ok(history::list_runs(app, status, image, tags, triggered_by, limit, before).await?.0)
}

async fn clean_up(app: State<App>, Body(old): Body<Old>) -> Result<CleanedUp> {
    let days = bounded("older_than_days", old.older_than_days.unwrap_or(30), 0..=36_500)?;
    history::cleaned(&app, days, old.dry_run).await
}
