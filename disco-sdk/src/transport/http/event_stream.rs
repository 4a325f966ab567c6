//! A call under way as server-sent events, with comments that keep idle connections open.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use tokio::time::{Instant, Sleep, sleep};

use super::answer::AtOnce;
use super::kept::Kept;
use super::resume::Attached;
use super::{Answer, Shared, StreamPermit};
use crate::protocol::version::{Feature, Version};
use crate::transport::{Event, Head};

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
        if let (Some(session), Some(version)) = (head.session, resumable(&call)) {
            let attached = shared.resumable.begin(call, version, session, first)?;
            return Ok(Self::resumed(attached));
        }
        let first = first.and_then(Event::into_message).map(|message| event(&message));
        Ok((Self::Once(call), first.unwrap_or(Bytes::from_static(COMMENT))))
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

/// The revision of a call whose client can come back for the rest of it, if it has a session.
fn resumable(call: &Kept) -> Option<Version> {
    call.version().filter(|version| version.has(Feature::Resumption))
}

/// All that a call says that has finished already, where nobody can come back for the rest. Its events are one body,
/// which goes out as an answer does: that saves the stream, its timers, and 5,000 instructions. `None`: it goes on.
pub(super) fn finished(call: &mut Kept, head: &Head<'_>) -> Option<AtOnce> {
    if !head.takes_events || head.session.is_some() && resumable(call).is_some() {
        return None;
    }
    let mut events = Vec::new();
    loop {
        match call.read_finished()? {
            Event::Speak(message) => write_event(&mut events, &message),
            Event::Answer(reply) if events.is_empty() => return Some(AtOnce::Reply(reply)),
            Event::Answer(reply) => {
                write_event(&mut events, &reply.body);
                return Some(AtOnce::Events(events));
            }
            Event::Pause(_) | Event::Gone => {}
        }
    }
}

/// Writes events out until there are no more.
pub(crate) struct EventStream {
    /// Goes out before anything else.
    first: Option<Bytes>,
    source: Option<Source>,
    beat: Pin<Box<Sleep>>,
    keep_alive: Duration,
    /// How long it may be silent.
    most_idle: Duration,
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
            keep_alive: limits.keep_alive,
            most_idle: limits.idle_stream,
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
        if this.last_event.elapsed() >= this.most_idle {
            this.source = None;
            return Poll::Ready(None);
        }
        let next = Instant::now() + this.keep_alive;
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
    let mut out = Vec::new();
    write_event(&mut out, message);
    Bytes::from(out)
}

fn write_event(out: &mut Vec<u8>, message: &[u8]) {
    let parts: [&[u8]; 3] = [b"event: message\ndata: ", message, b"\n\n"];
    out.reserve(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        out.extend_from_slice(part);
    }
}
