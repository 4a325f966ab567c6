//! The stream on which an old-era peer hears what belongs to no request.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::core::Core;
use super::interest::Interest;
use super::notifier::Ear;
use super::session::Live;
use crate::protocol::version::Version;
use crate::transport::{Answering, Caller, Event, Later, Running, Stop};

struct Listener {
    ear: Ear,
    is_ending: bool,
    /// Of a session that may end, or begin another stream.
    open: Option<Open>,
}

/// The one open stream of a session.
struct Open {
    live: Live,
    stop: Stop,
    stopped: Later<()>,
}

impl Answering for Listener {
    fn poll_event(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Event> {
        if self.open.as_mut().is_some_and(|open| open.stopped.as_mut().poll(cx).is_ready()) {
            return Poll::Ready(Event::Gone);
        }
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

impl Drop for Open {
    fn drop(&mut self) {
        self.live.stream_ended(&self.stop);
    }
}

/// A stream that is silent as long as nothing changes.
pub(crate) fn running(core: &Core, caller: &Caller, interest: Interest, version: Version) -> Running {
    let ear = core.notifier.listen(interest, core.registry.audiences(caller));
    Running::lasting(Listener { ear, is_ending: false, open: None }, version)
}

/// The stream of a session, which takes the place of one that is open.
pub(crate) fn of_session(core: &Core, caller: &Caller, live: Live, version: Version) -> Running {
    live.interest.add_lists();
    let ear = core.notifier.listen(live.interest.clone(), core.registry.audiences(caller));
    let stop = live.begin_stream();
    let said = stop.clone();
    let open = Open { live, stop, stopped: Box::pin(async move { said.said().await }) };
    Running::lasting(Listener { ear, is_ending: false, open: Some(open) }, version)
}
