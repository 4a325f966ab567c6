//! The tool that reads, over MCP: text, bytes, pictures, and outputs that were too long for an answer.

use disco_sdk::prelude::*;
use disco_sdk::protocol::content::MediaContent;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::resources;
use crate::app::App;
use crate::files::read::read_opened;
use crate::files::{Encoding, ReadRequest, ReadResult, aside, read};
use crate::results::{Outputs, owner};
use crate::sandbox::RelPath;

/// Room in an answer for all but the content.
const FACTS: usize = 2000;

/// What was read.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Read {
    #[serde(flatten)]
    result: ReadResult,
    /// The resource that is the whole file, when a part of it is left out here.
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
}

/// Reads a file: text by lines, pictures as pictures, or any bytes in base64. Of a long text the first lines and the last
/// are told: read on at `next_offset`.
#[tool(title = "Read a file", read_only, idempotent)]
async fn file_read(
    app: State<App>,
    caller: Caller,
    /// The file, relative to the workspace or beginning with `/workspace/`; or the `disco://outputs/` URI of an answer
    /// that was shortened.
    #[arg(example = "src/main.rs")]
    path: String,
    /// `utf8` for text and pictures, `base64` for any bytes.
    encoding: Option<Encoding>,
    /// The first line to return, counted from 1.
    offset: Option<usize>,
    /// How many lines to return at most.
    limit: Option<usize>,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<WithContent<Read>> {
    let max_bytes = Some(app.config.answers.result_bytes.saturating_sub(FACTS));
    let encoding = encoding.unwrap_or_default();
    let request = ReadRequest { path, encoding, offset, limit, max_bytes };
    if let Some(id) = Outputs::id(&request.path) {
        let (file, _) = app.outputs.open(&owner(&caller), id)?;
        let name = RelPath::parse(id)?;
        let uri = request.path.clone();
        let read = tokio::task::spawn_blocking(move || read_opened(file, &name, &request));
        let result = read.await.map_err(|error| Error::new(error.to_string()))??;
        return Ok(Json(Read { result, uri: Some(uri) }).with_content([]));
    }
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let mut result = aside(&*sandbox, move |root| read(root, &request)).await?;
    let mut content = Vec::new();
    if result.is_image && encoding == Encoding::Utf8 {
        content.extend(picture(&mut result, app.config.answers.image_kb << 10));
    }
    let uri = result.truncated.then(|| resources::uri(&sandbox.info, &result.path));
    if let Some(uri) = &uri {
        let link =
            ResourceLink::new(uri, &result.path).with_mime_type(&result.mime_type).with_size(result.size);
        content.push(link.into());
    }
    Ok(Json(Read { result, uri }).with_content(content))
}

/// Takes the picture out of what was read, to be shown beside it.
fn picture(read: &mut ReadResult, most: u64) -> Option<Content> {
    let data = std::mem::take(&mut read.content);
    if read.size <= most {
        let media = MediaContent { data, mime_type: read.mime_type.clone(), ..MediaContent::default() };
        return Some(Content::Image(media));
    }
    read.truncated = true;
    read.note = Some(format!(
        "the picture has {} bytes, and {most} are shown at most (`image_kb`): make a smaller one with a command",
        read.size
    ));
    None
}
