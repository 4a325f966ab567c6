//! Files of a sandbox: read, write, edit, list, search, move, delete and carry over, without running a command.
//!
//! Every function takes the sandbox's [`Root`] and blocks; call them through [`aside`]. Nothing here walks a path by itself: names are resolved by the kernel beneath
//! the root, and folders are walked by their descriptors, so a link made by a command leads nowhere else.

mod collect;
mod delete;
mod edit;
mod lines;
mod list;
mod mime;
mod near_miss;
mod place;
mod read;
mod routes;
mod search;
mod stat;
mod tools;
mod transfer;
mod walk;
mod watch;
mod write;

pub use collect::{collect, patterns};
pub use delete::{DeleteRequest, DeleteResult, Look, delete, look, would_delete};
pub use edit::{Edit, EditRequest, EditResult, edit};
pub use list::{ListEntry, ListRequest, ListResult, list};
pub use place::{MkdirResult, MoveRequest, MoveResult, mkdir, move_file};
pub use read::{MAX_READ, ReadRequest, ReadResult, read};
pub(crate) use routes::routes;
pub use search::{Match, SearchRequest, SearchResult, search};
pub use stat::{StatResult, stat};
pub use transfer::{DownloadResult, PART, UploadRequest, UploadResult, download, upload};
pub use walk::Kind;
pub use watch::Changes;
pub use write::{WriteRequest, WriteResult, write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::progress::Count;
use crate::sandbox::{Root, Sandbox};

/// How bytes are written as text; base64 with padding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "a model pays for each word, and the names say it")]
pub enum Encoding {
    #[default]
    Utf8,
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
    let (root, count) = (sandbox.root().clone(), Count::current());
    let done = tokio::task::spawn_blocking(move || count.of_blocking(|| work(&root))).await;
    done.map_err(Error::internal)?
}

#[cfg(test)]
mod tests;
