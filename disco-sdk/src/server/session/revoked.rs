//! Where ended sessions are remembered beyond this process.

mod folder;

use std::time::SystemTime;

pub use folder::RevokedFolder;

use super::super::BoxFuture;
use crate::error::Result;

/// Remembers ended sessions for every replica, and over restarts.
///
/// An old-era session is sealed, so a replica needs nothing but the key to serve it. That a client has
/// ended it has to be told, though: without a store it is refused at once where it was ended, and ends
/// with its expiry elsewhere. With one it is refused everywhere. A server asks its store at every request
/// that names a session; a store that is far away may want a cache in front of it.
///
/// [`RevokedFolder`] is one in a folder. This one is in memory, for two servers in one process:
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::{Arc, Mutex};
/// use std::time::SystemTime;
/// use disco_sdk::{BoxFuture, Result, Revoked, Server};
///
/// #[derive(Clone, Default)]
/// struct InMemory(Arc<Mutex<HashMap<String, SystemTime>>>);
///
/// impl Revoked for InMemory {
///     fn revoke<'a>(&'a self, session: &'a str, until: SystemTime) -> BoxFuture<'a, Result<()>> {
///         Box::pin(async move {
///             let mut ended = self.0.lock().map_err(|_| disco_sdk::Error::new("a thread panicked"))?;
///             ended.retain(|_, until| *until > SystemTime::now());
///             ended.insert(session.to_owned(), until);
///             Ok(())
///         })
///     }
///
///     fn is_revoked<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool>> {
///         Box::pin(async move { Ok(self.0.lock().is_ok_and(|ended| ended.contains_key(session))) })
///     }
/// }
///
/// let ended = InMemory::default();
/// let replica = || Server::new("demo", "1.0.0").key([7; 32]).revoked(ended.clone());
/// # let _ = (replica(), replica());
/// ```
pub trait Revoked: Send + Sync + 'static {
    /// Remembers that `session` was ended. After `until` it may be forgotten: its id has expired then.
    /// The name is 32 hexadecimal digits.
    ///
    /// # Errors
    /// When it cannot be remembered. The client is told so.
    fn revoke<'a>(&'a self, session: &'a str, until: SystemTime) -> BoxFuture<'a, Result<()>>;

    /// Whether `session` was ended.
    ///
    /// # Errors
    /// When that cannot be told. The request is refused, as nobody knows whether it may be served.
    fn is_revoked<'a>(&'a self, session: &'a str) -> BoxFuture<'a, Result<bool>>;
}
