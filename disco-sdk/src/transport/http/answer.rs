//! What goes back: bytes that are there, or a stream of events.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};

use super::event_stream::EventStream;
use crate::error::{Error, ErrorCode};
use crate::protocol::jsonrpc;
use crate::transport::{Reply, Status};

/// The header that names an old-era session.
pub(crate) const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
/// Tells a proxy to hand on every event at once.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What a message came to at once.
pub(super) enum AtOnce {
    /// One JSON-RPC answer.
    Reply(Reply),
    /// Events, the answer as the last of them.
    Events(Vec<u8>),
}

/// The body of an answer.
pub struct Answer(Kind);

enum Kind {
    Whole(Option<Bytes>),
    Events(Pin<Box<EventStream>>),
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match &self.0 {
            Kind::Whole(_) => "Answer::Whole",
            Kind::Events(_) => "Answer::Events",
        })
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut self.0 {
            Kind::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Kind::Events(events) => {
                events.as_mut().poll_next(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.0, Kind::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Kind::Events(_) => SizeHint::default(),
        }
    }
}

fn whole(status: StatusCode, bytes: Vec<u8>) -> Response<Answer> {
    let bytes = (!bytes.is_empty()).then(|| Bytes::from(bytes));
    let mut response = Response::new(Answer(Kind::Whole(bytes)));
    *response.status_mut() = status;
    response
}

fn json(status: StatusCode, bytes: Vec<u8>) -> Response<Answer> {
    json_in(HeaderMap::new(), status, bytes)
}

fn json_in(headers: HeaderMap, status: StatusCode, bytes: Vec<u8>) -> Response<Answer> {
    let mut response = whole(status, bytes);
    *response.headers_mut() = headers;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// One JSON-RPC answer.
pub(super) fn reply(reply: Reply) -> Response<Answer> {
    reply_in(HeaderMap::new(), reply)
}

/// The same with a map for its headers.
fn reply_in(headers: HeaderMap, reply: Reply) -> Response<Answer> {
    let status = match reply.status {
        Status::Ok => StatusCode::OK,
        Status::BadRequest => StatusCode::BAD_REQUEST,
        Status::Unauthorized => StatusCode::UNAUTHORIZED,
        Status::Forbidden => StatusCode::FORBIDDEN,
        Status::NotFound => StatusCode::NOT_FOUND,
        Status::Elsewhere => StatusCode::MISDIRECTED_REQUEST,
        Status::Busy => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = json_in(headers, status, reply.body);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(session) = reply.session.and_then(|session| HeaderValue::from_str(&session).ok()) {
        response.headers_mut().insert(SESSION_ID, session);
    }
    response
}

/// What is there at once. `headers` has to be empty.
pub(super) fn at_once_in(headers: HeaderMap, said: AtOnce) -> Response<Answer> {
    match said {
        AtOnce::Reply(reply) => reply_in(headers, reply),
        AtOnce::Events(events) => {
            let mut response = whole(StatusCode::OK, events);
            *response.headers_mut() = headers;
            say_events(response.headers_mut());
            response
        }
    }
}

/// A stream of events.
pub(super) fn events(events: EventStream) -> Response<Answer> {
    let mut response = Response::new(Answer(Kind::Events(Box::pin(events))));
    say_events(response.headers_mut());
    response
}

fn say_events(headers: &mut HeaderMap) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
}

/// No body.
pub(super) fn empty(status: StatusCode) -> Response<Answer> {
    whole(status, Vec::new())
}

/// A refusal in words: a JSON-RPC error without an id.
pub(super) fn words(status: StatusCode, words: &str) -> Response<Answer> {
    let error = Error::protocol(ErrorCode::INVALID_REQUEST, words);
    json(status, jsonrpc::error_message(None, error.code(), &error))
}

/// 405
pub(super) fn not_allowed(allowed: &'static str) -> Response<Answer> {
    let mut response = words(StatusCode::METHOD_NOT_ALLOWED, &format!("only {allowed} here"));
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}
