//! Carries files over in parts, over MCP.

use disco_sdk::prelude::*;

use super::{on_files, resources};
use crate::app::App;
use crate::files::{DownloadResult, UploadRequest, UploadResult, aside, download, upload};

/// Room in an answer for all but the content.
const FACTS: usize = 2000;

/// Writes a file of any bytes, in base64, at once or in parts of 4 MiB at most. Nothing is in its place before the last.
#[tool(title = "Upload a file", destructive)]
async fn file_upload(
    app: State<App>,
    /// The file, relative to the workspace.
    #[arg(example = "assets/logo.png")]
    path: String,
    /// The bytes of this part, in base64.
    content: String,
    /// Where the part stands in the file: `size` of the answer before.
    #[arg(default = 0)]
    offset: u64,
    /// This is the last part.
    #[arg(default = true)]
    is_last: bool,
    /// The SHA-256 of the whole file, checked at the end.
    sha256: Option<String>,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<UploadResult>> {
    let request = UploadRequest { path, content, offset, is_last, sha256 };
    on_files(&app, sandbox_id, move |root| upload(root, &request)).await
}

/// Reads the bytes of a file of any size, in base64 and in parts: read on at `next_offset`.
#[tool(title = "Download a file", read_only, idempotent)]
async fn file_download(
    app: State<App>,
    /// The file, relative to the workspace.
    #[arg(example = "dist/app.zip")]
    path: String,
    /// The first byte to read.
    #[arg(default = 0)]
    offset: u64,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<WithContent<DownloadResult>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    // Three bytes are four letters.
    let most = app.config.answers.result_bytes.saturating_sub(FACTS) / 4 * 3;
    let part = aside(&*sandbox, move |root| download(root, &path, offset, most)).await?;
    let link = ResourceLink::new(resources::uri(&sandbox.info, &part.path), &part.path).with_size(part.size);
    Ok(Json(part).with_content([link.into()]))
}
