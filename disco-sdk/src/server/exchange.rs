//! One HTTP request: alone in the modern era, in a sealed session or without one in the old.

use std::sync::Arc;
use std::task::Context as Polling;

use super::answer;
use super::ask::direct;
use super::batch;
use super::call::Call;
use super::client_info::ClientInfo;
use super::core::Core;
use super::dispatch::Step;
use super::elsewhere;
use super::era;
use super::listener;
use super::mirror;
use super::sender::Sender;
use super::session::{Live, Place, Session};
use super::task::Owner;
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::jsonrpc::{self, Malformed, Message, Notification, Request, Response};
use crate::protocol::members::Params;
use crate::protocol::method::{Method, Notice};
use crate::protocol::params::{CancelledParams, decode};
use crate::protocol::version::{Feature, Version};
use crate::transport::{Accepted, Caller, Head, Reply, Running, Status};

/// Why another replica does not keep anything for a session.
const OPENED: &str = "the session was opened";

/// Answers one HTTP request, or starts the handler that will.
pub(crate) fn exchange(core: &Arc<Core>, body: &[u8], head: &Head<'_>, cx: &mut Polling<'_>) -> Accepted {
    if batch::is_one(body) {
        let session = match resumed(core, head) {
            Ok(session) => session.unwrap_or_else(|| sessionless(head)),
            Err(reply) => return Accepted::Answer(reply),
        };
        return batch::accept(body, session.version, &core.limits, cx, |message, cx| {
            take(core, message, head, cx)
        });
    }
    let last = core.last_client.look();
    take(core, jsonrpc::parse_after(Some(last.meta()), body, core.limits.depth), head, cx)
}

fn take(
    core: &Arc<Core>,
    message: Result<Message<'_>, Malformed>,
    head: &Head<'_>,
    cx: &mut Polling<'_>,
) -> Accepted {
    let outcome = match message {
        Ok(Message::Request(request)) => take_request(core, &request, head, cx),
        Ok(Message::Notification(notification)) => take_notification(core, &notification, head),
        Ok(Message::Response(response)) => take_response(core, &response, head),
        Err(Malformed { id, error }) => Err(answer::error(id.as_ref(), spoken(core, head), &error)),
    };
    outcome.unwrap_or_else(Accepted::Answer)
}

/// The revision of whoever sends what cannot be read: that of the session, or else of the header.
fn spoken(core: &Core, head: &Head<'_>) -> Version {
    let session = resumed(core, head).ok().flatten().map(|session| session.version);
    session.or_else(|| head.version?.parse().ok()).unwrap_or(Version::LATEST)
}

fn take_request(
    core: &Arc<Core>,
    request: &Request<'_>,
    head: &Head<'_>,
    cx: &mut Polling<'_>,
) -> Result<Accepted, Reply> {
    let named = head.version.map(str::parse::<Version>);
    let spoken = named.and_then(Result::ok).unwrap_or(Version::LATEST_LEGACY);
    let refuse = |error: Error| answer::error(Some(&request.id), spoken, &error);
    let meta = era::meta_of(request).map_err(refuse)?;
    core.check_room().map_err(refuse)?;
    let is_modern = era::is_modern(request, meta.as_deref())
        || matches!(named, Some(Ok(version)) if !version.is_legacy());
    if is_modern {
        let mirrored = mirror::check(request, meta.as_deref(), head);
        mirrored.map_err(|error| answer::error(Some(&request.id), Version::LATEST, &error))?;
        let step = era::modern(core, request, meta.as_deref(), Sender::of(head));
        return Ok(run(core, step, &request.params, cx, None));
    }
    if let Some(Err(_)) = named {
        let error = era::unsupported(head.version.unwrap_or_default());
        return Err(answer::error(Some(&request.id), Version::LATEST, &error));
    }
    if request.method.as_str() == Method::Initialize.as_str() {
        return Ok(Accepted::Answer(initialize(core, request, head.caller)));
    }
    let mut session = resumed(core, head)?.unwrap_or_else(|| sessionless(head));
    if !head.takes_events {
        // There is no stream on which it could be asked anything.
        session.client = ClientInfo::default();
    }
    let admitted = session.calls().map_or(Ok(()), |calls| calls.admit(&request.id));
    admitted.map_err(|error| answer::error(Some(&request.id), session.version, &error))?;
    let keep = || match &session.place {
        Some(place) if place.is_home => Ok(core.sessions.keep(place)),
        Some(_) => Err(elsewhere::error(OPENED)),
        None => Err(Error::protocol(ErrorCode::INVALID_REQUEST, "there is no session to keep this for")
            .with_suggestion("begin with `initialize`, and send the `Mcp-Session-Id` of its answer")),
    };
    let step = match era::legacy(core, request, meta.as_deref(), &session, Sender::of(head), keep) {
        Step::Reply(reply) if session.is_away() && era::is_kept(request) => {
            Step::Reply(Reply { status: Status::Elsewhere, ..reply })
        }
        step => step,
    };
    Ok(run(core, step, &request.params, cx, session.place.as_ref()))
}

