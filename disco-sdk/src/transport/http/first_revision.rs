//! HTTP+SSE of 2024-11-05: answers come on a stream, messages go to the URI that it names first.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::extract::NestedPath;
use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri};
use http_body::Body;
use tokio::sync::mpsc;

use super::event_stream::{EventStream, Source};
use super::kept::Kept;
use super::known::Known;
use super::{Answer, MESSAGES_PATH, Shared, answer, post};
use crate::protocol::Version;
use crate::transport::process::unguessable;
use crate::transport::{Accepted, Answering, Caller, Conversation, Event, Running, Wire};

/// The open streams by the name that their messages carry.
#[derive(Clone, Default)]
pub(super) struct Streams(Arc<Mutex<HashMap<String, Peer>>>);

#[derive(Clone)]
struct Peer {
    /// Who has opened the stream; nobody else may send messages to it.
    caller: Caller,
    conversation: Arc<dyn Conversation>,
    answers: mpsc::Sender<Vec<u8>>,
}

impl Streams {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Peer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a stream has to say: the answers to messages that came elsewhere.
struct Answers {
    queue: mpsc::Receiver<Vec<u8>>,
    name: String,
    streams: Streams,
}

impl Answering for Answers {
    fn poll_event(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Event> {
        self.queue.poll_recv(cx).map(|message| message.map_or(Event::Gone, Event::Speak))
    }

    fn wind_down(mut self: Pin<&mut Self>) {
        self.queue.close();
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        self.streams.lock().remove(&self.name);
    }
}

/// Opens a stream; its first event says where messages go.
pub(super) fn get<B>(shared: &Shared, request: &Request<B>, caller: Caller) -> Response<Answer> {
    if !Known::of(request.headers()).accept.events {
        return answer::words(StatusCode::NOT_ACCEPTABLE, "Accept must name text/event-stream");
    }
    let permit = match shared.stream_permit() {
        Ok(permit) => permit,
        Err(refusal) => return refusal,
    };
    let Some(name) = unguessable() else {
        return answer::words(StatusCode::INTERNAL_SERVER_ERROR, "no random numbers");
    };
    let limits = shared.endpoint.limits();
    let (answers, queue) = mpsc::channel(limits.queued_messages.max(1));
    let conversation = Arc::clone(&shared.endpoint).connect(Wire::HttpSse, caller.clone());
    let streams = shared.first_revision.clone();
    tokio::spawn(drive(conversation.listen(), answers.clone()));
    streams.lock().insert(name.clone(), Peer { caller, conversation, answers });
    let first = format!("event: endpoint\ndata: {}?sessionId={name}\n\n", messages(request));
    // A stream that is closed takes its calls with it: there is no other way to their answers.
    let source = Running::lasting(Answers { queue, name, streams }, Version::LATEST);
    answer::events(EventStream::new(
        Source::Once(Kept::new(source, shared)),
        Bytes::from(first),
        shared,
        permit,
    ))
}

/// Where messages go, also if an outer router has cut the path short. Who wants to know how the path was before has
/// axum write it down for every request, which was a copy of the URI and an allocation for each call.
fn messages<B>(request: &Request<B>) -> String {
    let nested = request.extensions().get::<NestedPath>().map_or("", NestedPath::as_str);
    if nested.contains('{') {
        // What stood at its variables is not known here: from the stream's own URI it is the next one.
        return MESSAGES_PATH.trim_start_matches('/').to_owned();
    }
    format!("{}{MESSAGES_PATH}", nested.trim_end_matches('/'))
}

/// Takes a message; its answer goes out on the stream.
pub(super) async fn post<B>(shared: &Shared, request: Request<B>, caller: &Caller) -> Response<Answer>
where
    B: Body<Data = Bytes>,
    B::Error: std::fmt::Display,
{
    let peer = session_of(request.uri()).and_then(|name| shared.first_revision.lock().get(name).cloned());
    let Some(peer) = peer.filter(|peer| peer.caller.principal() == caller.principal()) else {
        let words = "sessionId names no open stream of this replica; begin with GET /sse, and route the \
                     messages to the replica that has the stream (sticky routing)";
        return answer::words(StatusCode::NOT_FOUND, words);
    };
    let (parts, body) = request.into_parts();
    let limit = shared.endpoint.limits().message_bytes;
    let message = match post::read(body, Known::of(&parts.headers).content_length, limit).await {
        Ok(message) => message,
        Err(refusal) => return refusal,
    };
    let accepted = std::future::poll_fn(|cx| Poll::Ready(peer.conversation.accept(&message, cx))).await;
    match accepted {
        Accepted::Nothing => {}
        Accepted::Answer(reply) => {
            if peer.answers.send(reply.body).await.is_err() {
                return answer::words(StatusCode::NOT_FOUND, "the stream has been closed");
            }
        }
        Accepted::Running(running) => {
            tokio::spawn(drive(running, peer.answers));
        }
    }
    answer::empty(StatusCode::ACCEPTED)
}

/// Sends what a call says to the stream, until it has answered or the stream is closed.
async fn drive(mut running: Running, answers: mpsc::Sender<Vec<u8>>) {
    loop {
        let event = tokio::select! {
            event = running.next() => event,
            () = answers.closed() => return,
        };
        let sent = match event {
            Event::Speak(message) => answers.send(message).await,
            Event::Answer(reply) => {
                let _ = answers.send(reply.body).await;
                return;
            }
            Event::Pause(_) => continue,
            Event::Gone => return,
        };
        if sent.is_err() {
            return;
        }
    }
}

fn session_of(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("sessionId="))
}
