//! Files of a sandbox: read, write, edit, list and search, without running a command.
//!
//! Every function takes the sandbox's [`Root`] and blocks; call them through [`aside`]. Nothing here walks a path by itself: names are resolved by the kernel beneath
//! the root, and folders are walked by their descriptors, so a link made by a command leads nowhere else.

mod collect;
mod edit;
mod list;
mod mime;
mod near_miss;
mod read;
mod routes;
mod search;
mod tools;
mod walk;
mod write;

pub use collect::{collect, patterns};
pub use edit::{Edit, EditRequest, EditResult, edit};
pub use list::{ListEntry, ListRequest, ListResult, list};
pub use read::{MAX_READ, ReadRequest, ReadResult, read};
pub(crate) use routes::routes;
pub use search::{Match, SearchRequest, SearchResult, search};
pub use walk::Kind;
pub use write::{WriteRequest, WriteResult, write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{Root, Sandbox};

/// How bytes are written as text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// As they are, in UTF-8.
    #[default]
    Utf8,
    /// In base64, with padding.
    Base64,
}

/// Runs one of these functions aside, where it may block.
///
/// # Errors
/// Those of the function.
pub async fn aside<T: Send + 'static>(
    sandbox: &dyn Sandbox,
    work: impl FnOnce(&Root) -> Result<T> + Send + 'static,
) -> Result<T> {
    let root = sandbox.root().clone();
    let done = tokio::task::spawn_blocking(move || work(&root)).await;
    done.map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))?
}

/// The SHA-256 of some bytes, in hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
