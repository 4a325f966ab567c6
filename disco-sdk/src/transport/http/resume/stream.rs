//! One stream, and the connection that it is written to at the moment.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;

use super::window::Window;
use super::{Streams, event_id, lock};
use crate::protocol::version::{Feature, Version};
use crate::transport::{Event, Running};

/// One stream that a client can come back to.
pub(super) struct Stream {
    name: String,
    /// Only this session can.
    session: Box<str>,
    version: Version,
    /// What has something to say. Whoever polls it holds the lock, and has looked whose turn it is.
    running: Mutex<Option<Running>>,
    window: Mutex<Window>,
    most_events: usize,
    most_bytes: usize,
}

/// What came of a look at a stream.
enum Look {
    /// There are events that were not written yet, or there will be no more.
    Changed,
    /// The connection should end; the client should come back after this time.
    Pause(Duration),
    /// Another one writes the stream out.
    TakenOver,
}

impl Stream {
    pub(super) fn new(
        name: String,
        session: &str,
        version: Version,
        running: Option<Running>,
        streams: &Streams,
    ) -> Self {
        let limits = &streams.0.limits;
        Self {
            name,
            session: session.into(),
            version,
            running: Mutex::new(running),
            window: Mutex::new(Window::new(Arc::clone(&streams.0.bytes))),
            most_events: limits.replay_events,
            most_bytes: limits.replay_bytes,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn is_of(&self, session: &str) -> bool {
        *self.session == *session
    }

    pub(super) fn turn(&self) -> u64 {
        lock(&self.window).turn
    }

    /// Whether it begins with an event that only has an id.
    fn is_primed(&self) -> bool {
        self.version.has(Feature::Polling)
    }

    /// Cancels what has something to say, if anything still has.
    pub(super) fn close(&self) {
        let running = lock(&self.running).take();
        drop(running);
        let mut window = lock(&self.window);
        window.is_done = true;
        let writer = window.writer.take();
        drop(window);
        if let Some(writer) = writer {
            writer.wake();
        }
    }

    /// Keeps what is said until somebody else takes over.
    pub(super) async fn work_on(&self, turn: u64) {
        poll_fn(|cx| {
            loop {
                if lock(&self.window).turn != turn {
                    return Poll::Ready(());
                }
                match self.poll(turn, cx) {
                    Poll::Ready(Look::TakenOver) => return Poll::Ready(()),
                    Poll::Ready(Look::Changed) if lock(&self.window).is_done => {
                        // The rest of the time the events only wait.
                        let mut window = lock(&self.window);
                        if window.turn != turn {
                            return Poll::Ready(());
                        }
                        window.writer = Some(cx.waker().clone());
                        return Poll::Pending;
                    }
                    Poll::Ready(_) => {}
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await;
    }

    /// Looks whether something more is said.
    fn poll(&self, turn: u64, cx: &mut Context<'_>) -> Poll<Look> {
        let mut running = lock(&self.running);
        {
            let mut window = lock(&self.window);
            if window.turn != turn {
                return Poll::Ready(Look::TakenOver);
            }
            if window.is_done {
                return Poll::Ready(Look::Changed);
            }
            window.writer = Some(cx.waker().clone());
        }
        let said = match &mut *running {
            Some(running) => std::task::ready!(running.poll_event(cx)),
            None => Event::Gone,
        };
        let (message, is_done) = match said {
            Event::Pause(retry) if self.is_primed() => return Poll::Ready(Look::Pause(retry)),
            Event::Pause(_) => return Poll::Ready(Look::Changed),
            Event::Speak(message) => (Some(message), false),
            Event::Answer(reply) => (Some(reply.body), true),
            Event::Gone => (None, true),
        };
        if is_done {
            *running = None;
        }
        let mut window = lock(&self.window);
        if let Some(message) = message {
            self.keep(&mut window, &message);
        }
        window.is_done |= is_done;
        Poll::Ready(Look::Changed)
    }

    fn keep(&self, window: &mut Window, message: &[u8]) {
        let event = event(&event_id(&self.name, window.next()), message);
        window.push(event, self.most_events, self.most_bytes);
    }
}

/// A stream while it is written to a connection. When this is dropped, it waits for the client.
pub(in crate::transport::http) struct Attached {
    stream: Arc<Stream>,
    turn: u64,
    /// The number of the event to be written next.
    next: u64,
    lead: Option<Bytes>,
    is_pausing: bool,
    is_lasting: bool,
    streams: Streams,
}

impl Attached {
    fn new(stream: Arc<Stream>, turn: u64, next: u64, streams: Streams) -> Self {
        let is_lasting = lock(&stream.running).as_ref().is_some_and(Running::is_lasting);
        Self { stream, turn, next, lead: None, is_pausing: false, is_lasting, streams }
    }

    /// Begins a stream; what was said before it began is its first event.
    pub(super) fn first(stream: Arc<Stream>, said: Option<Event>, streams: Streams) -> Self {
        let mut attached = Self::new(stream, 0, 1, streams);
        match said {
            Some(Event::Speak(message)) => {
                attached.stream.keep(&mut lock(&attached.stream.window), &message);
            }
            Some(Event::Pause(retry)) if attached.stream.is_primed() => attached.pause(retry),
            _ => {}
        }
        attached
    }

    /// Goes on behind an event; `None`: there was no such event.
    pub(super) fn after(stream: Arc<Stream>, seen: u64, streams: Streams) -> Option<Self> {
        let mut window = lock(&stream.window);
        if seen > window.newest() {
            return None;
        }
        let (turn, writer) = window.take_over();
        drop(window);
        if let Some(writer) = writer {
            writer.wake();
        }
        Some(Self::new(stream, turn, seen + 1, streams))
    }

    /// What goes out at once: an id to come back with where the revision knows of that, or what has been
    /// said already.
    pub(in crate::transport::http) fn lead(&mut self) -> Option<Bytes> {
        if let Some(lead) = self.lead.take() {
            return Some(lead);
        }
        if self.stream.is_primed() {
            return Some(self.id_alone(self.streams.0.limits.retry));
        }
        let (number, event) = lock(&self.stream.window).from(self.next)?;
        self.next = number + 1;
        Some(event)
    }

    fn pause(&mut self, retry: Duration) {
        self.lead = Some(self.id_alone(retry));
        self.is_pausing = true;
    }

    /// Says that the server is about to end.
    pub(in crate::transport::http) fn wind_down(&mut self) {
        if let Some(running) = &mut *lock(&self.stream.running) {
            running.wind_down();
        }
    }

    /// The next event; `None` when the connection should end.
    pub(in crate::transport::http) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.is_pausing {
            return Poll::Ready(self.lead.take());
        }
        loop {
            let window = lock(&self.stream.window);
            if window.turn != self.turn {
                return Poll::Ready(None);
            }
            if let Some((number, event)) = window.from(self.next) {
                self.next = number + 1;
                return Poll::Ready(Some(event));
            }
            if window.is_done {
                return Poll::Ready(None);
            }
            drop(window);
            match std::task::ready!(self.stream.poll(self.turn, cx)) {
                Look::Changed => {}
                Look::TakenOver => return Poll::Ready(None),
                Look::Pause(retry) => {
                    self.pause(retry);
                    return Poll::Ready(self.lead.take());
                }
            }
        }
    }

    /// An event without a message, which tells how to come back.
    fn id_alone(&self, retry: Duration) -> Bytes {
        let id = event_id(&self.stream.name, self.next - 1);
        Bytes::from(format!("id: {id}\nretry: {}\ndata: \n\n", retry.as_millis()))
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        let mut window = lock(&self.stream.window);
        if window.turn != self.turn {
            return;
        }
        let (turn, _) = window.take_over();
        let has_id = window.newest() > 0 || self.stream.is_primed();
        drop(window);
        let goes_on = self.streams.0.on_disconnect.goes_on(self.stream.version);
        if goes_on && (has_id || !self.is_lasting) {
            self.streams.wait(Arc::clone(&self.stream), turn);
        } else {
            self.streams.forget(&self.stream);
        }
    }
}

/// One message as one event with an id. Messages are JSON without line ends.
fn event(id: &str, message: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(message.len() + id.len() + 32);
    out.extend_from_slice(b"event: message\nid: ");
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(b"\ndata: ");
    out.extend_from_slice(message);
    out.extend_from_slice(b"\n\n");
    Bytes::from(out)
}
