//! Jobs over MCP: what is kept of them when they are done.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::resources::{LINKED, artifact_link, links};
use super::run::now_ms;
use super::{Artifact, Filter, Run, Status, view};
use crate::app::App;
use crate::error::ErrorCode;
use crate::files::Encoding;
use crate::page;
use crate::progress::tell::telling;
use crate::trial::Trial;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// How many bytes of an artifact one answer has: in base64, and in JSON however they are escaped, they fit.
const PART: u64 = 12_000;
const SMALL_PART: u64 = 3_000;

/// Some artifacts of a job.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct ArtifactList {
    /// In the order of their names.
    artifacts: Vec<Artifact>,
    /// Give this as `after` to read on; absent when there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_after: Option<String>,
}

/// A part of an artifact.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct ArtifactPart {
    /// Its path in the workspace.
    filename: String,
    /// How `content` is written.
    encoding: Encoding,
    /// The bytes from `offset` on.
    content: String,
    /// The first byte of the part.
    offset: u64,
    /// Where the next part begins; absent when this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<u64>,
    /// How large all of it is.
    size_bytes: u64,
    /// The digest of all of it.
    sha256: String,
    /// The resource that is all of it.
    uri: String,
}

/// What is told of a run in a list.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct RunSummary {
    /// The handle of the job.
    job_id: String,
    /// How it has ended.
    status: Status,
    /// When it was asked for.
    created_at: String,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<String>,
    /// Where it ran.
    sandbox_id: String,
    /// The image that was the root there.
    #[serde(skip_serializing_if = "Option::is_none")]
    image_ref: Option<String>,
    /// What it was for.
    intent: String,
    /// Words to find it by.
    tags: Vec<String>,
    /// Who or what has started it.
    triggered_by: String,
    /// How many artifacts it has left.
    artifacts: usize,
    /// The same job has the same.
    fingerprint: String,
}

/// Some runs.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct RunList {
    /// The newest first.
    runs: Vec<RunSummary>,
    /// Give this as `before` to read on; absent when there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_before: Option<u64>,
}

/// What was deleted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RunsCleaned")]
pub(super) struct CleanedUp {
    /// How many runs were deleted, or would be.
    runs: usize,
    /// Whether nothing was deleted and it was only counted.
    dry_run: bool,
}

/// Lists the files that a job has left, with their sizes and digests.
#[tool(title = "List a job's artifacts", read_only, idempotent)]
pub(super) async fn list_artifacts(
    app: State<App>,
    /// The job.
    #[arg(example = "nightly-build-7")]
    job_id: String,
    /// How many at most.
    #[arg(default = 50, range(1..=200))]
    limit: usize,
    /// `next_after` of the answer before.
    after: Option<String>,
) -> Result<WithContent<ArtifactList>> {
    let mut artifacts = app.jobs.artifacts(&job_id, &after.unwrap_or_default(), limit + 1).await?;
    let shown = page::fitting(&artifacts).min(limit);
    let is_cut = shown < artifacts.len();
    artifacts.truncate(shown);
    let next_after = artifacts.last().filter(|_| is_cut).map(|artifact| artifact.name.clone());
    let links: Vec<_> =
        artifacts.iter().take(LINKED).map(|artifact| artifact_link(&job_id, artifact)).collect();
    Ok(Json(ArtifactList { artifacts, next_after }).with_content(links))
}

/// Reads a file that a job has left, also after its sandbox was changed or deleted. A large one comes in parts: read on
/// at `next_offset`, or read all of it as the resource `uri`.
#[tool(title = "Read an artifact", read_only, idempotent)]
pub(super) async fn get_artifact(
    app: State<App>,
    /// The job.
    job_id: String,
    /// The file, as `list_artifacts` names it.
    #[arg(example = "dist/app.tar.gz")]
    filename: String,
    /// The first byte to read.
    #[arg(default = 0)]
    offset: u64,
) -> Result<WithContent<ArtifactPart>> {
    let (artifact, bytes) = app.jobs.artifact(&job_id, &filename, offset, PART).await?;
    let (encoding, content, length) = written(&bytes);
    let end = offset.saturating_add(length);
    let link = artifact_link(&job_id, &artifact);
    let part = ArtifactPart {
        uri: format!("disco://jobs/{job_id}/artifacts/{filename}"),
        filename: artifact.name,
        encoding,
        content,
        offset,
        next_offset: (length > 0 && end < artifact.size_bytes).then_some(end),
        size_bytes: artifact.size_bytes,
        sha256: artifact.sha256,
    };
    Ok(Json(part).with_content([link]))
}

