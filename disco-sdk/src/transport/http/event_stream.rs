//! A call under way as server-sent events, with comments that keep idle connections open.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::time::{Instant, Sleep, sleep};

use super::StreamPermit;
use super::kept::Kept;
use crate::transport::{Event, Limits, Stop};

/// Turns a call's messages into events until it has answered.
pub(crate) struct EventStream {
    /// Goes out before anything else.
    first: Option<Bytes>,
    source: Option<Kept>,
    beat: Pin<Box<Sleep>>,
    limits: Limits,
    last_event: Instant,
    /// Ends the stream when the server stops; calls are let finish.
    until: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    _permit: StreamPermit,
}

impl EventStream {
    /// The events of a call, `first` being there already.
    pub(super) fn of_call(call: Kept, first: Option<Vec<u8>>, limits: &Limits, permit: StreamPermit) -> Self {
        let first = first.map_or_else(|| Bytes::from_static(COMMENT), |message| event(&message));
        Self {
            first: Some(first),
            source: Some(call),
            beat: Box::pin(sleep(limits.keep_alive)),
            limits: limits.clone(),
            last_event: Instant::now(),
            until: None,
            _permit: permit,
        }
    }

    /// A stream that stays open until the server stops; `first` goes out at once.
    pub(super) fn lasting(
        source: Kept,
        first: Bytes,
        limits: &Limits,
        stop: Stop,
        permit: StreamPermit,
    ) -> Self {
        Self {
            first: Some(first),
            until: Some(Box::pin(async move { stop.said().await })),
            ..Self::of_call(source, None, limits, permit)
        }
    }

    /// The next bytes; `None` at the end.
    pub(super) fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(first));
        }
        let Some(source) = &mut self.source else {
            return Poll::Ready(None);
        };
        match source.poll_event(cx) {
            Poll::Ready(Event::Speak(message)) => {
                self.last_event = Instant::now();
                return Poll::Ready(Some(event(&message)));
            }
            Poll::Ready(Event::Answer(reply)) => {
                self.source = None;
                return Poll::Ready(Some(event(&reply.body)));
            }
            Poll::Ready(Event::Gone) => {
                self.source = None;
                return Poll::Ready(None);
            }
            Poll::Pending => {}
        }
        if self.until.as_mut().is_some_and(|until| until.as_mut().poll(cx).is_ready()) {
            self.source = None;
            return Poll::Ready(None);
        }
        if self.beat.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        if self.last_event.elapsed() >= self.limits.idle_stream {
            self.source = None;
            return Poll::Ready(None);
        }
        let next = Instant::now() + self.limits.keep_alive;
        self.beat.as_mut().reset(next);
        // A deadline that lies ahead is pending; to poll it leaves our waker there.
        let _ = self.beat.as_mut().poll(cx);
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
