//! Reads a file: some lines of a text, or the bytes of anything.

use std::fs::File;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mime::{is_picture, mime_type};
use super::{Encoding, sha256};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{RelPath, Root};

/// The largest file that is read, in bytes (10 MiB).
pub const MAX_READ: u64 = 10 << 20;
/// How much text one call returns when the caller does not say, in bytes.
const DEFAULT_TEXT: usize = 256 << 10;

/// What to read.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReadRequest {
    /// The file, relative to the workspace or beginning with `/workspace/`.
    pub path: String,
    /// `utf8` for text, `base64` for any bytes.
    pub encoding: Encoding,
    /// The first line to return, counted from 1. Text only.
    pub offset: Option<usize>,
    /// How many lines to return at most. Text only.
    pub limit: Option<usize>,
    /// How many bytes of text to return at most; whole lines, 262144 if absent.
    pub max_bytes: Option<usize>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadResult {
    /// The file, relative to the workspace.
    pub path: String,
    /// The text, or the bytes in base64.
    pub content: String,
    /// How `content` is written; pictures are always `base64`.
    pub encoding: Encoding,
    /// The size of the whole file in bytes.
    pub size: u64,
    /// The SHA-256 of the whole file, to be given to a later write as `expected_sha256`.
    pub sha256: String,
    /// For instance `text/plain` or `image/png`.
    pub mime_type: String,
    /// Whether clients can show it as a picture.
    pub is_image: bool,
    /// How many lines the file has; absent when it was not read as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_lines: Option<usize>,
    /// Where to go on reading, when lines are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_offset: Option<usize>,
}

/// Reads a file.
///
/// # Errors
/// `FILE_NOT_FOUND`, `FILE_TOO_LARGE`, `NOT_TEXT` (then ask for base64), and those of the path.
pub fn read(root: &Root, request: &ReadRequest) -> Result<ReadResult> {
    let path = RelPath::parse(&request.path)?;
    let bytes = read_all(root.open_file(&path)?, &path)?;
    let mime = mime_type(path.as_str(), &bytes[..bytes.len().min(4096)]);
    let mut result = ReadResult {
        path: path.to_string(),
        content: String::new(),
        encoding: Encoding::Base64,
        size: bytes.len() as u64,
        sha256: sha256(&bytes),
        mime_type: mime.to_owned(),
        is_image: is_picture(mime),
        total_lines: None,
        next_offset: None,
    };
    if request.encoding == Encoding::Base64 || result.is_image {
        result.content = BASE64.encode(&bytes);
        return Ok(result);
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::new(
            ErrorCode::NotText,
            format!("`{path}` is not text in UTF-8 ({mime}, {} bytes)", result.size),
        )
        .suggest("read it with `encoding`: `base64`")
    })?;
    result.encoding = Encoding::Utf8;
    take_lines(&text, request, &mut result)?;
    Ok(result)
}

/// The bytes of a file that is not too large.
pub(super) fn read_all(file: File, path: &RelPath) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than allowed: the size told beforehand may be wrong by now.
    file.take(MAX_READ + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::from_io(&format!("cannot read `{path}`"), &error))?;
    if bytes.len() as u64 > MAX_READ {
        return Err(Error::new(ErrorCode::FileTooLarge, format!("`{path}` is larger than {MAX_READ} bytes"))
            .suggest("look at parts of it with a command such as `head`, `tail` or `sed -n`"));
    }
    Ok(bytes)
}

fn take_lines(text: &str, request: &ReadRequest, result: &mut ReadResult) -> Result<()> {
    let first = request.offset.unwrap_or(1);
    if first == 0 {
        return Err(Error::new(ErrorCode::InvalidArgument, "`offset` is 0, but lines are counted from 1")
            .suggest("leave it out to read from the start"));
    }
    let total = text.lines().count();
    let most = request.max_bytes.unwrap_or(DEFAULT_TEXT);
    let mut taken = 0;
    for line in text.split_inclusive('\n').skip(first - 1).take(request.limit.unwrap_or(usize::MAX)) {
        // A single line that is too long is returned nevertheless: there would be no way to go on.
        if taken > 0 && result.content.len() + line.len() > most {
            break;
        }
        result.content.push_str(line);
        taken += 1;
    }
    let next = first + taken;
    result.total_lines = Some(total);
    result.next_offset = (taken > 0 && next <= total).then_some(next);
    Ok(())
}
