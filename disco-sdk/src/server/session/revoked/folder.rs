//! Ended sessions as files of a folder that replicas share.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Revoked;
use crate::error::{Error, Result};
use crate::server::BoxFuture;

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
    path: PathBuf,
    most: usize,
}

impl RevokedFolder {
    /// The folder at `path`, which is made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made or listed.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let opened = fs::create_dir_all(&path).and_then(|()| fs::read_dir(&path));
        opened.map_err(|error| {
            Error::new(format!("the folder {} of ended sessions: {error}", path.display()))
        })?;
        Ok(Self { path, most: MOST })
    }

    /// Remembers at most `most` ended sessions. Default 100,000.
    #[must_use]
    pub fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }
}

impl Revoked for RevokedFolder {
    fn revoke<'a>(&'a self, session: &'a str, until: SystemTime) -> BoxFuture<'a, Result<()>> {
        let (folder, session) = (self.clone(), session.to_owned());
        Box::pin(aside(move || {
            forget(&folder.path, folder.most.saturating_sub(1))?;
            write(&folder.path, &session, until)
        }))
    }

    fn is_revoked<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool>> {
        let file = self.path.join(session);
        Box::pin(aside(move || file.try_exists()))
    }
}

/// Does file work where it holds nothing up.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| Error::new("the server is stopping"))?;
    Ok(done?)
}

/// Its expiry is what stands in the file. It comes into being whole.
fn write(folder: &Path, session: &str, until: SystemTime) -> io::Result<()> {
    let until = until.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let draft = folder.join(format!("{session}.{}", std::process::id()));
    let mut file = fs::File::create(&draft)?;
    file.write_all(until.to_string().as_bytes())?;
    file.sync_all()?;
    fs::rename(draft, folder.join(session))
}

/// Removes what has expired, and then what expires first, until at most `most` are left.
fn forget(folder: &Path, most: usize) -> io::Result<()> {
    let now = SystemTime::now();
    let mut left = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let until = match fs::read_to_string(&file) {
            Ok(text) => text.parse().map_or(UNIX_EPOCH, |seconds| UNIX_EPOCH + Duration::from_secs(seconds)),
            // Another replica has removed it meanwhile.
            Err(_) => continue,
        };
        let is_draft = file.extension().is_some();
        if until <= now && !is_draft {
            remove(&file)?;
        } else if !is_draft {
            left.push((until, file));
        }
    }
    left.sort_unstable();
    let too_many = left.len().saturating_sub(most);
    left.iter().take(too_many).try_for_each(|(_, file)| remove(file))
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
