//! The stream on which an old-era peer hears what belongs to no request.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::core::Core;
use super::interest::Interest;
use super::notifier::Ear;
use crate::protocol::version::Version;
use crate::transport::{Answering, Caller, Event, Running};

struct Listener {
    ear: Ear,
    is_ending: bool,
}

impl Answering for Listener {
    fn poll_event(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Event> {
        match self.ear.poll_change(cx) {
            Poll::Ready(change) => Poll::Ready(Event::Speak(change.message(None))),
            Poll::Pending if self.is_ending => Poll::Ready(Event::Gone),
            Poll::Pending => Poll::Pending,
        }
    }

    fn wind_down(mut self: Pin<&mut Self>) {
        self.is_ending = true;
    }
}

/// A stream that is silent as long as nothing changes.
pub(crate) fn running(core: &Core, caller: &Caller, interest: Interest, version: Version) -> Running {
    let ear = core.notifier.listen(interest, core.registry.audiences(caller));
    Running::lasting(Listener { ear, is_ending: false }, version)
}
