//! Which revision a request speaks, and in whose name: settled once, for every transport.

use std::borrow::Cow;
use std::sync::Arc;

use super::answer;
use super::core::{Core, modern_versions};
use super::dispatch::{Scope, Step, dispatch, method_not_found};
use super::sender::Sender;
use super::session::{Live, Session};
use super::task::Owner;
use crate::error::{Error, ErrorCode, Result, shortened};
use crate::protocol::jsonrpc::{Request, Text};
use crate::protocol::lifecycle::InitializeParams;
use crate::protocol::logging::LogLevel;
use crate::protocol::meta::{self, RequestMeta};
use crate::protocol::method::Method;
use crate::protocol::params::{SetLevelParams, UriParams, check_initialize, decode, malformed};
use crate::protocol::version::Version;

/// Whether a request belongs to the era without handshakes.
pub(crate) fn is_modern(request: &Request<'_>, meta: Option<&RequestMeta<'_>>) -> bool {
    meta.is_some_and(|meta| meta.protocol_version.is_some())
        || request.method.as_str() == Method::Discover.as_str()
}

/// What a request says beside its parameters.
///
/// # Errors
/// `-32602`: its `_meta` is no such thing.
pub(crate) fn meta_of<'r, 'a>(request: &'r Request<'a>) -> Result<Option<Cow<'r, RequestMeta<'a>>>> {
    request.params.meta()
}

/// The revision that a modern request names.
///
/// # Errors
/// `-32602` if it names none, `-32022` if it is not served.
pub(crate) fn modern_version(meta: Option<&RequestMeta<'_>>) -> Result<Version> {
    let named = meta.and_then(|meta| meta.protocol_version.as_ref());
    let named = named.ok_or_else(|| missing(meta::PROTOCOL_VERSION))?.as_str();
    match named.parse::<Version>() {
        Ok(version) if !version.is_legacy() => Ok(version),
        _ => Err(unsupported(named)),
    }
}

/// The revision is not served in this way.
pub(crate) fn unsupported(requested: &str) -> Error {
    let requested = shortened(requested);
    Error::protocol(
        ErrorCode::UNSUPPORTED_PROTOCOL_VERSION,
        format!("protocol revision {requested:?} is not served; earlier ones begin with `initialize`"),
    )
    .with_data("supported", modern_versions())
    .with_data("requested", requested)
}

/// The revision is served, but not over HTTP+SSE, which ended with the sessions.
pub(crate) fn not_over_sse(meta: Option<&RequestMeta<'_>>) -> Error {
    let named = meta.and_then(|meta| meta.protocol_version.as_ref());
    let requested = named.map_or(Version::LATEST.as_str(), Text::as_str);
    let legacy = Version::ALL.iter().filter(|version| version.is_legacy());
    Error::protocol(
        ErrorCode::UNSUPPORTED_PROTOCOL_VERSION,
        format!("protocol revision {requested:?} is not served over HTTP+SSE"),
    )
    .with_suggestion("send it to `/mcp`, or begin with `initialize` here")
    .with_data("supported", legacy.map(|version| version.as_str()).collect::<Vec<_>>())
    .with_data("requested", requested)
}

fn missing(key: &str) -> Error {
    malformed(&meta::pointer(key), format_args!("missing field `{key}`"))
}

/// Answers a request that says all it needs, or starts its handler.
pub(crate) fn modern(
    core: &Arc<Core>,
    request: &Request<'_>,
    meta: Option<&RequestMeta<'_>>,
    sender: Sender<'_>,
) -> Step {
    let bad = |error: &Error| Step::Reply(answer::error(Some(&request.id), Version::LATEST, error));
    let version = match modern_version(meta) {
        Ok(version) => version,
        Err(error) => return bad(&error),
    };
    let Some(method) = method_in(version, &request.method) else {
        return not_found(request, version);
    };
    let empty = RequestMeta::default();
    let meta = meta.unwrap_or(&empty);
    match modern_scope(core, version, meta, sender) {
        Ok(scope) => dispatch(core, method, request, meta, scope),
        Err(error) => bad(&error),
    }
}

