//! Jobs as resources.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use disco_sdk::ResourceContents;
use disco_sdk::prelude::*;

use super::{Filter, view};
use crate::app::App;

/// The largest artifact that is read as a resource, in bytes.
const LARGEST: u64 = 10 << 20;
/// How many runs the list has.
const RUNS: usize = 100;

/// The whole log of a job; of a very long one the middle is left out.
#[resource("disco://jobs/{id}/log", mime_type = "text/plain")]
async fn job_log(app: State<App>, id: String) -> Result<String> {
    Ok(app.jobs.whole_log(&id).await?)
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