/// As text if it is, up to the last whole character, and else in base64; and how many bytes that are.
fn written(bytes: &[u8]) -> (Encoding, String, u64) {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        // The last character is not complete yet.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok(),
        Err(_) => None,
    };
    match text {
        Some(text) if !text.is_empty() || bytes.is_empty() => {
            let is_long = serde_json::to_string(text).is_ok_and(|json| json.len() > page::BYTES);
            let most = if is_long { usize::try_from(SMALL_PART).unwrap_or(usize::MAX) } else { text.len() };
            let text = &text[..text.floor_char_boundary(most)];
            (Encoding::Utf8, text.to_owned(), text.len() as u64)
        }
        _ => (Encoding::Base64, BASE64.encode(bytes), bytes.len() as u64),
    }
}

/// Lists the jobs that are done, the newest first, as far as they are still kept.
#[tool(title = "List runs", read_only, idempotent)]
pub(super) async fn list_runs(
    app: State<App>,
    /// Only runs that have ended so.
    #[arg(example = Some(Status::Failed))]
    status: Option<Status>,
    /// Only runs in this image.
    image: Option<String>,
    /// Only runs with all of these tags.
    tags: Option<Vec<String>>,
    /// Only runs that this has started.
    triggered_by: Option<String>,
    /// How many at most.
    #[arg(default = 50, range(1..=100))]
    limit: usize,
    /// `next_before` of the answer before.
    before: Option<u64>,
) -> Result<Json<RunList>> {
    let tags = tags.unwrap_or_default();
    let filter = Filter { status, is_final: true, image, tags, triggered_by, before, limit: limit + 1 };
    let runs = app.jobs.list(filter).await?.into_iter().map(|(number, run)| (number, summary(run)));
    let (runs, next_before) = page::page(runs.collect(), limit);
    Ok(Json(RunList { runs, next_before }))
}

pub(super) fn summary(run: Run) -> RunSummary {
    RunSummary {
        job_id: run.job_id,
        status: run.status,
        created_at: run.created_at,
        finished_at: run.finished_at,
        sandbox_id: run.sandbox_id,
        image_ref: run.image_ref,
        intent: run.intent,
        tags: run.tags,
        triggered_by: run.triggered_by,
        artifacts: run.artifacts.len(),
        fingerprint: run.fingerprint,
    }
}

/// Tells all about a job: how each of its commands has ended and what it wrote, what was used, what was left, and under
/// which variables it ran. Of long outputs the head and the tail are told; `get_job_logs` has the rest.
#[tool(title = "Look at a run", read_only, idempotent)]
pub(super) async fn get_run(
    app: State<App>,
    /// The job.
    #[arg(example = "nightly-build-7")]
    job_id: String,
) -> Result<WithContent<Run>> {
    let run = app.jobs.get(&job_id).await.map_err(no_run)?;
    let links = links(&run);
    Ok(Json(view::short(run)).with_content(links))
}

/// Deletes what is kept of a job that is done: its record, its log and its artifacts, for good.
#[tool(title = "Delete a run", destructive, idempotent)]
async fn delete_run(
    app: State<App>,
    /// The job.
    #[arg(example = "nightly-build-7")]
    job_id: String,
    /// Only tell what would be deleted.
    #[arg(default = false)]
    dry_run: bool,
) -> Result<Json<Trial<RunSummary>>> {
    if dry_run {
        return Ok(Json(Trial::would(summary(app.jobs.would_delete(&job_id).await.map_err(no_run)?))));
    }
    Ok(Json(Trial::done(summary(app.jobs.delete(&job_id).await.map_err(no_run)?))))
}

/// Of what is kept, a job that there is not is a run that there is not.
fn no_run(error: crate::Error) -> crate::Error {
    match error.code {
        ErrorCode::JobNotFound => crate::Error { code: ErrorCode::RunNotFound, ..error },
        _ => error,
    }
}

/// Deletes what is kept of all jobs that were done long ago: records, logs and artifacts, for good.
#[tool(title = "Clean up old runs", destructive, idempotent)]
async fn cleanup_runs(
    cx: Context,
    app: State<App>,
    /// Only what was done so many days ago, or earlier; 0 is all that is done.
    #[arg(default = 30, range(0..=36_500), example = 7)]
    older_than_days: u64,
    /// Only count them.
    #[arg(default = false)]
    dry_run: bool,
) -> Result<Json<CleanedUp>> {
    Ok(Json(telling(&cx, "runs", cleaned(&app, older_than_days, dry_run)).await?))
}

pub(super) async fn cleaned(app: &App, older_than_days: u64, dry_run: bool) -> crate::Result<CleanedUp> {
    let before = now_ms().saturating_add(1).saturating_sub(older_than_days * DAY_MS);
    let runs = app.jobs.clean_up(before, dry_run).await?;
    Ok(CleanedUp { runs, dry_run })
}
