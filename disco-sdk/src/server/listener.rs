//! A stream for what belongs to no request. It stays open until the peer closes it.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::protocol::version::Version;
use crate::transport::{Answering, Event, Running};

struct Listener;

impl Answering for Listener {
    fn poll_event(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Event> {
        Poll::Pending
    }
}

/// A stream that is silent as long as nothing changes.
pub(crate) fn running(version: Version) -> Running {
    Running::new(Listener, version)
}
