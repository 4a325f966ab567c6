//! Streams of events (SSE), bounded in number and time.

use std::convert::Infallible;
use std::fmt;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, BoxStream, Stream, StreamExt as _};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::openapi::Operation;
use super::refusal::Refusal;
use super::{Answer, Rest};
use crate::error::{Error, ErrorCode, Result};

/// Things that happen one after the other.
pub struct Events(BoxStream<'static, Event>);

/// One thing that happens, and the error that it tells, if it does.
#[derive(Debug)]
pub struct Event(sse::Event, Option<ErrorCode>);

impl Event {
    /// An event of this name with these facts.
    ///
    /// # Errors
    /// When the facts are none that JSON can tell.
    pub fn new(name: &str, facts: &impl Serialize) -> Result<Self> {
        let event = sse::Event::default().event(name).json_data(facts);
        event.map(|event| Self(event, None)).map_err(Error::internal)
    }

    /// The event `error`, which tells what has gone wrong.
    ///
    /// # Errors
    /// As [`Event::new`].
    pub fn failed(error: &Error) -> Result<Self> {
        Ok(Self(Self::new("error", &Refusal::from(error))?.0, Some(error.code)))
    }

    /// The same with a number, from which a client can go on (`Last-Event-ID`).
    #[must_use]
    pub fn at(self, number: u64) -> Self {
        Self(self.0.id(number.to_string()), self.1)
    }
}

impl Events {
    /// These events; after an error, which is told as the event `error`, nothing more.
    pub fn new(events: impl Stream<Item = Result<Event>> + Send + 'static) -> Self {
        let told = |event: Result<Event>| event.or_else(|error| Event::failed(&error)).ok();
        Self(events.filter_map(move |event| std::future::ready(told(event))).boxed())
    }
}

impl Answer for Events {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_in_events(StatusCode::OK);
        operation.may_fail(ErrorCode::StreamLimit);
    }

    fn respond(self, rest: &Rest) -> Result<Response> {
        let most = rest.app.config.http.max_streams;
        let permit = rest.streams.clone().try_acquire_owned().map_err(|_| {
            Error::new(ErrorCode::StreamLimit, format!("{most} streams are open already, the most allowed"))
                .suggest("close one, or raise `max_streams`")
        })?;
        let (stop, time) = (rest.stop.clone(), rest.app.config.http.stream_time());
        let end = async move {
            tokio::select! {
                () = stop.said() => {}
                () = tokio::time::sleep(time) => {}
            }
        };
        let (tell, ending) = watch::channel("dropped".to_owned());
        let events = self.0.take_until(Box::pin(end)).boxed();
        let open = Open { events, outcome: "ok".to_owned(), tell, _permit: permit };
        let events = Sse::new(stream::unfold(open, Open::next)).keep_alive(KeepAlive::default());
        Ok((Extension(Ending(ending)), events).into_response())
    }
}

/// A stream that somebody reads.
struct Open {
    events: BoxStream<'static, Event>,
    outcome: String,
    tell: watch::Sender<String>,
    _permit: OwnedSemaphorePermit,
}

impl Open {
    async fn next(mut self) -> Option<(Result<sse::Event, Infallible>, Self)> {
        let Some(Event(event, failed)) = self.events.next().await else {
            self.tell.send_replace(self.outcome);
            return None;
        };
        if let Some(code) = failed {
            self.outcome = code.as_str();
        }
        Some((Ok(event), self))
    }
}

/// How a stream will have ended; it goes with the answer.
#[derive(Debug, Clone)]
pub(super) struct Ending(watch::Receiver<String>);

impl Ending {
    /// Waits for it: `ok`, the code of the error that was told, or `dropped` when nobody read on.
    pub(super) async fn outcome(mut self) -> String {
        // That the stream is gone is what is waited for.
        self.0.wait_for(|_| false).await.map(drop).unwrap_or_default();
        self.0.borrow().clone()
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}
