//! Where request states are kept that do not travel through the client, and what came of those that are
//! good for one retry.

mod folder;
mod kept;
mod memory;

use std::time::Duration;

pub use folder::RequestStatesFolder;
pub(crate) use kept::Kept;
pub use memory::MemoryRequestStates;

use crate::error::Result;
use crate::server::BoxFuture;

/// Keeps small things for a while, by name, for every replica.
///
/// Since 2026-07-28 what a call has learnt travels through the client and back, sealed, as its
/// `requestState`. With a store, what would be larger than
/// [`Limits::request_state`](crate::Limits::request_state) is kept here, and the client carries its name
/// only; and a tool may be `#[tool(single_use)]`: what a retry came to is kept, and given again to
/// whoever sends the same state again. Specification: basic/patterns/mrtr.
///
/// [`MemoryRequestStates`] is one for a single process, [`RequestStatesFolder`] one for replicas that
/// share a folder. The four methods are four commands of a Redis: `SET PX`, `SET NX PX`, `GET` and `DEL`.
/// Names are at most 64 of `A-Z a-z 0-9 - _`, and nobody can guess them. Values are sealed with the
/// server's key; a store sees nothing of what was asked and answered, and can change nothing.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use disco_sdk::{BoxFuture, MemoryRequestStates, RequestStates, Result, Server};
///
/// /// Two servers in one process share it.
/// #[derive(Clone, Default)]
/// struct Shared(Arc<MemoryRequestStates>);
///
/// impl RequestStates for Shared {
///     fn put<'a>(&'a self, name: &'a str, value: Vec<u8>, ttl: Duration) -> BoxFuture<'a, Result<()>> {
///         self.0.put(name, value, ttl)
///     }
///
///     fn claim<'a>(&'a self, name: &'a str, value: Vec<u8>, ttl: Duration) -> BoxFuture<'a, Result<bool>> {
///         self.0.claim(name, value, ttl)
///     }
///
///     fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>>> {
///         self.0.get(name)
///     }
///
///     fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>> {
///         self.0.remove(name)
///     }
/// }
///
/// let kept = Shared::default();
/// let replica = || Server::new("demo", "1.0.0").key([7; 32]).request_states(kept.clone());
/// # let _ = (replica(), replica());
/// ```
pub trait RequestStates: Send + Sync + 'static {
    /// Keeps `value` under `name` for `ttl`, in place of what was there. Once this has come back,
    /// [`RequestStates::get`] finds it, on every replica.
    ///
    /// # Errors
    /// When it cannot be kept. The call is answered with this error, unless it has an answer already.
    fn put<'a>(&'a self, name: &'a str, value: Vec<u8>, ttl: Duration) -> BoxFuture<'a, Result<()>>;

    /// The same, if there is nothing under `name`: of several that try at once, on any replicas, one
    /// gets `true`.
    ///
    /// # Errors
    /// When the store cannot say. The call is answered with this error, and its handler does not run.
    fn claim<'a>(&'a self, name: &'a str, value: Vec<u8>, ttl: Duration) -> BoxFuture<'a, Result<bool>>;

    /// What is kept under `name`, if its time is not over.
    ///
    /// # Errors
    /// When the store cannot say.
    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>>>;

    /// Forgets what is kept under `name`.
    ///
    /// # Errors
    /// When that failed. It is logged; the time of what is there ends by itself.
    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>>;
}
