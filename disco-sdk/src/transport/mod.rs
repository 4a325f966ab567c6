//! Bytes on one side, messages on the other. Knows nothing of tools.
//!
//! A transport hands every message to an [`Endpoint`] and polls what comes back: an answer at once, or
//! a [`Running`] call that may speak before it answers.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::protocol::Version;

mod access;
mod caller;
mod calls;
#[cfg(feature = "http")]
pub mod http;
mod limits;
pub mod line;
mod on_disconnect;
#[cfg(feature = "server")]
pub(crate) mod process;
#[cfg(feature = "server")]
mod signal;
#[cfg(feature = "stdio")]
pub mod stdio;
mod stop;

pub use access::Access;
#[cfg(feature = "http")]
pub(crate) use access::{ALLOWED_HOSTS, ALLOWED_ORIGINS};
pub use caller::{Caller, Identified, RequestParts};
pub use limits::Limits;
pub use on_disconnect::OnDisconnect;
#[cfg(feature = "server")]
pub(crate) use stop::Said;
pub use stop::Stop;

/// Something that takes its time.
pub type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The server, as a transport of lasting connections sees it.
pub trait Connect: Send + Sync + 'static {
    /// Who sends a request, or is at the other end of a connection.
    fn identify(&self, parts: &RequestParts<'_>) -> Identified;

    /// A peer that stays: one process on stdio, one pair in memory, one HTTP+SSE stream.
    fn connect(self: Arc<Self>, wire: Wire, caller: Caller) -> Arc<dyn Conversation>;

    /// The bounds that this server keeps.
    fn limits(&self) -> &Limits;
}

/// The server, as HTTP sees it too. Apart, so that a program on stdio does not have the code of it.
pub trait Endpoint: Connect {
    /// One HTTP request, which stands alone or names the session it belongs to.
    fn exchange(&self, body: &[u8], head: &Head<'_>, cx: &mut Context<'_>) -> Accepted;

    /// The stream on which an old-era session hears what belongs to no request.
    ///
    /// # Errors
    /// The refusal to answer with, if there is no such session.
    fn listen(&self, head: &Head<'_>) -> Result<Running, Reply>;

    /// Asks whether the session that a request names was ended elsewhere. `None`: nobody would know.
    fn admit(&self, head: &Head<'_>) -> Option<Later<Result<(), Reply>>>;

    /// The revision of the old-era session that a request names.
    ///
    /// # Errors
    /// The refusal to answer with, if there is no such session.
    fn session(&self, head: &Head<'_>) -> Result<Version, Reply>;

    /// Ends an old-era session.
    fn end_session(&self, head: &Head<'_>) -> Later<Result<(), Reply>>;

    /// What becomes of a call whose client goes away.
    fn on_disconnect(&self) -> OnDisconnect;

    /// Who may reach it over HTTP.
    fn access(&self) -> &Access;
}

/// A peer that stays connected.
pub trait Conversation: Send + Sync + 'static {
    /// Takes one message; a handler that it starts is polled once, here.
    fn accept(&self, message: &[u8], cx: &mut Context<'_>) -> Accepted;

    /// Takes messages that have come together, in order, and tells `taker` what becomes of each. An empty one
    /// is none.
    fn accept_all(&self, messages: &[&[u8]], taker: &mut dyn Taker) {
        for message in messages.iter().filter(|message| !message.is_empty()) {
            let accepted = self.accept(message, &mut Context::from_waker(taker.waker()));
            taker.take(accepted);
        }
    }

    /// What the server says that belongs to no request.
    fn listen(&self) -> Running;
}

/// Takes what becomes of messages.
pub trait Taker {
    /// Wakes the next call that it takes, if that goes on: a handler is polled with it from the beginning.
    fn waker(&self) -> &Waker;

    /// Takes what has become of one message.
    fn take(&mut self, accepted: Accepted);
}

/// What a lasting connection runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Standard input and output, or anything like them.
    Stdio,
    /// The two-endpoint transport of the first revision.
    HttpSse,
    /// One process, for tests.
    Memory,
}

impl Wire {
    /// Its name, for the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::HttpSse => "http+sse",
            Self::Memory => "memory",
        }
    }
}

/// What an HTTP request says in its headers.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// `Mcp-Session-Id`
    pub session: Option<&'a str>,
    /// `MCP-Protocol-Version`
    pub version: Option<&'a str>,
    /// `Mcp-Method`
    pub method: Option<&'a str>,
    /// `Mcp-Name`
    pub name: Option<&'a str>,
    /// All of them.
    pub fields: &'a dyn Fields,
    /// Who sends it.
    pub caller: &'a Caller,
    /// Whether `Accept` allows a stream of events: without one the client cannot be asked anything.
    pub takes_events: bool,
}

