//! From a request to what answers it. Which revision it is was settled before.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use serde_json::value::RawValue;

use super::BoxFuture;
use super::answer;
use super::ask::Asking;
use super::ask::direct::Direct;
use super::ask::rounds::{self, Retry};
use super::client_info::ClientInfo;
use super::context::{CallState, Context};
use super::core::Core;
use super::extension::Extensions;
use super::outbox::Outbox;
use super::registry::{List, Offer, write_cache};
use super::sender::Sender;
use super::subscription::Subscription;
use super::task::{Fate, Owner, Slot};
use super::tool::failure_output;
use super::work::Work;
use crate::error::{Error, ErrorCode, Result, shortened};
use crate::protocol::cache::Cache;
use crate::protocol::completion::{CompleteParams, Completion, Reference};
use crate::protocol::jsonrpc::Request;
use crate::protocol::logging::LogLevel;
use crate::protocol::meta::RequestMeta;
use crate::protocol::method::Method;
use crate::protocol::params::{ListParams, NamedParams, UriParams, decode, malformed};
use crate::protocol::subscription::ListenParams;
use crate::protocol::version::{Feature, Version};
use crate::transport::{Reply, Said};

/// In whose name a request is answered.
pub(crate) struct Scope<'a> {
    pub(crate) version: Version,
    pub(crate) client: ClientInfo,
    pub(crate) log_level: Option<LogLevel>,
    pub(crate) sender: Sender<'a>,
    /// Whom its tasks belong to.
    pub(crate) owner: Owner,
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
    scope: Scope<'_>,
) -> Step {
    let version = scope.version;
    core.registry
        .look(scope.sender.caller, |offer| step(core, offer, method, request, meta, scope))
        .unwrap_or_else(|error| Step::Reply(answer::error(Some(&request.id), version, &error)))
}

fn step(
    core: &Arc<Core>,
    offer: &Offer,
    method: Method,
    request: &Request<'_>,
    meta: &RequestMeta<'_>,
    scope: Scope<'_>,
) -> Result<Step> {
    let (id, version, params) = (&request.id, scope.version, &request.params);
    match method {
        Method::ListTools => list(core, offer, List::Tools, request, &scope),
        Method::ListResources if let Some(page_with_members) = offer.lists_members() => {
            let cursor = params.page()?.cursor.map(|cursor| cursor.as_str().to_owned());
            let offer = core.registry.offer(scope.sender.caller);
            let context = silent(core, request, meta, scope);
            let page = page_with_members(offer, context.clone(), version, cursor);
            Ok(Step::Work(context, Work::List(page)))
        }
        Method::ListResources => list(core, offer, List::Resources, request, &scope),
        Method::ListResourceTemplates => list(core, offer, List::Templates, request, &scope),
        Method::ListPrompts => list(core, offer, List::Prompts, request, &scope),
        Method::CallTool => call_tool(core, offer, request, meta, scope),
        Method::ReadResource => {
            let UriParams { uri, input_responses, request_state } = params.uri()?;
            let resource = offer.resource(uri.as_str());
            let resource = resource.ok_or_else(|| Error::resource_not_found(uri.as_str()))?;
            let resume = resource.particulars().resume();
            let retry =
                Retry { answers: input_responses, state: request_state, is_single_use: false, resume };
            let context = asking(core, method, request, meta, scope, (&retry, Fate::Never))?;
            context.span().record("mcp.resource.uri", uri.as_str());
            let future = begun(&context, || resource.read(&context, uri.as_str()));
            let cache = if retry.is_first() { resource.cache() } else { Cache::NONE };
            let work = Work::Resource { future, cache, timeout: resource.particulars().timeout };
            Ok(Step::Work(context, work))
        }
        Method::GetPrompt => {
            let NamedParams { name, arguments, input_responses, request_state, .. } = params.named()?;
            let prompt = offer.prompt(name.as_str()).ok_or_else(|| {
                unknown(
                    "prompt",
                    name.as_str(),
                    offer.prompts().iter().map(|prompt| prompt.info().name.as_str()),
                )
            })?;
            let resume = prompt.particulars().resume();
            let retry =
                Retry { answers: input_responses, state: request_state, is_single_use: false, resume };
            let arguments = object(arguments)?;
            let context = asking(core, method, request, meta, scope, (&retry, Fate::Never))?;
            context.record_target(method, "gen_ai.prompt.name", name.as_str());
            let future = begun(&context, || prompt.get(&context, arguments));
            let work = Work::Prompt { future, timeout: prompt.particulars().timeout };
            Ok(Step::Work(context, work))
        }
        Method::Complete => {
            let params: CompleteParams = decode(params.raw())?;
            let context = silent(core, request, meta, scope);
            let work = complete(offer, &context, params)?;
            Ok(Step::Work(context, work))
        }
        Method::Listen => {
            let ListenParams { notifications } = decode(params.raw())?;
            let context = silent(core, request, meta, scope);
            let subscription = Subscription::open(core, context, notifications)?;
            Ok(Step::Listen(Box::new(subscription)))
        }
        Method::GetTask
        | Method::UpdateTask
        | Method::CancelTask
        | Method::TaskResult
        | Method::ListTasks
            if let Some(engine) = core.task_engine(offer) =>
        {
            let asking = Asking::Direct(Direct::default());
            let context = context(core, request, meta, scope, asking, (OnceLock::new(), Fate::Never));
            let work = engine.serve(core, method, &context, params)?;
            Ok(Step::Work(context, Work::Task(work)))
        }
        Method::Ping => Ok(Step::Reply(answer::result(id, version, core.tail(), None, |_| {}))),
        Method::Discover => {
            let result = core.discover_result(offer);
            let cache = core.settings.discover_cache.private_if(offer.depends_on_caller());
            Ok(Step::Reply(answer::result(id, version, core.tail(), None, |out| {
                answer::members(&result)(out);
                write_cache(out, cache);
            })))
        }
        Method::Initialize
        | Method::SetLogLevel
        | Method::GetTask
        | Method::UpdateTask
        | Method::CancelTask
        | Method::TaskResult
        | Method::ListTasks
        | Method::SubscribeResource
        | Method::UnsubscribeResource => Err(method_not_found(method.as_str(), version)),
    }
}

