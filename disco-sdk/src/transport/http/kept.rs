//! A call that outlives its connection where the revision says so, though nobody can come back for it.

use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::timeout;

use super::Shared;
use crate::protocol::version::Version;
use crate::transport::{Event, Running};

/// A call under way. When the client goes away, it is cancelled, or goes on for a bounded time.
pub(super) struct Kept {
    running: Option<Running>,
    goes_on: Option<Duration>,
}

impl Kept {
    pub(super) fn new(running: Running, shared: &Shared) -> Self {
        let goes_on = !running.is_lasting() && shared.endpoint.on_disconnect().goes_on(running.version());
        let goes_on = goes_on.then(|| shared.endpoint.limits().replay);
        Self { running: Some(running), goes_on }
    }

    /// What is kept; `None` after the last event.
    pub(super) fn into_running(mut self) -> Option<Running> {
        self.running.take()
    }

    /// The revision that it speaks; `None` after the last event.
    pub(super) fn version(&self) -> Option<Version> {
        self.running.as_ref().map(Running::version)
    }

    /// Says that the server is about to end.
    pub(super) fn wind_down(&mut self) {
        if let Some(running) = &mut self.running {
            running.wind_down();
        }
    }

    /// The next event. After the last one there is none.
    pub(super) fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        let Some(running) = &mut self.running else {
            return Poll::Ready(Event::Gone);
        };
        let polled = running.poll_event(cx);
        if matches!(polled, Poll::Ready(Event::Answer(_) | Event::Gone)) {
            self.running = None;
        }
        polled
    }

    /// The next event of a call that has finished already; `None` while it goes on, and after the last one.
    pub(super) fn read_finished(&mut self) -> Option<Event> {
        let event = self.running.as_mut()?.read_finished()?;
        if matches!(event, Event::Answer(_)) {
            self.running = None;
        }
        Some(event)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let (Some(mut running), Some(time)) = (self.running.take(), self.goes_on) else {
            return;
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let rest = async move { while let Event::Speak(_) | Event::Pause(_) = running.next().await {} };
            runtime.spawn(timeout(time, rest));
        }
    }
}
