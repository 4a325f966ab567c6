//! Request states as files of a folder that replicas share.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::RequestStates;
use crate::error::{Error, ErrorCode, Result};
use crate::server::BoxFuture;
use crate::server::folder::Folder;

/// How many request states a folder keeps unless told otherwise.
const MOST: usize = 10_000;

/// Keeps request states as files of a folder: for replicas that share it, and over restarts.
///
/// The folder may be on a volume that several machines mount, if it has locks of files. How many it keeps
/// is bounded; beyond that what is new is refused until there is room. How large each is bounds
/// [`Limits::kept_state`](crate::Limits::kept_state).
///
/// ```no_run
/// use disco_sdk::{RequestStatesFolder, Server};
/// # fn main() -> disco_sdk::Result<()> {
/// let kept = RequestStatesFolder::open("/var/lib/demo/states")?;
/// let server = Server::new("demo", "1.0.0").request_states(kept);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct RequestStatesFolder {
    folder: Folder,
    most: usize,
}

impl RequestStatesFolder {
    /// The folder at `path`, which is made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made or listed.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        Ok(Self { folder: Folder::open(path.into(), "request states")?, most: MOST })
    }

    /// Keeps at most `most` request states. Default 10,000.
    #[must_use]
    pub fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Writes, unless something is there that is not to be replaced. Whether it did.
    async fn write(&self, name: &str, value: Vec<u8>, ttl: Duration, replaces: bool) -> Result<bool> {
        let (name, most) = (name.to_owned(), self.most);
        let written = self.folder.aside(move |folder| {
            folder.alone(|folder| {
                let is_there = folder.read(&name)?.is_some();
                if is_there && !replaces {
                    return Ok(Some(false));
                }
                if !is_there && folder.left()?.len() >= most {
                    return Ok(None);
                }
                folder.write(&name, SystemTime::now() + ttl, &value).map(|()| Some(true))
            })
        });
        written.await?.ok_or_else(|| {
            let words = format!("{most} request states are kept, and that is the most");
            Error::protocol(ErrorCode::BUSY, words).with_suggestion("try again later")
        })
    }
}

impl RequestStates for RequestStatesFolder {
    fn put<'a>(&'a self, name: &'a str, value: Vec<u8>, ttl: Duration) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.write(name, value, ttl, true).await.map(drop) })
    }

    fn claim<'a>(&'a self, name: &'a str, value: Vec<u8>, ttl: Duration) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.write(name, value, ttl, false))
    }

    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>>> {
        let name = name.to_owned();
        Box::pin(self.folder.aside(move |folder| folder.read(&name)))
    }

    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>> {
        let name = name.to_owned();
        Box::pin(self.folder.aside(move |folder| folder.remove(&name)))
    }
}
