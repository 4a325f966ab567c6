//! Ways to a server: how a message gets there, and how what the server says comes back.

#[cfg(feature = "testing")]
mod events;
#[cfg(feature = "testing")]
mod first_revision;
#[cfg(feature = "testing")]
mod http;
#[cfg(feature = "testing")]
mod lines;
mod memory;
#[cfg(feature = "testing")]
mod mirror;
#[cfg(feature = "testing")]
mod pipe;
#[cfg(feature = "testing")]
mod request;

use std::pin::Pin;

use serde_json::Value;

#[cfg(feature = "testing")]
pub(super) use first_revision::first_revision;
#[cfg(feature = "testing")]
pub(super) use http::Http;
#[cfg(feature = "testing")]
pub(super) use lines::lines;
pub(super) use memory::Memory;

use crate::error::Result;

/// Something that takes its time.
pub(super) type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One way to a server.
pub(super) trait Link: Send + Sync {
    /// Sends a message. What the server says to it comes back as a stream, which is dropped when nobody
    /// waits for it any more.
    fn send<'a>(&'a self, message: &'a Value) -> Later<'a, Result<Box<dyn Incoming>>>;

    /// Opens the stream of what belongs to no request (until 2025-11-25).
    fn listen(&self) -> Later<'_, Result<Box<dyn Incoming>>>;

    /// Whether the server's questions are answered here already.
    fn answers_itself(&self) -> bool {
        false
    }

    /// Whether a request is cancelled by closing its stream, and not by a notification.
    fn cancels_by_closing(&self) -> bool {
        false
    }
}

/// Messages of the server, one after the other.
pub(super) trait Incoming: Send {
    /// The next one; `None` at the end.
    fn next(&mut self) -> Later<'_, Result<Option<Value>>>;
}

/// No message, or a single one.
pub(super) struct Single(pub(super) Option<Value>);

impl Incoming for Single {
    fn next(&mut self) -> Later<'_, Result<Option<Value>>> {
        let message = self.0.take();
        Box::pin(async { Ok(message) })
    }
}
