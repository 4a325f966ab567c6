//! Streams of events (SSE), bounded in number and time.

use std::convert::Infallible;
use std::fmt;

use axum::http::StatusCode;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{BoxStream, Stream, StreamExt as _};
use serde::Serialize;

use super::openapi::Operation;
use super::{Answer, Rest};
use crate::error::{Error, ErrorCode, Result};

/// Things that happen one after the other.
pub struct Events(BoxStream<'static, Event>);

/// One thing that happens.
#[derive(Debug)]
pub struct Event(sse::Event);

impl Event {
    /// An event of this name with these facts.
    ///
    /// # Errors
    /// When the facts are none that JSON can tell.
    pub fn new(name: &str, facts: &impl Serialize) -> Result<Self> {
        let event = sse::Event::default().event(name).json_data(facts);
        event.map(Self).map_err(Error::internal)
    }

    /// The same with a number, from which a client can go on (`Last-Event-ID`).
    #[must_use]
    pub fn at(self, number: u64) -> Self {
        Self(self.0.id(number.to_string()))
    }
}

impl Events {
    /// These events; after an error, which is told as the event `error`, nothing more.
    pub fn new(events: impl Stream<Item = Result<Event>> + Send + 'static) -> Self {
        let told = |event: Result<Event>| event.or_else(|error| Event::new("error", &error)).ok();
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
        let events = self.0.take_until(Box::pin(end)).map(move |Event(event)| {
            let _open = &permit;
            Ok::<_, Infallible>(event)
        });
        Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}