fn run(
    core: &Arc<Core>,
    step: Step,
    params: &Params<'_>,
    cx: &mut Polling<'_>,
    session: Option<&Place>,
) -> Accepted {
    match step {
        Step::Reply(reply) => Accepted::Answer(reply),
        Step::Listen(subscription) => subscription.start(None),
        Step::Work(context, work) => {
            let sessions = &core.sessions;
            let enter = |context: &_| Some(sessions.keep(session?).calls.enter(context));
            Call::start(context, work, params, cx, enter)
        }
    }
}

/// Opens an old-era session.
fn initialize(core: &Core, request: &Request<'_>, caller: &Caller) -> Reply {
    let opened = era::initialize(request).and_then(|(version, params)| {
        tracing::info!(client = params.client_info.name, %version, wire = "http", "a client has connected");
        Ok((version, core.sessions.open(version, &params, caller)?))
    });
    match opened {
        Ok((version, token)) => {
            let result = core.initialize_result(version, caller);
            Reply {
                session: Some(token),
                ..answer::result(&request.id, version, core.tail(), None, answer::members(&result))
            }
        }
        Err(error) => answer::error(Some(&request.id), Version::LATEST_LEGACY, &error),
    }
}

/// The session that the request names; `None` if it names none.
///
/// # Errors
/// 404 if the session is unknown, expired or ended: the client has to `initialize` again. 400 if the
/// request says that it speaks another revision than the session (2025-06-18, basic/transports "protocol
/// version header").
pub(crate) fn resumed(core: &Core, head: &Head<'_>) -> Result<Option<Session>, Reply> {
    let named = head.version.map(str::parse::<Version>);
    if let (Some(Err(_)), Some(named)) = (named, head.version) {
        return Err(answer::error(None, Version::LATEST_LEGACY, &era::unsupported(named)));
    }
    let Some(token) = head.session else {
        return Ok(None);
    };
    let session = core.sessions.resume(token, head.caller).ok_or_else(no_session)?;
    match named {
        Some(Ok(named)) if named != session.version && session.version.has(Feature::VersionHeader) => {
            let words = format!(
                "MCP-Protocol-Version is {named}, but the session was opened in {}: send that, or `initialize` again",
                session.version
            );
            let error = Error::protocol(ErrorCode::INVALID_REQUEST, words);
            Err(answer::error(None, session.version, &error))
        }
        _ => Ok(Some(session)),
    }
}

/// 404
pub(crate) fn no_session() -> Reply {
    let words = "the session is unknown, has expired or was ended";
    let error =
        Error::protocol(ErrorCode::SESSION_NOT_FOUND, words).with_suggestion("begin again with `initialize`");
    Reply { status: Status::NotFound, ..answer::error(None, Version::LATEST_LEGACY, &error) }
}

/// Whoever sends old-era requests without a session is served them one by one.
fn sessionless(head: &Head<'_>) -> Session {
    let named = head.version.and_then(|version| version.parse().ok());
    Session {
        key: None,
        version: named.unwrap_or(Version::ASSUMED_OVER_HTTP),
        client: ClientInfo::default(),
        live: None,
        place: None,
    }
}

/// The stream on which a session hears what belongs to no request.
pub(crate) fn listen(core: &Core, head: &Head<'_>) -> Result<Running, Reply> {
    let session = resumed(core, head)?.unwrap_or_else(|| sessionless(head));
    let version = session.version;
    match &session.place {
        Some(place) if place.is_home => {
            let live = core.sessions.keep(place);
            live.interest.add_all_of(Owner::of_session(session.key));
            Ok(listener::of_session(core, head.caller, live, version))
        }
        Some(_) => Err(elsewhere::reply(None, version, OPENED)),
        None => Ok(listener::of_session(core, head.caller, Live::default(), version)),
    }
}

/// Hands an answer to the call that has asked; that has to be in this process.
fn take_response(core: &Core, response: &Response<'_>, head: &Head<'_>) -> Result<Accepted, Reply> {
    let session = resumed(core, head)?;
    let found = session.as_ref().and_then(Session::calls).is_some_and(|calls| calls.answer(response));
    if !found && direct::is_foreign(&response.id) {
        return Err(elsewhere::reply(None, Version::LATEST_LEGACY, "the question was asked"));
    }
    if !found {
        tracing::debug!(id = %response.id, "an answer that nobody waits for");
    }
    Ok(Accepted::Nothing)
}

fn take_notification(
    core: &Core,
    notification: &Notification<'_>,
    head: &Head<'_>,
) -> Result<Accepted, Reply> {
    let session = resumed(core, head)?;
    if notification.method.as_str() == Notice::Cancelled.as_str()
        && let Some(session) = session
        && let Ok(params) = decode::<CancelledParams<'_>>(notification.params)
    {
        let calls = session.calls();
        let found = calls.is_some_and(|calls| calls.cancel(&params.request_id));
        tracing::debug!(id = %params.request_id, found, "a call was cancelled");
        let has_ended = || calls.is_some_and(|calls| calls.has_ended(&params.request_id));
        if !found && core.has_replicas && !has_ended() {
            let what =
                format!("the call {} is not under way here: it was answered, or is made", params.request_id);
            return Err(elsewhere::reply(None, session.version, &what));
        }
    }
    Ok(Accepted::Nothing)
}
