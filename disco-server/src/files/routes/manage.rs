//! Looks at names, makes folders, moves and deletes, over REST.

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{FILE, WRITE, on_files};
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::files::tools::confirmation_needed;
use crate::files::{DeleteRequest, DeleteResult, MkdirResult, MoveRequest, MoveResult, StatResult};
use crate::files::{delete, look, mkdir, move_file, stat, would_delete};
use crate::rest::{Body, Path, Query, Route};
use crate::sandbox::Id;

/// What a name stands for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Named {
    /// The name, relative to the workspace.
    path: String,
}

/// One thing to delete.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct One {
    /// The file or folder, relative to the workspace.
    path: String,
    /// Whether a folder is deleted with all that is in it.
    #[serde(default)]
    recursive: bool,
    /// Whether to only tell what would be deleted.
    #[serde(default)]
    dry_run: bool,
    /// That the user has agreed: much is not deleted without.
    #[serde(default)]
    confirm: bool,
}

/// Things to delete.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("anyOf" = [
    {"required": ["paths"], "properties": {"paths": {"minItems": 1}}},
    {"required": ["glob"], "properties": {"glob": {"type": "string"}}},
]))]
struct Many {
    #[serde(flatten)]
    request: DeleteRequest,
    /// Whether to only tell what would be deleted.
    #[serde(default)]
    dry_run: bool,
    /// That the user has agreed: much is not deleted without.
    #[serde(default)]
    confirm: bool,
}

pub(super) fn routes() -> Vec<Route> {
    use ErrorCode as Code;
    const DELETE: &[Code] = &[
        Code::ConfirmationNeeded,
        Code::DirectoryNotEmpty,
        Code::FileChanged,
        Code::InvalidPattern,
        Code::IsADirectory,
    ];
    vec![
        Route::get("/api/v1/files/{id}/stat", "file_stat", "Tells what a file, folder or link is.", look_at),
        Route::post(
            "/api/v1/files/{id}/mkdir",
            "file_mkdir",
            "Makes a folder, and those above it that are missing.",
            make,
        )
        .may_fail(&[Code::FileExists, Code::DiskFull]),
        Route::post(
            "/api/v1/files/{id}/move",
            "file_move",
            "Moves or renames a file or folder. Replaces nothing unless `overwrite` is set.",
            rename,
        )
        .may_fail(FILE)
        .may_fail(WRITE)
        .may_fail(&[Code::FileExists]),
        Route::delete(
            "/api/v1/files/{id}",
            "file_delete_one",
            "Deletes a file or folder, for good. Much is deleted only if `confirm` is set.",
            delete_one,
        )
        .may_fail(DELETE)
        .offers("file:delete"),
        Route::post(
            "/api/v1/files/{id}/delete",
            "file_delete",
            "Deletes files, links and folders, for good. Much is deleted only if `confirm` is set.",
            delete_many,
        )
        .may_fail(DELETE),
    ]
}

async fn look_at(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(Named { path }): Query<Named>,
) -> Result<StatResult> {
    on_files(&app, &id, move |root| stat(root, &path)).await
}

async fn make(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(Named { path }): Body<Named>,
) -> Result<MkdirResult> {
    on_files(&app, &id, move |root| mkdir(root, &path)).await
}

async fn rename(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<MoveRequest>,
) -> Result<MoveResult> {
    on_files(&app, &id, move |root| move_file(root, &request)).await
}

async fn delete_one(
    app: State<App>,
    path: Path<Id>,
    Query(One { path: file, recursive, dry_run, confirm }): Query<One>,
) -> Result<DeleteResult> {
    let request = DeleteRequest { paths: vec![file], glob: None, recursive };
    delete_many(app, path, Body(Many { request, dry_run, confirm })).await
}

/// Nobody can be asked here, so the request itself has to say that somebody has agreed.
async fn delete_many(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(Many { request, dry_run, confirm }): Body<Many>,
) -> Result<DeleteResult> {
    let ask_above = app.config.answers.ask_above;
    on_files(&app, &id, move |root| {
        if dry_run {
            return would_delete(root, &request);
        }
        let looked = look(root, &request)?;
        if !confirm && looked.is_much(ask_above) {
            return Err(confirmation_needed(&looked));
        }
        delete(root, &request, &looked)
    })
    .await
}
