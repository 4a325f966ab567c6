//! Files as resources, which tell when they change.

use disco_sdk::ResourceContents;
use disco_sdk::prelude::*;
use disco_sdk::server::resource::Watched;

use super::on_files;
use crate::app::App;
use crate::files::{Changes, Encoding, ListRequest, ReadRequest, list, read};
use crate::sandbox::{DEFAULT, RelPath, SandboxInfo, sandbox_ids};

/// How many entries the list of a sandbox's files has.
const LISTED: usize = 1000;
/// More than any file that is read has as JSON: a resource is told whole.
const WHOLE: usize = 64 << 20;

/// The resource that is a file.
pub(super) fn uri(sandbox: &SandboxInfo, path: &str) -> String {
    if sandbox.is_default { workspace_file::uri(path) } else { sandbox_file::uri(&sandbox.sandbox_id, path) }
}

/// A file of the default sandbox.
#[resource("file:///workspace/{+path}", watch = workspace_changes)]
async fn workspace_file(app: State<App>, path: String) -> Result<ResourceContents> {
    contents(&app, None, workspace_file::uri(&path), path).await
}

/// A file of a sandbox.
#[resource("disco://sandboxes/{id}/files/{+path}", watch = sandbox_changes)]
async fn sandbox_file(
    app: State<App>,
    #[arg(complete = sandbox_ids)] id: String,
    path: String,
) -> Result<ResourceContents> {
    contents(&app, Some(id.clone()), sandbox_file::uri(&id, &path), path).await
}

/// The files of a sandbox, three levels deep and without those that `.gitignore` hides, as JSON.
#[resource("disco://sandboxes/{id}/files", mime_type = "application/json")]
async fn sandbox_files(app: State<App>, #[arg(complete = sandbox_ids)] id: String) -> Result<String> {
    let request = ListRequest { depth: 3, limit: LISTED, ..ListRequest::default() };
    let listed = on_files(&app, Some(id), move |root| list(root, &request)).await?;
    Ok(serde_json::to_string_pretty(&listed.0)?)
}

async fn contents(app: &App, id: Option<String>, uri: String, path: String) -> Result<ResourceContents> {
    let request = ReadRequest { path, max_bytes: Some(WHOLE), ..ReadRequest::default() };
    let read_as = |encoding| {
        let request = ReadRequest { encoding, ..request.clone() };
        on_files(app, id.clone(), move |root| read(root, &request))
    };
    let Json(read) = match read_as(Encoding::Utf8).await {
        Err(error) if error.name() == Some("NOT_TEXT") => read_as(Encoding::Base64).await?,
        Err(error) if error.name() == Some("FILE_NOT_FOUND") => return Err(Error::resource_not_found(&uri)),
        read => read?,
    };
    Ok(match read.encoding {
        Encoding::Utf8 => ResourceContents { uri, text: Some(read.content), ..ResourceContents::default() },
        Encoding::Base64 => ResourceContents { uri, blob: Some(read.content), ..ResourceContents::default() },
    }
    .with_mime_type(read.mime_type))
}

async fn workspace_changes(file: Watched, app: State<App>) -> Result<()> {
    changes(file, &app, DEFAULT).await
}

async fn sandbox_changes(file: Watched, app: State<App>) -> Result<()> {
    let id = file.variables().text("id").unwrap_or_default();
    changes(file, &app, &id).await
}

/// Tells whenever the file is another than before: changed, replaced, made, or gone.
async fn changes(file: Watched, app: &App, id: &str) -> Result<()> {
    let path = RelPath::parse(&file.variables().text("path").unwrap_or_default())?;
    let root = app.sandboxes.get(Some(id)).await?.root().clone();
    let mut changes = Changes::of(root, path)?;
    loop {
        changes.next().await;
        file.updated();
    }
}
