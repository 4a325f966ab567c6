//! What runs in a sandbox, over REST.

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Body, Path, Route};
use crate::sandbox::{Id, Process, SANDBOX, Signal};
use crate::terminal::tools::{ProcessList, process_list};

/// Which process, and what is sent to it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// The process, as `process_list` names it.
    process_id: String,
    /// The signal; `term` if left out.
    signal: Option<Signal>,
}

pub(super) fn routes() -> Vec<Route> {
    use ErrorCode as Code;
    let routes = [
        Route::get(
            "/api/v1/terminal/{id}/processes",
            "process_list",
            "Lists what runs in a sandbox: the processes of commands, terminals and jobs.",
            list,
        ),
        Route::post(
            "/api/v1/terminal/{id}/kill",
            "process_kill",
            "Sends a signal to a process of a sandbox; gives the process as it was.",
            kill,
        )
        .may_fail(&[Code::ProcessNotFound, Code::PermissionDenied]),
    ];
    routes.into_iter().map(|route| route.may_fail(SANDBOX).may_fail(&[Code::NotOffered])).collect()
}

async fn list(app: State<App>, Path(Id { id }): Path<Id>) -> Result<ProcessList> {
    Ok(process_list(app, Some(id)).await?.0)
}

async fn kill(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(Wish { process_id, signal }): Body<Wish>,
) -> Result<Process> {
    let sandbox = app.sandboxes.get(Some(&id)).await?;
    sandbox.signal(&process_id, signal.unwrap_or(Signal::Term)).await
}
