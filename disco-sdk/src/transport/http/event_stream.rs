//! A call under way as server-sent events, with comments that keep idle connections open.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::Response;
use tokio::time::{Instant, Sleep, sleep};

use super::kept::Kept;
use super::resume::Attached;
use super::{Answer, Shared, StreamPermit};
use crate::protocol::version::Feature;
use crate::transport::{Event, Head, Limits};

/// Where the events come from.
pub(super) enum Source {
    /// Nobody can come back for the rest.
    Once(Kept),
    /// The client can come back.
    Resumable(Attached),
}

impl Source {
    /// What a call says, and what of it goes out at once. `first` was said already.
    ///
    /// # Errors
    /// 500 when the system has no random numbers.
    pub(super) fn new(
        call: Kept,
        first: Option<Event>,
        head: &Head<'_>,
        shared: &Shared,
    ) -> Result<(Self, Bytes), Response<Answer>> {
        match (head.session, call.version()) {
            (Some(session), Some(version)) if version.has(Feature::Resumption) => {
                let attached = shared.resumable.begin(call, version, session, first)?;
                Ok(Self::resumed(attached))
            }
            _ => {
                let first = first.and_then(Event::into_message).map(|message| event(&message));
                Ok((Self::Once(call), first.unwrap_or(Bytes::from_static(COMMENT))))
            }
        }
    }

    /// The same for a stream that was begun before.
    pub(super) fn resumed(mut attached: Attached) -> (Self, Bytes) {
        let first = attached.lead().unwrap_or(Bytes::from_static(COMMENT));
        (Self::Resumable(attached), first)
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let call = match self {
            Self::Resumable(attached) => return attached.poll_next(cx),
            Self::Once(call) => call,
        };
        loop {
            let said = ready!(call.poll_event(cx));
            if !matches!(said, Event::Pause(_)) {
                return Poll::Ready(said.into_message().map(|message| event(&message)));
            }
        }
    }

    fn wind_down(&mut self) {
        match self {
            Self::Once(call) => call.wind_down(),
            Self::Resumable(attached) => attached.wind_down(),
        }
    }
}

/// Writes events out until there are no more.
pub(crate) struct EventStream {
    /// Goes out before anything else.
    first: Option<Bytes>,
    source: Option<Source>,
    beat: Pin<Box<Sleep>>,
    limits: Limits,
    last_event: Instant,
    /// When the server stops, what lasts winds down; calls are let finish.
    until: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    _permit: StreamPermit,
}

impl EventStream {
    /// The events of a call or of what lasts; `first` goes out at once.
    pub(super) fn new(source: Source, first: Bytes, shared: &Shared, permit: StreamPermit) -> Self {
        let limits = shared.endpoint.limits();
        let stop = shared.stop.clone();
        Self {
            first: Some(first),
            source: Some(source),
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
        match source.poll_next(cx) {
            Poll::Ready(Some(event)) => {
                this.last_event = Instant::now();
                return Poll::Ready(Some(event));
            }
            Poll::Ready(None) => {
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
const COMMENT: &[u8] = b": keep-alive\n\n";

/// One message as one event. Messages are JSON without line ends.
fn event(message: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(message.len() + 32);
    out.extend_from_slice(b"event: message\ndata: ");
    out.extend_from_slice(message);
    out.extend_from_slice(b"\n\n");
    Bytes::from(out)
}
