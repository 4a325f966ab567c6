//! From a request to what answers it. Which revision it is was settled before.

use std::sync::{Arc, OnceLock};

use serde_json::value::RawValue;

use super::answer;
use super::ask::Asking;
use super::ask::direct::Direct;
use super::ask::rounds::{self, Retry};
use super::call::Work;
use super::client_info::ClientInfo;
use super::context::{CallState, Context};
use super::core::Core;
use super::outbox::Outbox;
use super::registry::List;
use super::subscription::Subscription;
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::completion::{CompleteParams, Completion, Reference};
use crate::protocol::jsonrpc::{Id, Request};
use crate::protocol::logging::LogLevel;
use crate::protocol::meta::RequestMeta;
use crate::protocol::method::Method;
use crate::protocol::params::{ListParams, NamedParams, UriParams, decode};
use crate::protocol::subscription::ListenParams;
use crate::protocol::version::{Feature, Version};
use crate::transport::{Reply, Stop};

/// In whose name a request is answered.
pub(crate) struct Scope {
    pub(crate) version: Version,
    pub(crate) client: ClientInfo,
    pub(crate) log_level: Option<LogLevel>,
}

/// What a request leads to.
pub(crate) enum Step {
    /// It is answered already.
    Reply(Reply),
    /// It stays open, for changes.
    Listen(Box<Subscription>),
    /// A handler works on it.
    Work(Context, Work),
}

/// Answers a request, or starts the handler that will. What belongs to the connection
/// (`initialize`, log levels, subscriptions) has been taken out before.
pub(crate) fn dispatch(
    core: &Arc<Core>,
    method: Method,
    request: &Request<'_>,
    meta: &RequestMeta<'_>,
    scope: Scope,
) -> Step {
    let version = scope.version;
    step(core, method, request, meta, scope)
        .unwrap_or_else(|error| Step::Reply(answer::error(Some(&request.id), version, &error)))
}