fn modern_scope<'a>(
    core: &Core,
    version: Version,
    meta: &RequestMeta<'_>,
    sender: Sender<'a>,
) -> Result<Scope<'a>> {
    meta.client_capabilities.ok_or_else(|| missing(meta::CLIENT_CAPABILITIES))?;
    Ok(Scope {
        version,
        client: core.last_client.read(meta)?,
        log_level: meta.log_level.as_ref().map(log_level).transpose()?,
        owner: Owner::of_caller(sender.caller),
        sender,
    })
}

fn log_level(text: &Text<'_>) -> Result<LogLevel> {
    LogLevel::named(text.as_str()).ok_or_else(|| {
        let words = format!("{:?} is not a log level", shortened(text.as_str()));
        malformed(&meta::pointer(meta::LOG_LEVEL), words)
    })
}

/// Answers a request of an open session, or starts its handler. `live` keeps what has to be
/// remembered of the session, if there is one; it is asked only when there is such a thing.
pub(crate) fn legacy(
    core: &Arc<Core>,
    request: &Request<'_>,
    meta: Option<&RequestMeta<'_>>,
    session: &Session,
    sender: Sender<'_>,
    live: impl FnOnce() -> Result<Live>,
) -> Step {
    let version = session.version;
    let Some(method) = method_in(version, &request.method) else {
        return not_found(request, version);
    };
    if let Some(outcome) = remember(core, method, request, sender, live) {
        return Step::Reply(match outcome {
            Ok(()) => answer::result(&request.id, version, core.tail(), None, |_| {}),
            Err(error) => answer::error(Some(&request.id), version, &error),
        });
    }
    let scope = Scope {
        version,
        client: session.client.clone(),
        log_level: Some(session.log_level()),
        owner: Owner::of_session(session.key),
        sender,
    };
    dispatch(core, method, request, meta.unwrap_or(&RequestMeta::default()), scope)
}

/// Whether a request asks for something to be remembered in its session.
pub(crate) fn is_kept(request: &Request<'_>) -> bool {
    let kept = [Method::SetLogLevel, Method::SubscribeResource, Method::UnsubscribeResource];
    Method::named(request.method.as_str()).is_some_and(|method| kept.contains(&method))
}

/// Does what a request asks to be remembered in the session; `None`: this is no such request.
fn remember(
    core: &Core,
    method: Method,
    request: &Request<'_>,
    sender: Sender<'_>,
    live: impl FnOnce() -> Result<Live>,
) -> Option<Result<()>> {
    match method {
        Method::SetLogLevel => Some(decode(request.params.raw()).and_then(|SetLevelParams { level }| {
            live()?.set_log_level(level);
            Ok(())
        })),
        Method::SubscribeResource => Some(request.params.uri().and_then(|UriParams { uri, .. }| {
            let offer = core.registry.offer(sender.caller);
            let resource = offer.resource(uri.as_str());
            let resource = resource.ok_or_else(|| Error::resource_not_found(uri.as_str()))?;
            let watched = resource.is_watched().then_some(uri.as_str());
            core.notifier.watches().admit(watched.into_iter())?;
            live()?.interest.subscribe(uri.as_str(), core.limits.subscriptions)
        })),
        Method::UnsubscribeResource => Some(request.params.uri().and_then(|UriParams { uri, .. }| {
            live()?.interest.unsubscribe(uri.as_str());
            Ok(())
        })),
        _ => None,
    }
}

/// Reads an `initialize`: what the client is, and the revision that is spoken from here on. One that
/// this server does not speak is answered with the newest that it does.
pub(crate) fn initialize(request: &Request<'_>) -> Result<(Version, InitializeParams)> {
    let params = request.params.raw();
    check_initialize(params)?;
    let params: InitializeParams = decode(params)?;
    let asked = params.protocol_version.parse().ok();
    let version = asked.filter(|version: &Version| version.is_legacy()).unwrap_or(Version::LATEST_LEGACY);
    Ok((version, params))
}

fn method_in(version: Version, name: &Text<'_>) -> Option<Method> {
    Method::named(name.as_str()).filter(|method| method.is_in(version))
}

fn not_found(request: &Request<'_>, version: Version) -> Step {
    let error = method_not_found(request.method.as_str(), version);
    Step::Reply(answer::error(Some(&request.id), version, &error))
}