/// Calls a tool, as a task where that is settled.
fn call_tool(
    core: &Arc<Core>,
    offer: &Offer,
    request: &Request<'_>,
    meta: &RequestMeta<'_>,
    scope: Scope<'_>,
) -> Result<Step> {
    let (id, version, params) = (&request.id, scope.version, &request.params);
    let NamedParams { name, arguments, input_responses, request_state, task } = params.named()?;
    let (tool, mirrors) = offer.called(name.as_str()).ok_or_else(|| {
        unknown("tool", name.as_str(), offer.tools().iter().map(|tool| tool.info().name.as_str()))
    })?;
    if let (Some(fields), false) = (scope.sender.fields, version.is_legacy()) {
        mirrors.check(arguments, fields)?;
    }
    let (is_single_use, resume) = (tool.is_single_use(), tool.particulars().resume());
    let retry = Retry { answers: input_responses, state: request_state, is_single_use, resume };
    tool.note_use(name.as_str());
    let dialect = core.settings.dialect.of(scope.sender.caller, &scope.client);
    let arguments = object(arguments)?;
    let plain = offer.read_back(dialect, tool, arguments);
    let arguments = plain.as_deref().or(arguments);
    // Where no tool is a task, nothing is said of tasks, and `task` means nothing.
    let engine = core.task_engine(offer);
    let fate = engine.map_or(Ok(Fate::Never), |engine| {
        engine.admit(&core.tasks, tool, version, (&scope.client, &scope.owner), task)
    });
    let fate = match fate {
        Err(error) if !error.is_protocol() => {
            let (output, is_object) = (failure_output(&error), tool.output_is_object());
            return Ok(Step::Reply(answer::tool_result(id, version, core.tail(), output, is_object)));
        }
        fate => fate?,
    };
    let engine = engine.filter(|_| fate.is_at_once());
    let context = asking(core, Method::CallTool, request, meta, scope, (&retry, fate))?;
    context.record_target(Method::CallTool, "gen_ai.tool.name", name.as_str());
    let future = begun(&context, || tool.call(&context, arguments));
    let work = Work::Tool {
        future: match engine {
            Some(engine) => engine.as_task(&context, future),
            None => future,
        },
        output_is_object: tool.output_is_object(),
        timeout: tool.timeout(),
        settle: tool.settle(),
    };
    Ok(Step::Work(context, work))
}

fn list(core: &Core, offer: &Offer, list: List, request: &Request<'_>, scope: &Scope<'_>) -> Result<Step> {
    let ListParams { cursor } = request.params.page()?;
    let cursor = cursor.as_ref().map(crate::protocol::jsonrpc::Text::as_str);
    let dialect = core.settings.dialect.of(scope.sender.caller, &scope.client);
    let mut refused = Ok(());
    let reply = answer::result(&request.id, scope.version, core.tail(), None, |out| {
        refused = offer.page(list, (scope.version, dialect), cursor, out);
    });
    refused.map(|()| Step::Reply(reply))
}