/// The headers of an HTTP request.
pub trait Fields: std::fmt::Debug + Sync {
    /// The bytes of the header of this name, which is written in lower case.
    fn field(&self, name: &str) -> Option<&[u8]>;
}

/// What became of a message.
#[derive(Debug)]
pub enum Accepted {
    /// It wants no answer.
    Nothing,
    /// It is answered.
    Answer(Reply),
    /// It is being worked on.
    Running(Running),
}

/// One answer.
#[derive(Debug, Default)]
pub struct Reply {
    /// The JSON-RPC message.
    pub body: Vec<u8>,
    /// How HTTP should say it.
    pub status: Status,
    /// The session that this answer opens (`Mcp-Session-Id`).
    pub session: Option<String>,
}

/// The HTTP status of an answer. Other transports have no use for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// 200
    #[default]
    Ok,
    /// 400
    BadRequest,
    /// 401
    Unauthorized,
    /// 403
    Forbidden,
    /// 404
    NotFound,
    /// 421
    Elsewhere,
    /// 503
    Busy,
}

/// What a call under way has to say.
#[derive(Debug)]
pub enum Event {
    /// A message before the answer: progress, a log line, a question.
    Speak(Vec<u8>),
    /// Where the client can come back for the rest, its connection may end now; it should come back after
    /// this time.
    Pause(Duration),
    /// The answer; nothing follows.
    Answer(Reply),
    /// There will be no answer: the call was cancelled, or the stream has ended.
    Gone,
}

impl Event {
    /// Its message, if it has one.
    #[must_use]
    pub fn into_message(self) -> Option<Vec<u8>> {
        match self {
            Self::Speak(message) => Some(message),
            Self::Answer(reply) => Some(reply.body),
            Self::Pause(_) | Self::Gone => None,
        }
    }
}

/// Something that can be polled for its next [`Event`].
pub trait Answering: Send {
    /// The next event. Not to be polled after [`Event::Answer`] or [`Event::Gone`].
    fn poll_event(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Event>;

    /// The next event of what has finished already and only has to be read; `None` while it goes on.
    #[must_use]
    fn read_finished(self: Pin<&mut Self>) -> Option<Event> {
        None
    }

    /// The transport is about to end. A call is let finish; what would last for ever has to end soon.
    fn wind_down(self: Pin<&mut Self>) {}
}

/// A call under way. Dropping it cancels it.
pub struct Running {
    inner: Pin<Box<dyn Answering>>,
    version: Version,
    is_lasting: bool,
    is_waiting: bool,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("version", &self.version).finish_non_exhaustive()
    }
}

impl Running {
    pub(crate) fn new(answering: impl Answering + 'static, version: Version) -> Self {
        let inner = Box::pin(answering);
        Self { inner, version, is_lasting: false, is_waiting: false }
    }

    /// The same that was polled already, and need not be again until its waker is woken.
    pub(crate) fn waiting(self, is_waiting: bool) -> Self {
        Self { is_waiting, ..self }
    }

    /// Whether it was polled when it was accepted, and waits to be woken.
    pub(crate) fn is_waiting(&self) -> bool {
        self.is_waiting
    }

    /// Something that goes on until the client or the transport ends it.
    pub(crate) fn lasting(answering: impl Answering + 'static, version: Version) -> Self {
        Self { is_lasting: true, ..Self::new(answering, version) }
    }

    /// Whether it goes on until the client or the transport ends it.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        self.is_lasting
    }

    /// Says that the transport is about to end.
    pub fn wind_down(&mut self) {
        self.inner.as_mut().wind_down();
    }

    /// The revision that the call speaks.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The next event.
    pub fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        self.inner.as_mut().poll_event(cx)
    }

    /// The next event of what has finished already and only has to be read; `None` while it goes on.
    pub fn read_finished(&mut self) -> Option<Event> {
        self.inner.as_mut().read_finished()
    }

    /// The next event.
    pub async fn next(&mut self) -> Event {
        poll_fn(|cx| self.poll_event(cx)).await
    }
}
