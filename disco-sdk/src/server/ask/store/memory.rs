//! Request states kept in memory, within bounds.

use std::collections::HashMap;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::RequestStates;
use crate::error::{Error, ErrorCode, Result};
use crate::server::BoxFuture;

/// Keeps request states in the memory of this process, until their time is over.
///
/// Its bounds are how many it keeps (10,000), and how many bytes they have together (64 MiB). Where they
/// are passed nothing is forgotten early, as a call that was forgotten would run again: what is new is
/// refused until there is room.
///
/// ```
/// use disco_sdk::{MemoryRequestStates, Server};
/// let server = Server::new("demo", "1.0.0").request_states(MemoryRequestStates::new(1000, 8 << 20));
/// ```
#[derive(Debug)]
pub struct MemoryRequestStates {
    most: usize,
    most_bytes: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    values: HashMap<String, Value>,
    bytes: usize,
}

#[derive(Debug)]
struct Value {
    bytes: Vec<u8>,
    ends: Instant,
}

impl Default for MemoryRequestStates {
    fn default() -> Self {
        Self::new(10_000, 64 << 20)
    }
}

impl MemoryRequestStates {
    /// Keeps at most so many, of at most so many bytes together.
    #[must_use]
    pub fn new(most: usize, most_bytes: usize) -> Self {
        Self { most, most_bytes, kept: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        kept.values.retain(|_, value| value.ends > now);
        kept.bytes = kept.values.values().map(|value| value.bytes.len()).sum();
        kept
    }

    fn insert(&self, kept: &mut Kept, name: &str, bytes: Vec<u8>, ttl: Duration) -> Result<()> {
        let before = kept.values.get(name);
        let size = kept.bytes - before.map_or(0, |value| value.bytes.len()) + bytes.len();
        if size > self.most_bytes || (before.is_none() && kept.values.len() >= self.most) {
            let words = format!("{} request states of {} bytes are kept", kept.values.len(), kept.bytes);
            let words = format!("{words}, and {} of {} bytes are the most", self.most, self.most_bytes);
            return Err(Error::protocol(ErrorCode::BUSY, words).with_suggestion("try again later"));
        }
        kept.bytes = size;
        kept.values.insert(name.to_owned(), Value { bytes, ends: Instant::now() + ttl });
        Ok(())
    }
}

impl RequestStates for MemoryRequestStates {
    fn put<'a>(&'a self, name: &'a str, value: Vec<u8>, ttl: Duration) -> BoxFuture<'a, Result<()>> {
        Box::pin(ready(self.insert(&mut self.lock(), name, value, ttl)))
    }

    fn claim<'a>(&'a self, name: &'a str, value: Vec<u8>, ttl: Duration) -> BoxFuture<'a, Result<bool>> {
        let mut kept = self.lock();
        let is_there = kept.values.contains_key(name);
        let claimed = if is_there { Ok(()) } else { self.insert(&mut kept, name, value, ttl) };
        Box::pin(ready(claimed.map(|()| !is_there)))
    }

    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>>> {
        Box::pin(ready(Ok(self.lock().values.get(name).map(|value| value.bytes.clone()))))
    }

    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>> {
        self.lock().values.remove(name);
        Box::pin(ready(Ok(())))
    }
}