/// The context of a call that may ask, or that goes on with the answers.
fn asking(
    core: &Arc<Core>,
    method: Method,
    request: &Request<'_>,
    meta: &RequestMeta<'_>,
    mut scope: Scope<'_>,
    (retry, fate): (&Retry<'_>, Fate),
) -> Result<Context> {
    if !scope.version.has(Feature::MultiRoundTrip) {
        let asking = Asking::Direct(Direct::default());
        return Ok(context(core, request, meta, scope, asking, (OnceLock::new(), fate)));
    }
    let resumed = rounds::go_on(core, method, &request.params, retry, scope.client, scope.sender.caller)?;
    scope.client = resumed.client;
    let secret = resumed.secret.map_or_else(OnceLock::new, OnceLock::from);
    let context = context(core, request, meta, scope, Asking::Rounds(resumed.rounds), (secret, fate));
    context.record_replay();
    Ok(context)
}

/// The context of a call that does not ask.
fn silent(core: &Arc<Core>, request: &Request<'_>, meta: &RequestMeta<'_>, scope: Scope<'_>) -> Context {
    context(core, request, meta, scope, Asking::Never, (OnceLock::new(), Fate::Never))
}

/// What `begin` gives, in the span of the call. What panics before there is a future (a type that is read
/// from the arguments, a completer) does so when the future is polled, where panics are answered.
fn begun<T: 'static>(
    context: &Context,
    begin: impl FnOnce() -> BoxFuture<'static, T>,
) -> BoxFuture<'static, T> {
    let future = catch_unwind(AssertUnwindSafe(|| context.span().in_scope(begin)));
    future.unwrap_or_else(|panic| {
        let mut panic = Some(panic);
        Box::pin(poll_fn(move |_| panic.take().map_or(Poll::Pending, |panic| resume_unwind(panic))))
    })
}

fn context(
    core: &Arc<Core>,
    request: &Request<'_>,
    meta: &RequestMeta<'_>,
    scope: Scope<'_>,
    asking: Asking,
    (secret, fate): (OnceLock<[u8; 32]>, Fate),
) -> Context {
    let trace = scope.sender.trace(meta).map(Box::new);
    Context::new(CallState {
        core: Arc::clone(core),
        caller: scope.sender.caller.clone(),
        span: scope.sender.span(request, scope.version, trace.as_deref(), &scope.owner),
        #[cfg(feature = "layers")]
        network: scope.sender.network,
        trace,
        version: scope.version,
        id: request.id.clone(),
        client: scope.client,
        progress_token: meta.progress_token.map(ToOwned::to_owned),
        log_level: scope.log_level,
        outbox: Outbox::default(),
        cancelled: Said::default(),
        asking,
        owner: scope.owner,
        task: Slot::new(fate),
        extensions: Extensions::default(),
        secret,
    })
}

/// The arguments of a tool or prompt, which have to be an object.
fn object(arguments: Option<&RawValue>) -> Result<Option<&RawValue>> {
    match arguments {
        Some(raw) if !raw.get().starts_with('{') => Err(malformed("/params/arguments", "expected an object")),
        arguments => Ok(arguments),
    }
}

fn complete(offer: &Offer, context: &Context, params: CompleteParams) -> Result<Work> {
    let CompleteParams { reference, argument, context: known } = params;
    let others = known.and_then(|known| known.arguments).unwrap_or_default();
    let (name, text) = (&argument.name, &argument.value);
    let nothing = || -> BoxFuture<'static, Result<Vec<String>>> { Box::pin(async { Ok(Vec::new()) }) };
    let values = match &reference {
        Reference::Prompt { name: of } => {
            let prompt = offer.prompt(of).ok_or_else(|| {
                unknown("prompt", of, offer.prompts().iter().map(|prompt| prompt.info().name.as_str()))
            })?;
            begun(context, || prompt.complete(context, name, text, others).unwrap_or_else(nothing))
        }
        Reference::Resource { uri } => {
            let resource = offer.resource_spelled(uri).ok_or_else(|| Error::resource_not_found(uri))?;
            begun(context, || resource.complete(context, name, text, others).unwrap_or_else(nothing))
        }
    };
    Ok(Work::Completion(Box::pin(async move { Ok(Completion::of(values.await?)) })))
}

fn unknown<'a>(kind: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let name_shown = shortened(name);
    let error = Error::invalid_params(format!("/params/name: there is no {kind} {name_shown:?}"));
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
        format!("{} is not served here", shortened(method))
    };
    Error::protocol(ErrorCode::METHOD_NOT_FOUND, words)
}
