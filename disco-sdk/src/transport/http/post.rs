//! POST: one message in; JSON out unless the handler speaks first.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body::Body;
use tokio::time::sleep;

use super::answer::AtOnce;
use super::event_stream::{self, EventStream, Source};
use super::kept::Kept;
use super::known::Known;
use super::{Answer, Shared, answer};
use crate::protocol::version::Feature;
use crate::transport::{Accepted, Caller, Event, Fields, Head};

/// Takes one message: its answer, or what else there is to say.
///
/// # Errors
/// Whatever is no answer that was there at once.
pub(super) async fn post<B>(
    shared: &Shared,
    known: &Known<'_>,
    body: B,
    caller: &Caller,
) -> Result<AtOnce, Response<Answer>>
where
    B: Body<Data = Bytes>,
    B::Error: std::fmt::Display,
{
    check_types(known)?;
    let body = read(body, known.content_length, shared.endpoint.limits().message_bytes).await?;
    let head = head(known, caller);
    if let Some(admitted) = shared.endpoint.admit(&head) {
        admitted.await.map_err(answer::reply)?;
    }
    let accepted = poll_fn(|cx| Poll::Ready(shared.endpoint.exchange(&body, &head, cx))).await;
    drop(body);
    match accepted {
        Accepted::Answer(reply) => Ok(AtOnce::Reply(reply)),
        Accepted::Nothing => Err(answer::empty(StatusCode::ACCEPTED)),
        Accepted::Running(running) if running.is_lasting() && !head.takes_events => {
            Err(answer::words(StatusCode::NOT_ACCEPTABLE, "Accept must name text/event-stream"))
        }
        Accepted::Running(running) => {
            let mut call = Kept::new(running, shared);
            match event_stream::finished(&mut call, &head) {
                Some(said) => Ok(said),
                None => Err(Box::pin(follow(shared, call, &head)).await),
            }
        }
    }
}

/// Asks whether the session that a request names was ended on another replica, where that can be known.
///
/// # Errors
/// 404 if it was, 503 if nobody can tell.
pub(super) async fn admit(shared: &Shared, head: &Head<'_>) -> Result<(), Response<Answer>> {
    match shared.endpoint.admit(head) {
        Some(admitted) => admitted.await.map_err(answer::reply),
        None => Ok(()),
    }
}

/// Waits for the first thing that a call has to say, and for no longer than a silent connection lives.
async fn follow(shared: &Shared, mut call: Kept, head: &Head<'_>) -> Response<Answer> {
    let takes_events = head.takes_events;
    let limits = shared.endpoint.limits();
    let can_leave = takes_events
        && head.session.is_some()
        && call.version().is_some_and(|version| version.has(Feature::Polling));
    let mut patience = pin!(sleep(limits.keep_alive));
    let first = poll_fn(|cx| {
        loop {
            match call.poll_event(cx) {
                Poll::Ready(Event::Speak(_)) if !takes_events => {}
                Poll::Ready(Event::Pause(_)) if !can_leave => {}
                Poll::Ready(event) => return Poll::Ready(Some(event)),
                Poll::Pending if takes_events && patience.as_mut().poll(cx).is_ready() => {
                    return Poll::Ready(None);
                }
                Poll::Pending => return Poll::Pending,
            }
        }
    });
    let first = match first.await {
        Some(Event::Answer(reply)) => return answer::reply(reply),
        Some(Event::Gone) => return answer::empty(StatusCode::ACCEPTED),
        first => first,
    };
    let permit = match shared.stream_permit() {
        Ok(permit) => permit,
        Err(refusal) => return refusal,
    };
    match Source::new(call, first, head, shared) {
        Ok((source, first)) => answer::events(EventStream::new(source, first, shared, permit)),
        Err(refusal) => refusal,
    }
}

/// What the protocol reads of the headers.
pub(super) fn head<'a>(known: &'a Known<'a>, caller: &'a Caller) -> Head<'a> {
    let &Known { session, version, method, name, .. } = known;
    Head { session, version, method, name, fields: known, caller, takes_events: known.accept.events }
}

impl Fields for HeaderMap {
    fn field(&self, name: &str) -> Option<&[u8]> {
        let mut values = self.get_all(name).iter();
        let first = values.next()?;
        // Of two values, whoever stands before us may have believed the other.
        values.next().is_none().then(|| first.as_bytes())
    }
}

fn check_types(known: &Known<'_>) -> Result<(), Response<Answer>> {
    const JSON: &[u8] = b"application/json";
    let kind = known.content_type.and_then(|kind| kind.as_bytes().get(..JSON.len()));
    if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case(JSON)) {
        let words = "Content-Type must be application/json";
        return Err(answer::words(StatusCode::UNSUPPORTED_MEDIA_TYPE, words));
    }
    if !known.accept.json {
        let words = "Accept must name application/json and text/event-stream";
        return Err(answer::words(StatusCode::NOT_ACCEPTABLE, words));
    }
    Ok(())
}

/// Reads a whole body of at most `limit` bytes. One that comes in one piece, as nearly all do, is not
/// copied.
///
/// # Errors
/// 413 if there is more, 400 if it breaks off.
pub(super) async fn read<B>(body: B, announced: Option<&str>, limit: usize) -> Result<Bytes, Response<Answer>>
where
    B: Body<Data = Bytes>,
    B::Error: std::fmt::Display,
{
    let too_large = || {
        let words = format!("the message is larger than {limit} bytes");
        answer::words(StatusCode::PAYLOAD_TOO_LARGE, &words)
    };
    let announced = announced.and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut body = pin!(body);
    let (mut first, mut whole) = (Bytes::new(), Vec::new());
    while !body.is_end_stream()
        && let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await
    {
        let frame = frame.map_err(|error| {
            answer::words(StatusCode::BAD_REQUEST, &format!("the message broke off: {error}"))
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if first.len() + whole.len() + data.len() > limit {
            return Err(too_large());
        }
        if first.is_empty() && whole.is_empty() {
            first = data;
            continue;
        }
        if whole.is_empty() {
            // A long message is not copied again and again as it grows.
            whole.reserve(announced.unwrap_or_default());
        }
        whole.extend_from_slice(&std::mem::take(&mut first));
        whole.extend_from_slice(&data);
    }
    Ok(if whole.is_empty() { first } else { whole.into() })
}
