//! Looks at names, makes folders and moves files, over MCP.

use disco_sdk::prelude::*;

use super::on_files;
use crate::app::App;
use crate::files::{MkdirResult, MoveRequest, MoveResult, StatResult, mkdir, move_file, stat};

/// Tells what a file, folder or link is: size, permissions, time of change, SHA-256.
#[tool(title = "Look at a file", read_only, idempotent)]
async fn file_stat(
    app: State<App>,
    /// The name, relative to the workspace.
    #[arg(example = "src/main.rs")]
    path: String,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<StatResult>> {
    on_files(&app, sandbox_id, move |root| stat(root, &path)).await
}

/// Makes a folder, and those above it that are missing.
#[tool(title = "Make a folder", idempotent)]
async fn file_mkdir(
    app: State<App>,
    /// The folder, relative to the workspace.
    #[arg(example = "src/bin")]
    path: String,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<MkdirResult>> {
    on_files(&app, sandbox_id, move |root| mkdir(root, &path)).await
}

/// Moves or renames a file or folder. Replaces nothing unless `overwrite` is set.
#[tool(title = "Move a file", destructive)]
async fn file_move(
    app: State<App>,
    /// What to move, relative to the workspace.
    from: String,
    /// Its new name, relative to the workspace.
    #[arg(example = "src/lib.rs")]
    to: String,
    /// Replace a file of the new name.
    #[arg(default = false)]
    overwrite: bool,
    /// Make the folders that are missing on the way.
    #[arg(default = true)]
    create_dirs: bool,
    /// Only look whether it could be done.
    #[arg(default = false)]
    dry_run: bool,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<MoveResult>> {
    let request = MoveRequest { from, to, overwrite, create_dirs, dry_run };
    on_files(&app, sandbox_id, move |root| move_file(root, &request)).await
}
