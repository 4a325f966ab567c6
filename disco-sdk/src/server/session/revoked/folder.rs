//! Ended sessions as files of a folder that replicas share.

use std::path::PathBuf;
use std::time::SystemTime;

use super::Revoked;
use crate::error::Result;
use crate::server::BoxFuture;
use crate::server::folder::Folder;

/// How many ended sessions a folder remembers unless told otherwise.
const MOST: usize = 100_000;

/// Ended sessions as files of a folder: one small file each, with its expiry in it.
///
/// The folder may be on a volume that several machines mount. What has expired is removed whenever a
/// session is ended; beyond the bound, whatever expires first.
///
/// ```no_run
/// use disco_sdk::{RevokedFolder, Server};
/// # fn main() -> disco_sdk::Result<()> {
/// let server = Server::new("demo", "1.0.0").revoked(RevokedFolder::open("/var/lib/demo/ended")?);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct RevokedFolder {
    folder: Folder,
    most: usize,
}

impl RevokedFolder {
    /// The folder at `path`, which is made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made or listed.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        Ok(Self { folder: Folder::open(path.into(), "ended sessions")?, most: MOST })
    }

    /// Remembers at most `most` ended sessions. Default 100,000.
    #[must_use]
    pub fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }
}

impl Revoked for RevokedFolder {
    fn revoke<'a>(&'a self, session: &'a str, until: SystemTime) -> BoxFuture<'a, Result<()>> {
        let (session, most) = (session.to_owned(), self.most.saturating_sub(1));
        Box::pin(self.folder.aside(move |folder| {
            folder.make_room(most)?;
            folder.write(&session, until, &[])
        }))
    }

    fn is_revoked<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool>> {
        let session = session.to_owned();
        Box::pin(self.folder.aside(move |folder| Ok(folder.read(&session)?.is_some())))
    }
}
