//! Streams that a client of the old era can come back to (2025-11-25, basic/transports "resumability and
//! redelivery").
//!
//! A client that goes away cancels nothing. Its stream waits for it, in this process, for as long as
//! [`Limits::replay`]; the call behind it goes on meanwhile. `Last-Event-ID` names the stream and the
//! event that was seen last.

mod stream;
mod window;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, Response, StatusCode};
use tokio::time::timeout;

pub(super) use stream::Attached;
use stream::Stream;

use super::kept::Kept;
use super::{Answer, Shared, answer};
use crate::protocol::version::Version;
use crate::transport::process::{PROCESS_NAME, process, unguessable};
use crate::transport::{Event, Head, Limits, OnDisconnect};

/// The header that names the last event that was seen.
pub(super) const LAST_EVENT_ID: &str = "last-event-id";

/// All streams that clients can come back to. Cheap to clone.
#[derive(Clone)]
pub(super) struct Streams(Arc<Inner>);

struct Inner {
    limits: Limits,
    on_disconnect: OnDisconnect,
    /// How much all of them keep, in bytes.
    bytes: Arc<AtomicUsize>,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    by_name: HashMap<String, Arc<Stream>>,
    /// Those that wait for their clients, in the order in which these went away.
    waiting: VecDeque<(String, u64)>,
}

impl Streams {
    pub(super) fn new(limits: &Limits, on_disconnect: OnDisconnect) -> Self {
        let inner =
            Inner { limits: limits.clone(), on_disconnect, bytes: Arc::default(), table: Mutex::default() };
        Self(Arc::new(inner))
    }

    /// Begins a stream that the client of `session` can come back to. `first` has been said already.
    ///
    /// # Errors
    /// 500 when the system has no random numbers.
    pub(super) fn begin(
        &self,
        call: Kept,
        version: Version,
        session: &str,
        first: Option<Event>,
    ) -> Result<Attached, Response<Answer>> {
        let words = "no random numbers";
        let name = unguessable().ok_or_else(|| answer::words(StatusCode::INTERNAL_SERVER_ERROR, words))?;
        let stream = Arc::new(Stream::new(name.clone(), session, version, call.into_running(), self));
        lock(&self.0.table).by_name.insert(name, Arc::clone(&stream));
        Ok(Attached::first(stream, first, self.clone()))
    }

    /// Goes on with a stream, behind the event that the client has seen last.
    fn find(&self, id: &str, session: &str) -> Result<Attached, Lost> {
        let (place, seen) = id.rsplit_once('.').ok_or(Lost::Misspelt)?;
        let (home, name) = place.split_once('.').ok_or(Lost::Misspelt)?;
        let seen: u64 = seen.parse().map_err(|_| Lost::Misspelt)?;
        if home != process() {
            return Err(if home.len() == PROCESS_NAME { Lost::Elsewhere } else { Lost::Misspelt });
        }
        let stream = lock(&self.0.table).by_name.get(name).cloned();
        let stream = stream.filter(|stream| stream.is_of(session)).ok_or(Lost::Unknown)?;
        let attached = Attached::after(stream, seen, self.clone()).ok_or(Lost::Unknown)?;
        lock(&self.0.table).waiting.retain(|(waiting, _)| waiting != name);
        Ok(attached)
    }

    /// Has a stream wait for its client. Beyond the bound, those wait no longer that have waited longest.
    fn wait(&self, stream: Arc<Stream>, turn: u64) {
        let inner = &self.0;
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return self.forget(&stream);
        };
        let mut table = lock(&inner.table);
        table.waiting.push_back((stream.name().to_owned(), turn));
        let mut dropped = Vec::new();
        while table.waiting.len() > inner.limits.replay_streams {
            let Some((name, turn)) = table.waiting.pop_front() else {
                break;
            };
            if table.by_name.get(&name).is_some_and(|stream| stream.turn() == turn) {
                dropped.extend(table.by_name.remove(&name));
            }
        }
        drop(table);
        for stream in dropped {
            stream.close();
        }
        let streams = self.clone();
        runtime.spawn(async move {
            // It comes back when the client does.
            let waited = timeout(streams.0.limits.replay, stream.work_on(turn));
            if waited.await.is_err() && stream.turn() == turn {
                streams.forget(&stream);
            }
        });
    }

    /// Nobody can come back to this stream any more; what still works on it is cancelled.
    fn forget(&self, stream: &Stream) {
        let mut table = lock(&self.0.table);
        table.by_name.remove(stream.name());
        table.waiting.retain(|(name, _)| name != stream.name());
        drop(table);
        stream.close();
    }
}

/// Why a client cannot come back.
enum Lost {
    Misspelt,
    Elsewhere,
    Unknown,
}

/// The rest of the stream that `Last-Event-ID` names; `None` if there is no such header.
///
/// # Errors
/// 404 without the session, 421 if another replica has the stream, 400 if nobody has.
pub(super) fn resume(
    shared: &Shared,
    headers: &HeaderMap,
    head: &Head<'_>,
) -> Option<Result<Attached, Response<Answer>>> {
    let id = headers.get(LAST_EVENT_ID)?.to_str().unwrap_or("?");
    if id.is_empty() {
        return None;
    }
    if let Err(reply) = shared.endpoint.session(head) {
        return Some(Err(answer::reply(reply)));
    }
    let found = shared.resumable.find(id, head.session.unwrap_or_default());
    Some(found.map_err(|lost| match lost {
        Lost::Misspelt => {
            answer::words(StatusCode::BAD_REQUEST, "Last-Event-ID is not the id of an event of this server")
        }
        Lost::Unknown => answer::words(
            StatusCode::BAD_REQUEST,
            "Last-Event-ID names no stream of this session that is still kept: open another without it",
        ),
        Lost::Elsewhere => answer::words(
            StatusCode::MISDIRECTED_REQUEST,
            "the stream of Last-Event-ID is kept by another replica of this server, or was before a restart: \
             route the requests of a session to one replica (sticky routing), or open another without it",
        ),
    }))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The id of an event: where it is kept, the name of its stream, and its number in it.
fn event_id(name: &str, number: u64) -> String {
    format!("{}.{name}.{number}", process())
}
