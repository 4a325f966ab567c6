//! GET and DELETE: the stream and the end of an old-era session.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};

use super::event_stream::{COMMENT, EventStream};
use super::post::{accepts, head};
use super::{Answer, Shared, answer};
use crate::protocol::Version;
use crate::transport::{Caller, Head};

/// Opens the stream on which a session hears what belongs to no request.
pub(super) fn get(shared: &Shared, headers: &HeaderMap, caller: &Caller) -> Response<Answer> {
    let head = head(headers, caller);
    if let Some(refusal) = not_since_sessions_ended(&head) {
        return refusal;
    }
    if !accepts(headers, "text/event-stream") {
        return answer::words(StatusCode::NOT_ACCEPTABLE, "Accept must name text/event-stream");
    }
    if head.session.is_none() {
        return answer::words(StatusCode::BAD_REQUEST, "Mcp-Session-Id must name the session to listen to");
    }
    let running = match shared.endpoint.listen(&head) {
        Ok(running) => running,
        Err(reply) => return answer::reply(reply),
    };
    match shared.stream_permit() {
        Ok(permit) => answer::events(EventStream::new(running, Bytes::from_static(COMMENT), shared, permit)),
        Err(refusal) => refusal,
    }
}

/// Ends a session.
pub(super) fn delete(shared: &Shared, headers: &HeaderMap, caller: &Caller) -> Response<Answer> {
    let head = head(headers, caller);
    if let Some(refusal) = not_since_sessions_ended(&head) {
        return refusal;
    }
    if head.session.is_none() {
        return answer::words(StatusCode::BAD_REQUEST, "Mcp-Session-Id must name the session to end");
    }
    match shared.endpoint.end_session(&head) {
        Ok(()) => answer::empty(StatusCode::NO_CONTENT),
        Err(reply) => answer::reply(reply),
    }
}

fn not_since_sessions_ended(head: &Head<'_>) -> Option<Response<Answer>> {
    let version: Version = head.version?.parse().ok()?;
    (!version.is_legacy()).then(|| answer::not_allowed("POST"))
}
