//! A peer that stays connected: stdio, memory, HTTP+SSE. Both eras at once, decided per request.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::Context as Polling;

use super::answer;
use super::batch;
use super::call::Call;
use super::client_info::ClientInfo;
use super::core::Core;
use super::dispatch::Step;
use super::era;
use super::in_flight::InFlight;
use super::sender::Sender;
use super::session::{Live, Session, random_session};
use super::task::Owner;
use crate::protocol::jsonrpc::{self, Malformed, Message, Notification, Request};
use crate::protocol::meta;
use crate::protocol::method::{Method, Notice};
use crate::protocol::params::{CancelledParams, decode, malformed};
use crate::protocol::version::Version;
use crate::transport::{Accepted, Caller, Conversation, Reply, Running, Wire};

/// What is known of one peer.
pub(crate) struct Connection {
    core: Arc<Core>,
    wire: Wire,
    caller: Caller,
    /// Opened by `initialize`, if the peer is of that era.
    session: Mutex<Option<Arc<Session>>>,
    calls: InFlight,
    live: Live,
}

impl Connection {
    pub(crate) fn new(core: Arc<Core>, wire: Wire, caller: Caller) -> Self {
        Self {
            core,
            wire,
            caller,
            session: Mutex::default(),
            calls: InFlight::default(),
            live: Live::default(),
        }
    }

    fn session(&self) -> Option<Arc<Session>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn request(&self, request: &Request<'_>, cx: &mut Polling<'_>) -> Accepted {
        let session = self.session();
        let version = session.as_ref().map_or(Version::LATEST, |session| session.version);
        let refuse = |error| Accepted::Answer(answer::error(Some(&request.id), version, &error));
        if let Err(error) = self.calls.admit(&request.id) {
            return refuse(error);
        }
        let meta = match era::meta_of(request) {
            Ok(meta) => meta,
            Err(error) => return refuse(error),
        };
        let permit = match self.core.permit() {
            Ok(permit) => permit,
            Err(error) => return refuse(error),
        };
        let is_modern = era::is_modern(request, meta.as_deref());
        if is_modern && self.wire == Wire::HttpSse {
            return refuse(era::not_over_sse(meta.as_deref()));
        }
        let sender = Sender { caller: &self.caller, fields: None };
        let step = if request.method.as_str() == Method::Initialize.as_str() {
            return Accepted::Answer(self.initialize(request));
        } else if is_modern {
            era::modern(&self.core, request, meta.as_deref(), sender)
        } else if let Some(session) = &session {
            era::legacy(&self.core, request, meta.as_deref(), session, sender, || Ok(self.live.clone()))
        } else if request.method.as_str() == Method::Ping.as_str() {
            let reply = answer::result(&request.id, Version::LATEST_LEGACY, self.core.tail(), None, |_| {});
            return Accepted::Answer(reply);
        } else {
            return Accepted::Answer(stranger(request));
        };
        match step {
            Step::Reply(reply) => Accepted::Answer(reply),
            Step::Listen(subscription) => {
                let entry = self.calls.enter(subscription.context());
                subscription.start(Some((self.wire, entry)))
            }
            Step::Work(context, work) => {
                let core = Arc::clone(&self.core);
                Call::start(core, permit, context, work, &request.params, cx, |context| {
                    Some(self.calls.enter(context))
                })
            }
        }
    }

    fn initialize(&self, request: &Request<'_>) -> Reply {
        let (version, params) = match era::initialize(request) {
            Ok(known) => known,
            Err(error) => return answer::error(Some(&request.id), Version::LATEST_LEGACY, &error),
        };
        tracing::info!(client = params.client_info.name, %version, wire = self.wire.as_str(), "a client has connected");
        let key = random_session().ok();
        let session = Session {
            key,
            version,
            client: ClientInfo::known(params.client_info, params.capabilities, version),
            live: Some(self.live.clone()),
            place: None,
        };
        self.live.interest.add_lists();
        self.live.interest.add_all_of(Owner::of_session(key));
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(session));
        let result = self.core.initialize_result(version, &self.caller);
        answer::result(&request.id, version, self.core.tail(), None, answer::members(&result))
    }

    fn notification(&self, notification: &Notification<'_>) {
        if notification.method.as_str() != Notice::Cancelled.as_str() {
            return;
        }
        match decode::<CancelledParams<'_>>(notification.params) {
            Ok(params) => {
                let reason = params.reason.as_ref().map(jsonrpc::Text::as_str);
                let found = self.calls.cancel(&params.request_id);
                tracing::debug!(id = %params.request_id, reason, found, "a call was cancelled");
            }
            Err(error) => tracing::debug!(%error, "a cancellation could not be read"),
        }
    }
}

/// A peer that neither has opened a session nor says which revision it speaks.
fn stranger(request: &Request<'_>) -> Reply {
    let error = malformed(
        &meta::pointer(meta::PROTOCOL_VERSION),
        format_args!("missing field `{}`, and no `initialize` came before", meta::PROTOCOL_VERSION),
    )
    .with_suggestion("begin with `initialize`, or name the revision in every request's `_meta`");
    answer::error(Some(&request.id), Version::LATEST, &error)
}

impl Conversation for Connection {
    fn accept(&self, message: &[u8], cx: &mut Polling<'_>) -> Accepted {
        let limits = &self.core.limits;
        if batch::is_one(message) {
            let version = self.session().map_or(Version::LATEST, |session| session.version);
            return batch::accept(message, version, limits, cx, |message, cx| self.take(message, cx));
        }
        self.take(jsonrpc::parse(message, limits.depth), cx)
    }

    /// Reads all of them before it answers the first. The code that reads and the code that answers have
    /// room in the processor's cache one at a time, and not together: to go from one to the other at each
    /// message missed it 200 times more.
    fn accept_all(&self, messages: &[&[u8]], cx: &mut Polling<'_>, take: &mut dyn FnMut(Accepted)) {
        let depth = self.core.limits.depth;
        let messages = messages.iter().filter(|message| !message.is_empty());
        let read = |&message| (message, (!batch::is_one(message)).then(|| jsonrpc::parse(message, depth)));
        let all: Vec<_> = messages.map(read).collect();
        for (message, read) in all {
            take(match read {
                Some(message) => self.take(message, cx),
                None => self.accept(message, cx),
            });
        }
    }

    fn listen(&self) -> Running {
        super::listener::running(&self.core, &self.caller, self.live.interest.clone(), Version::LATEST_LEGACY)
    }
}

impl Connection {
    fn take(&self, message: Result<Message<'_>, Malformed>, cx: &mut Polling<'_>) -> Accepted {
        match message {
            Ok(Message::Request(request)) => self.request(&request, cx),
            Ok(Message::Notification(notification)) => {
                self.notification(&notification);
                Accepted::Nothing
            }
            Ok(Message::Response(response)) => {
                if !self.calls.answer(&response) {
                    tracing::debug!(id = %response.id, "an answer that nobody waits for");
                }
                Accepted::Nothing
            }
            Err(Malformed { id, error }) => {
                let version = self.session().map_or(Version::LATEST, |session| session.version);
                Accepted::Answer(answer::error(id.as_ref(), version, &error))
            }
        }
    }
}
