//! One HTTP request: alone in the modern era, in a sealed session or without one in the old.

use std::sync::Arc;
use std::task::Context as Polling;

use serde_json::value::RawValue;

use super::answer;
use super::ask::direct;
use super::call::Call;
use super::client_info::ClientInfo;
use super::context::Context;
use super::core::Core;
use super::dispatch::Step;
use super::era;
use super::mirror;
use super::sender::Sender;
use super::session::{Live, Session};
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::jsonrpc::{self, Malformed, Message, Notification, Request, Response};
use crate::protocol::method::{Method, Notice};
use crate::protocol::params::{CancelledParams, decode};
use crate::protocol::version::Version;
use crate::transport::{Accepted, Caller, Head, Reply, Status};

/// Answers one HTTP request, or starts the handler that will.
pub(crate) fn exchange(core: &Arc<Core>, body: &[u8], head: &Head<'_>, cx: &mut Polling<'_>) -> Accepted {
    let outcome = match jsonrpc::parse(body, core.limits.depth) {
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
    let meta = era::meta_of(request)?;
    let permit = core.permit().map_err(|error| answer::error(Some(&request.id), Version::LATEST, &error))?;
    let named = head.version.map(str::parse::<Version>);
    let is_modern =
        era::is_modern(request, meta.as_ref()) || matches!(named, Some(Ok(version)) if !version.is_legacy());
    if is_modern {
        mirror::check(core, request, meta.as_ref(), head).map_err(|error| Reply {
            status: Status::BadRequest,
            ..answer::error(Some(&request.id), Version::LATEST, &error)
        })?;
        let step = era::modern(core, request, meta.as_ref(), Sender::of(head));
        return Ok(run(core, permit, step, request.params, cx, None));
    }
    if let Some(Err(_)) = named {
        let error = era::unsupported(head.version.unwrap_or_default());
        return Err(answer::error(Some(&request.id), Version::LATEST, &error));
    }
    if request.method.as_str() == Method::Initialize.as_str() {
        return Ok(Accepted::Answer(initialize(core, request, head.caller)));
    }
    let mut session = match resumed(core, head)? {
        Some(session) => session,
        None => sessionless(named.and_then(Result::ok)),
    };
    if !head.takes_events {
        // There is no stream on which it could be asked anything.
        session.client = ClientInfo::default();
    }
    let admitted = session.live.calls.admit(&request.id);
    admitted.map_err(|error| answer::error(Some(&request.id), session.version, &error))?;
    let keep = || head.session.map(|token| core.sessions.keep(token, head.caller));
    let step = era::legacy(core, request, meta.as_ref(), &session, Sender::of(head), keep);
    Ok(run(core, permit, step, request.params, cx, head.session))
}

fn run(
    core: &Arc<Core>,
    permit: super::core::Permit,
    step: Step,
    params: Option<&RawValue>,
    cx: &mut Polling<'_>,
    session: Option<&str>,
) -> Accepted {
    match step {
        Step::Reply(reply) => Accepted::Answer(reply),
        Step::Listen(subscription) => subscription.start(None),
        Step::Work(context, work) => {
            let sessions = &core.sessions;
            let enter =
                |context: &Context| Some(sessions.keep(session?, context.caller()).calls.enter(context));
            Call::start(Arc::clone(core), permit, context, work, params, cx, enter)
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
/// 404 if the session is unknown, expired or ended: the client has to `initialize` again.
pub(crate) fn resumed(core: &Core, head: &Head<'_>) -> Result<Option<Session>, Reply> {
    let Some(token) = head.session else {
        return Ok(None);
    };
    core.sessions.resume(token, head.caller).map(Some).ok_or_else(|| {
        let error =
            Error::protocol(ErrorCode::SESSION_NOT_FOUND, "the session is unknown, has expired or was ended")
                .with_suggestion("begin again with `initialize`");
        Reply { status: Status::NotFound, ..answer::error(None, Version::LATEST_LEGACY, &error) }
    })
}

/// Whoever sends old-era requests without a session is served them one by one.
fn sessionless(version: Option<Version>) -> Session {
    Session {
        key: None,
        version: version.unwrap_or(Version::ASSUMED_OVER_HTTP),
        client: ClientInfo::default(),
        live: Live::default(),
    }
}

/// Hands an answer to the call that has asked; that has to be in this process.
fn take_response(core: &Core, response: &Response<'_>, head: &Head<'_>) -> Result<Accepted, Reply> {
    let session = resumed(core, head)?;
    let found = session.is_some_and(|session| session.live.calls.answer(response));
    if !found && direct::is_foreign(&response.id) {
        let words = "the question was asked by another replica of this server, or before a restart";
        let error = Error::protocol(ErrorCode::INVALID_REQUEST, words)
            .with_suggestion("route the requests of a session to one replica (sticky routing)");
        return Err(answer::error(None, Version::LATEST_LEGACY, &error));
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
        let found = session.live.calls.cancel(&params.request_id);
        tracing::debug!(id = %params.request_id, found, "a call was cancelled");
    }
    Ok(Accepted::Nothing)
}
