//! GET and DELETE: the stream and the end of an old-era session.

use http::{HeaderMap, Response, StatusCode};

use super::event_stream::{EventStream, Source};
use super::kept::Kept;
use super::known::Known;
use super::post::{admit, head};
use super::resume;
use super::{Answer, Shared, answer};
use crate::protocol::Version;
use crate::transport::{Caller, Head};

/// Opens the stream on which a session hears what belongs to no request, or goes on with one that was
/// broken off.
pub(super) async fn get(shared: &Shared, headers: &HeaderMap, caller: &Caller) -> Response<Answer> {
    let known = Known::of(headers);
    let head = head(&known, caller);
    if let Some(refusal) = not_since_sessions_ended(&head) {
        return refusal;
    }
    if !head.takes_events {
        return answer::words(StatusCode::NOT_ACCEPTABLE, "Accept must name text/event-stream");
    }
    if head.session.is_none() {
        return answer::words(StatusCode::BAD_REQUEST, "Mcp-Session-Id must name the session to listen to");
    }
    if let Err(refusal) = admit(shared, &head).await {
        return refusal;
    }
    let permit = match shared.stream_permit() {
        Ok(permit) => permit,
        Err(refusal) => return refusal,
    };
    let begun = if let Some(resumed) = resume::resume(shared, headers, &head) {
        resumed.map(Source::resumed)
    } else {
        let opened = shared.endpoint.listen(&head).map_err(answer::reply);
        opened.and_then(|running| Source::new(Kept::new(running, shared), None, &head, shared))
    };
    match begun {
        Ok((source, first)) => answer::events(EventStream::new(source, first, shared, permit)),
        Err(refusal) => refusal,
    }
}

/// Ends a session.
pub(super) async fn delete(shared: &Shared, headers: &HeaderMap, caller: &Caller) -> Response<Answer> {
    let known = Known::of(headers);
    let head = head(&known, caller);
    if let Some(refusal) = not_since_sessions_ended(&head) {
        return refusal;
    }
    if head.session.is_none() {
        return answer::words(StatusCode::BAD_REQUEST, "Mcp-Session-Id must name the session to end");
    }
    if let Err(refusal) = admit(shared, &head).await {
        return refusal;
    }
    match shared.endpoint.end_session(&head).await {
        Ok(()) => answer::empty(StatusCode::NO_CONTENT),
        Err(reply) => answer::reply(reply),
    }
}

fn not_since_sessions_ended(head: &Head<'_>) -> Option<Response<Answer>> {
    let version: Version = head.version?.parse().ok()?;
    (!version.is_legacy()).then(|| answer::not_allowed("POST"))
}
