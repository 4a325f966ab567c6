//! Jobs as resources.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use disco_sdk::ResourceContents;
use disco_sdk::prelude::*;
use disco_sdk::server::resource::Watched;

use super::{Artifact, Filter, Run, view};
use crate::app::App;
use crate::page;

/// The largest artifact that is read as a resource, in bytes.
const LARGEST: u64 = 10 << 20;
/// How many runs the list has.
const RUNS: usize = 100;
/// How many artifacts are linked to in an answer.
pub(super) const LINKED: usize = 10;
/// How long it is waited for more of a log at a time.
const WAIT: Duration = Duration::from_mins(1);
/// A job that writes all the time is told of this often.
const BREATH: Duration = Duration::from_millis(100);

/// The whole log of a job; of a very long one the middle is left out.
#[resource("disco://jobs/{id}/log", mime_type = "text/plain", watch = log_changes)]
async fn job_log(app: State<App>, id: String) -> Result<String> {
    Ok(app.jobs.whole_log(&id).await?)
}

/// Tells whenever the job has written more, and when it is done.
async fn log_changes(log: Watched, app: State<App>) -> Result<()> {
    let id = log.variables().text("id").unwrap_or_default();
    let mut after = app.jobs.log_end(&id).await?;
    loop {
        let (pieces, run) = app.jobs.follow(&id, after, page::BYTES, WAIT).await?;
        if pieces.is_empty() && run.status.is_final() {
            log.updated();
            return Ok(());
        }
        if let Some(last) = pieces.last() {
            after = last.seq;
            log.updated();
            tokio::time::sleep(BREATH).await;
        }
    }
}

/// A link to a job's log.
pub(super) fn log_link(run_log: &str) -> Content {
    ResourceLink::new(run_log, "log")
        .with_description("What the job writes.")
        .with_mime_type("text/plain")
        .into()
}

/// Links to the log of a job, and to the first of the files that it has left.
pub(super) fn links(run: &Run) -> Vec<Content> {
    let artifacts = run.artifacts.iter().take(LINKED).map(|artifact| artifact_link(&run.job_id, artifact));
    std::iter::once(log_link(&run.log_uri)).chain(artifacts).collect()
}

/// A link to a file that a job has left.
pub(super) fn artifact_link(job: &str, artifact: &Artifact) -> Content {
    ResourceLink::new(job_artifact::uri(job, &artifact.name), &artifact.name)
        .with_size(artifact.size_bytes)
        .into()
}

/// A file that a job has left.
#[resource("disco://jobs/{id}/artifacts/{+name}")]
async fn job_artifact(app: State<App>, id: String, name: String) -> Result<ResourceContents> {
    let uri = format!("disco://jobs/{id}/artifacts/{name}");
    let (artifact, bytes) = app.jobs.artifact(&id, &name, 0, LARGEST).await?;
    if artifact.size_bytes > LARGEST {
        return Err(Error::new(format!("`{name}` is larger than {LARGEST} bytes"))
            .with_code("FILE_TOO_LARGE")
            .with_suggestion("read it in parts with `get_artifact`"));
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => ResourceContents { uri, text: Some(text), ..ResourceContents::default() },
        Err(error) => {
            let blob = Some(BASE64.encode(error.as_bytes()));
            ResourceContents { uri, blob, ..ResourceContents::default() }
        }
    })
}

/// The records of the last jobs that are done.
#[resource("disco://runs", mime_type = "application/json")]
async fn runs(app: State<App>) -> Result<String> {
    let filter = Filter { is_final: true, limit: RUNS, ..Filter::default() };
    let runs: Vec<_> = app.jobs.list(filter).await?.into_iter().map(|(_, run)| view::short(run)).collect();
    Ok(serde_json::to_string_pretty(&runs)?)
}
