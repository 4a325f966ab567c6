//! A call that outlives its connection where the revision says so.

use std::task::{Context, Poll};

use crate::protocol::version::Feature;
use crate::transport::{Event, Running};

/// A call under way. When the client goes away, the modern era cancels it; the old one lets it finish.
pub(super) struct Kept(Option<Running>);

impl Kept {
    pub(super) fn new(running: Running) -> Self {
        Self(Some(running))
    }

    /// The next event. After the last one there is none.
    pub(super) fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        let Some(running) = &mut self.0 else {
            return Poll::Ready(Event::Gone);
        };
        let polled = running.poll_event(cx);
        if matches!(polled, Poll::Ready(Event::Answer(_) | Event::Gone)) {
            self.0 = None;
        }
        polled
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let Some(mut running) = self.0.take() else {
            return;
        };
        if running.version().has(Feature::DisconnectCancels) {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { while let Event::Speak(_) = running.next().await {} });
        }
    }
}
