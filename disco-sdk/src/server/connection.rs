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
use crate::error::Result;
use crate::protocol::jsonrpc::{self, Malformed, Message, Notification, Request};
use crate::protocol::meta;
use crate::protocol::method::{Method, Notice};
use crate::protocol::params::{CancelledParams, decode, malformed};
use crate::protocol::version::Version;
use crate::transport::{Accepted, Caller, Conversation, Reply, Running, Taker, Wire};

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

    /// Whether the id is free, and there is room for one more call.
    fn admit(&self, request: &Request<'_>) -> Result<()> {
        self.calls.admit(&request.id)?;
        self.core.check_room()
    }

    fn request(&self, request: &Request<'_>, cx: &mut Polling<'_>) -> Accepted {
        self.go_on(request, self.begin(request, self.session().as_deref()), cx)
    }

    /// Goes as far as the handler, which is not polled yet.
    fn begin(&self, request: &Request<'_>, session: Option<&Session>) -> Step {
        let version = session.map_or(Version::LATEST, |session| session.version);
        let refuse = |error| Step::Reply(answer::error(Some(&request.id), version, &error));
        if let Err(error) = self.admit(request) {
            return refuse(error);
        }
        let meta = match era::meta_of(request) {
            Ok(meta) => meta,
            Err(error) => return refuse(error),
        };
        let is_modern = era::is_modern(request, meta.as_deref());
        if is_modern && self.wire == Wire::HttpSse {
            return refuse(era::not_over_sse(meta.as_deref()));
        }
        let sender = Sender::over(self.wire, &self.caller);
        if request.method.as_str() == Method::Initialize.as_str() {
            Step::Reply(self.initialize(request))
        } else if is_modern {
            era::modern(&self.core, request, meta.as_deref(), sender)
        } else if let Some(session) = session {
            era::legacy(&self.core, request, meta.as_deref(), session, sender, || Ok(self.live.clone()))
        } else if request.method.as_str() == Method::Ping.as_str() {
            let reply = answer::result(&request.id, Version::LATEST_LEGACY, self.core.tail(), None, |_| {});
            Step::Reply(reply)
        } else {
            Step::Reply(stranger(request))
        }
    }

    /// Polls the handler, if there is one.
    fn go_on(&self, request: &Request<'_>, step: Step, cx: &mut Polling<'_>) -> Accepted {
        match step {
            Step::Reply(reply) => Accepted::Answer(reply),
            Step::Listen(subscription) => {
                let entry = self.calls.enter(subscription.context());
                subscription.start(Some((self.wire, entry)))
            }
            Step::Work(context, work) => {
                // Calls that came together may have taken the id, or the room, meanwhile.
                let admitted = self.admit(request);
                if let Err(error) = admitted {
                    return Accepted::Answer(answer::error(Some(&request.id), context.version(), &error));
                }
                let enter = |context: &_| Some(self.calls.enter(context));
                Call::start(context, work, &request.params, cx, enter)
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

/// Whether it is the kind of request that comes in numbers.
fn is_call(request: &Request<'_>) -> bool {
    request.method.as_str() == Method::CallTool.as_str()
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
        let last = self.core.last_client.look();
        self.take(jsonrpc::parse_after(Some(last.meta()), message, limits.depth), cx)
    }

    /// Reads all of them, then takes each call as far as its handler, then polls the handlers. What reads,
    /// what finds the handler and what answers have room in a core's cache one at a time, and not together:
    /// to go from one to the other at each message missed it 400 times a call.
    fn accept_all(&self, messages: &[&[u8]], taker: &mut dyn Taker) {
        let (depth, last) = (self.core.limits.depth, self.core.last_client.look());
        let messages = messages.iter().filter(|message| !message.is_empty());
        let parse = |message| jsonrpc::parse_after(Some(last.meta()), message, depth);
        let read = |&message| (message, (!batch::is_one(message)).then(|| parse(message)));
        let mut all = Vec::with_capacity(messages.clone().count());
        all.extend(messages.map(read));
        let mut begun = Vec::with_capacity(all.len());
        let mut session = self.session();
        for (message, read) in all {
            match read {
                Some(Ok(Message::Request(request))) if is_call(&request) => {
                    let step = self.begin(&request, session.as_deref());
                    begun.push((request, step));
                }
                read => {
                    // It may concern the calls before it.
                    self.go_on_with(&mut begun, taker);
                    let cx = &mut Polling::from_waker(taker.waker());
                    let accepted = match read {
                        Some(message) => self.take(message, cx),
                        None => self.accept(message, cx),
                    };
                    taker.take(accepted);
                    // It may have opened one.
                    session = self.session();
                }
            }
        }
        self.go_on_with(&mut begun, taker);
    }

    fn listen(&self) -> Running {
        super::listener::running(&self.core, &self.caller, self.live.interest.clone(), Version::LATEST_LEGACY)
    }
}

impl Connection {
    fn go_on_with(&self, begun: &mut Vec<(Request<'_>, Step)>, taker: &mut dyn Taker) {
        for (request, step) in begun.drain(..) {
            let accepted = self.go_on(&request, step, &mut Polling::from_waker(taker.waker()));
            taker.take(accepted);
        }
    }

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
