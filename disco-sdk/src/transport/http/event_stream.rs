//! A call under way as server-sent events, with comments that keep idle connections open.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::time::{Instant, Sleep, sleep};

use super::kept::Kept;
use super::{Shared, StreamPermit};
use crate::transport::{Event, Limits};

/// Turns a call's messages into events until it has answered.
pub(crate) struct EventStream {
    /// Goes out before anything else.
    first: Option<Bytes>,
    source: Option<Kept>,
    beat: Pin<Box<Sleep>>,
    limits: Limits,
    last_event: Instant,
    /// When the server stops, what lasts winds down; calls are let finish.
    until: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    _permit: StreamPermit,
}

impl EventStream {
    /// The events of a call or of what lasts; `first` goes out at once.
    pub(super) fn new(source: impl Into<Kept>, first: Bytes, shared: &Shared, permit: StreamPermit) -> Self {
        let limits = shared.endpoint.limits();
        let stop = shared.stop.clone();
        Self {
            first: Some(first),
            source: Some(source.into()),
            beat: Box::pin(sleep(limits.keep_alive)),
            limits: limits.clone(),
            last_event: Instant::now(),
            until: Some(Box::pin(async move { stop.said().await })),
            _permit: permit,
        }
    }

    /// The next bytes; `None` at the end.
    pub(super) fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let this = self.get_mut();
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(first));
        }
        let Some(source) = &mut this.source else {
            return Poll::Ready(None);
        };
        if this.until.as_mut().is_some_and(|until| until.as_mut().poll(cx).is_ready()) {
            this.until = None;
            source.wind_down();
        }
        match source.poll_event(cx) {
            Poll::Ready(Event::Speak(message)) => {
                this.last_event = Instant::now();
                return Poll::Ready(Some(event(&message)));
            }
            Poll::Ready(Event::Answer(reply)) => {
                this.source = None;
                return Poll::Ready(Some(event(&reply.body)));
            }
            Poll::Ready(Event::Gone) => {
                this.source = None;
                return Poll::Ready(None);
            }
            Poll::Pending => {}
        }
        if this.beat.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        if this.last_event.elapsed() >= this.limits.idle_stream {
            this.source = None;
            return Poll::Ready(None);
        }
        let next = Instant::now() + this.limits.keep_alive;
        this.beat.as_mut().reset(next);
        // A deadline that lies ahead is pending; to poll it leaves our waker there.
        let _ = this.beat.as_mut().poll(cx);
        Poll::Ready(Some(Bytes::from_static(COMMENT)))
    }
}

/// A line that clients pass over.
pub(super) const COMMENT: &[u8] = b": keep-alive\n\n";

/// One message as one event. Messages are JSON without line ends.
pub(super) fn event(message: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(message.len() + 32);
    out.extend_from_slice(b"event: message\ndata: ");
    out.extend_from_slice(message);
    out.extend_from_slice(b"\n\n");
    Bytes::from(out)
}
