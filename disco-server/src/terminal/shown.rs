//! What is told of a command that has ended: of long output the head and the tail, and where all of it is.

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::results::{Kept, Kind, ends, owner, written};
use crate::sandbox::ExecResult;

/// Room in an answer for all but the output.
const FACTS: usize = 2000;

/// What became of a command.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Executed {
    #[serde(flatten)]
    result: ExecResult,
    /// All that it wrote, when a part of it is left out here: a resource, which `file_read` reads as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    output_uri: Option<String>,
    /// The job that it is, if it is one: read on with `get_job_logs`, end it with `cancel_job`.
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<String>,
}

/// Shortens the output to what an answer holds, and keeps it whole.
pub(super) async fn shown(
    app: &App,
    caller: &Caller,
    mut result: ExecResult,
    job_id: Option<String>,
    most: Option<usize>,
) -> WithContent<Executed> {
    let room = app.config.answers.result_bytes.saturating_sub(FACTS);
    let (out, err) = (written(&result.stdout), written(&result.stderr));
    // What one stream does not need, the other may have.
    let half = room / 2;
    let [out_room, err_room] =
        [room - err.min(half), room - out.min(half)].map(|room| most.map_or(room, |most| room.min(most)));
    let mut kept = None;
    if out > out_room || err > err_room {
        let whole = whole(&result);
        kept = app.outputs.keep(&owner(caller), Kind::Text, whole).await.ok().flatten();
        result.stdout = ends(&result.stdout, out_room);
        result.stderr = ends(&result.stderr, err_room);
        result.truncated = true;
    }
    let link = kept.as_ref().map(link);
    Json(Executed { result, output_uri: kept.map(|kept| kept.uri), job_id }).with_content(link)
}

fn whole(result: &ExecResult) -> String {
    match (result.stdout.as_str(), result.stderr.as_str()) {
        (out, "") => out.to_owned(),
        ("", err) => err.to_owned(),
        (out, err) => format!("{out}\n[--- standard error ---]\n{err}"),
    }
}

fn link(kept: &Kept) -> Content {
    kept.link("output", "All that the command wrote, for a while.")
}