fn step(
    core: &Arc<Core>,
    method: Method,
    request: &Request<'_>,
    meta: &RequestMeta<'_>,
    scope: Scope,
) -> Result<Step> {
    let (id, version, params) = (&request.id, scope.version, request.params);
    match method {
        Method::ListTools => list(core, List::Tools, id, version, params),
        Method::ListResources => list(core, List::Resources, id, version, params),
        Method::ListResourceTemplates => list(core, List::Templates, id, version, params),
        Method::ListPrompts => list(core, List::Prompts, id, version, params),
        Method::CallTool => {
            let NamedParams { name, arguments, input_responses, request_state } = decode(params)?;
            let retry = Retry { answers: input_responses, state: request_state };
            let tool = core.registry.tool(name.as_str()).ok_or_else(|| {
                unknown(
                    "tool",
                    name.as_str(),
                    core.registry.tools().iter().map(|tool| tool.info().name.as_str()),
                )
            })?;
            let arguments = object(arguments)?;
            let context = asking(core, method, request, meta, scope, &retry)?;
            let work = Work::Tool {
                future: tool.call(&context, arguments),
                output_is_object: tool.output_is_object(),
            };
            Ok(Step::Work(context, work))
        }
        Method::ReadResource => {
            let UriParams { uri, input_responses, request_state } = decode(params)?;
            let retry = Retry { answers: input_responses, state: request_state };
            let resource = core.registry.resource(uri.as_str());
            let resource = resource.ok_or_else(|| Error::resource_not_found(uri.as_str()))?;
            let context = asking(core, method, request, meta, scope, &retry)?;
            let work = Work::Resource(resource.read(&context, uri.as_str()));
            Ok(Step::Work(context, work))
        }
        Method::GetPrompt => {
            let NamedParams { name, arguments, input_responses, request_state } = decode(params)?;
            let retry = Retry { answers: input_responses, state: request_state };
            let prompt = core.registry.prompt(name.as_str()).ok_or_else(|| {
                unknown(
                    "prompt",
                    name.as_str(),
                    core.registry.prompts().iter().map(|prompt| prompt.info().name.as_str()),
                )
            })?;
            let arguments = object(arguments)?;
            let context = asking(core, method, request, meta, scope, &retry)?;
            let work = Work::Prompt(prompt.get(&context, arguments));
            Ok(Step::Work(context, work))
        }
        Method::Complete => {
            let params: CompleteParams = decode(params)?;
            let context = context(core, request, meta, scope, Asking::Never, OnceLock::new())?;
            let work = complete(core, &context, params)?;
            Ok(Step::Work(context, work))
        }
        Method::Listen => {
            let ListenParams { notifications } = decode(params)?;
            let context = context(core, request, meta, scope, Asking::Never, OnceLock::new())?;
            let subscription = Subscription::open(core, context, notifications)?;
            Ok(Step::Listen(Box::new(subscription)))
        }
        Method::Ping => Ok(Step::Reply(answer::result(id, version, core.tail(), None, |_| {}))),
        Method::Discover => {
            let result = core.discover_result();
            Ok(Step::Reply(answer::result(id, version, core.tail(), None, |out| {
                answer::members(&result)(out);
                out.extend_from_slice(br#","ttlMs":300000,"cacheScope":"public""#);
            })))
        }
        Method::Initialize
        | Method::SetLogLevel
        | Method::SubscribeResource
        | Method::UnsubscribeResource => Err(method_not_found(method.as_str(), version)),
    }
}

fn list(core: &Core, list: List, id: &Id, version: Version, params: Option<&RawValue>) -> Result<Step> {
    let ListParams { cursor } = decode(params)?;
    let cursor = cursor.as_ref().map(crate::protocol::jsonrpc::Text::as_str);
    let page = core.registry.page(list, version, cursor)?;
    Ok(Step::Reply(answer::result(id, version, core.tail(), None, |out| out.extend_from_slice(page))))
}

/// The context of a call that may ask, or that goes on with the answers.
fn asking(
    core: &Core,
    method: Method,
    request: &Request<'_>,
    meta: &RequestMeta<'_>,
    mut scope: Scope,
    retry: &Retry<'_>,
) -> Result<Context> {
    if !scope.version.has(Feature::MultiRoundTrip) {
        let asking = Asking::Direct(Direct::default());
        return context(core, request, meta, scope, asking, OnceLock::new());
    }
    let resumed = rounds::resume(core, method, request.params, retry, scope.client)?;
    scope.client = resumed.client;
    let secret = resumed.secret.map_or_else(OnceLock::new, OnceLock::from);
    context(core, request, meta, scope, Asking::Rounds(resumed.rounds), secret)
}

fn context(
    core: &Core,
    request: &Request<'_>,
    meta: &RequestMeta<'_>,
    scope: Scope,
    asking: Asking,
    secret: OnceLock<[u8; 32]>,
) -> Result<Context> {
    let progress_token = meta.progress_token.map(progress_token).transpose()?;
    Ok(Context::new(CallState {
        version: scope.version,
        id: request.id.clone(),
        client: scope.client,
        progress_token,
        log_level: scope.log_level,
        state: Arc::clone(&core.state),
        queue_limit: core.limits.queued_messages,
        notifier: core.notifier.clone(),
        outbox: Outbox::default(),
        cancelled: Stop::default(),
        asking,
        secret,
        bounds: core.bounds(),
    }))
}

fn progress_token(raw: &RawValue) -> Result<Box<RawValue>> {
    match raw.get().as_bytes().first() {
        Some(b'"' | b'-' | b'0'..=b'9') => Ok(raw.to_owned()),
        _ => Err(Error::invalid_params("/params/_meta/progressToken: expected a string or a number")),
    }
}

/// The arguments of a tool or prompt, which have to be an object.
fn object(arguments: Option<&RawValue>) -> Result<Option<&RawValue>> {
    match arguments {
        Some(raw) if !raw.get().starts_with('{') => {
            Err(Error::invalid_params("/params/arguments: expected an object")
                .with_data("pointer", "/params/arguments"))
        }
        arguments => Ok(arguments),
    }
}

fn complete(core: &Core, context: &Context, params: CompleteParams) -> Result<Work> {
    let CompleteParams { reference, argument, context: known } = params;
    let others = known.and_then(|known| known.arguments).unwrap_or_default();
    let completing = match &reference {
        Reference::Prompt { name } => core
            .registry
            .prompt(name)
            .ok_or_else(|| {
                unknown(
                    "prompt",
                    name,
                    core.registry.prompts().iter().map(|prompt| prompt.info().name.as_str()),
                )
            })?
            .complete(context, &argument.name, &argument.value, others),
        Reference::Resource { uri } => core
            .registry
            .resource_spelled(uri)
            .ok_or_else(|| Error::resource_not_found(uri))?
            .complete(context, &argument.name, &argument.value, others),
    };
    let Some(values) = completing else {
        return Ok(Work::Completion(Box::pin(async { Ok(Completion::of(Vec::new())) })));
    };
    Ok(Work::Completion(Box::pin(async move { Ok(Completion::of(values.await?)) })))
}

fn unknown<'a>(kind: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let error = Error::invalid_params(format!("/params/name: there is no {kind} {name:?}"));
    match super::nearest::nearest(name, known) {
        Some(near) => error.with_suggestion(format!("did you mean {near:?}?")),
        None => error,
    }
}

/// The method does not exist here.
pub(crate) fn method_not_found(method: &str, version: Version) -> Error {
    let elsewhere = Method::named(method).is_some_and(|method| !method.is_in(version));
    let words = if elsewhere {
        format!("{method} does not exist in revision {version}")
    } else {
        format!("{method} is not served here")
    };
    Error::protocol(ErrorCode::METHOD_NOT_FOUND, words)
}
