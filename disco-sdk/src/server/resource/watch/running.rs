//! The watchers under way: one for each URI that somebody is subscribed to.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::error::{Error, ErrorCode, Result};
use crate::server::BoxFuture;

/// Finds what watches a URI.
type Find = Box<dyn Fn(&str) -> Option<BoxFuture<'static, ()>> + Send + Sync>;

/// The watchers under way. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Watches(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// How watchers are found, and how many there may be at once.
    known: OnceLock<(Find, usize)>,
    running: Mutex<HashMap<String, Running>>,
}

struct Running {
    subscribers: usize,
    task: AbortHandle,
}

impl fmt::Debug for Watches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watches").field("running", &self.running().len()).finish()
    }
}

impl Watches {
    /// From here on watchers are found so, and at most so many run at once.
    pub(crate) fn find_by(
        &self,
        most: usize,
        find: impl Fn(&str) -> Option<BoxFuture<'static, ()>> + Send + Sync + 'static,
    ) {
        // A server is put together once.
        let _ = self.0.known.set((Box::new(find), most));
    }

    /// Refuses what would be too much to watch.
    ///
    /// # Errors
    /// When these are more than there is room for.
    pub(crate) fn admit<'a>(&self, uris: impl Iterator<Item = &'a str>) -> Result<()> {
        let Some((_, most)) = self.0.known.get() else {
            return Ok(());
        };
        let running = self.running();
        let more = uris.filter(|uri| !running.contains_key(*uri)).count();
        if more == 0 || running.len() + more <= *most {
            return Ok(());
        }
        let words = format!(
            "this server watches {} resources, and {most} are the most; try again later",
            running.len()
        );
        Err(Error::protocol(ErrorCode::BUSY, words))
    }

    /// Watches `uri` for as long as the result lives; `None` if nothing watches it.
    pub(crate) fn watch(&self, uri: &str) -> Option<Watching> {
        let (find, most) = self.0.known.get()?;
        let mut running = self.running();
        let is_full = running.len() >= *most;
        if let Some(known) = running.get_mut(uri) {
            known.subscribers += 1;
        } else {
            let watcher = find(uri)?;
            if is_full {
                tracing::warn!(uri, most, "too many resources are watched: this one is not");
                return None;
            }
            let task = Handle::try_current().ok()?.spawn(watcher).abort_handle();
            running.insert(uri.to_owned(), Running { subscribers: 1, task });
        }
        Some(Watching { uri: uri.to_owned(), watches: self.clone() })
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One subscriber of a watched URI; the last one to go ends the watcher.
#[derive(Debug)]
pub(crate) struct Watching {
    uri: String,
    watches: Watches,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut running = self.watches.running();
        if let Some(known) = running.get_mut(&self.uri) {
            known.subscribers -= 1;
            if known.subscribers == 0 {
                known.task.abort();
                running.remove(&self.uri);
            }
        }
    }
}
