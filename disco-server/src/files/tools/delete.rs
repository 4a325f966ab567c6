//! The tool that deletes, over MCP, and asks before it deletes much.

use disco_sdk::prelude::*;
use disco_sdk::protocol::capability::Ability;

use super::{ENTRIES, on_files};
use crate::app::App;
use crate::error::{Error as Failure, ErrorCode as Code};
use crate::files::{DeleteRequest, DeleteResult, Look, delete, look, would_delete};
use crate::progress::tell::telling;

/// Deletes files, links and folders, for good. The user is asked before many files go, or a folder that is not empty.
#[tool(title = "Delete files", destructive, idempotent)]
async fn file_delete(
    cx: Context,
    app: State<App>,
    /// What to delete, relative to the workspace.
    paths: Option<Vec<String>>,
    /// And all files that match.
    #[arg(example = "build/**/*.o")]
    glob: Option<String>,
    /// Delete folders with all that is in them.
    #[arg(default = false)]
    recursive: bool,
    /// Only tell what would be deleted.
    #[arg(default = false)]
    dry_run: bool,
    /// That the user has agreed already, if your client cannot ask them.
    #[arg(default = false)]
    confirm: bool,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<DeleteResult>> {
    let request = DeleteRequest { paths: paths.unwrap_or_default(), glob, recursive };
    let deleted = async {
        if dry_run {
            return on_files(&app, sandbox_id, move |root| would_delete(root, &request)).await;
        }
        // The handler begins anew when the answer is there: what was asked about is remembered.
        let looked = async |_| {
            let request = request.clone();
            on_files(&app, sandbox_id.clone(), move |root| look(root, &request)).await
        };
        let Json(looked) = cx.once("look", looked).await?;
        // Whoever can be asked is asked: what a model says does not stand for them.
        let is_settled = confirm && !cx.client().supports(Ability::Form);
        if looked.is_much(app.config.answers.ask_above) && !is_settled {
            agreed(&cx, &looked).await?;
        }
        on_files(&app, sandbox_id, move |root| delete(root, &request, &looked)).await
    };
    // What is looked at and what is deleted is one count, for what is told has to grow.
    telling(&cx, ENTRIES, deleted).await
}

/// Asks the user. Anything but a yes is a failure, and nothing is deleted.
async fn agreed(cx: &Context, looked: &Look) -> Result<()> {
    if !cx.client().supports(Ability::Form) {
        return Err(confirmation_needed(looked).into());
    }
    match cx.ask::<bool>(looked.question.as_str()).optional().await {
        Ok(Some(true)) => Ok(()),
        Ok(_) => Err(declined("the user did not agree")),
        Err(error) => Err(declined(&error.to_string())),
    }
}

/// What is told to those who cannot be asked.
pub(in crate::files) fn confirmation_needed(looked: &Look) -> Failure {
    let what = format!("nothing was deleted, for the user has to agree first: {}", looked.question);
    Failure::new(Code::ConfirmationNeeded, what)
        .suggest("ask the user; when they agree, call again with `confirm`")
}

fn declined(why: &str) -> Error {
    Failure::new(Code::Declined, format!("nothing was deleted: {why}"))
        .suggest("ask the user what to do instead")
        .into()
}
