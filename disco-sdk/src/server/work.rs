//! What a handler is doing, and how what it comes to is written.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Poll, ready};
use std::time::Duration;

use super::answer;
use super::context::Context;
use super::core::Core;
use super::failure;
use super::task::Written;
use super::tool::ToolOutput;
use super::{BoxFuture, tool};
use crate::error::{Error, Result};
use crate::protocol::cache::Cache;
use crate::protocol::completion::{CompleteResult, Completion};
use crate::protocol::legacy::Adapt;
use crate::protocol::method::Method;
use crate::protocol::prompt::GetPromptResult;
use crate::protocol::resource::ReadResourceResult;
use crate::transport::Reply;

/// What a handler is doing.
pub(crate) enum Work {
    Tool {
        future: BoxFuture<'static, Result<ToolOutput>>,
        output_is_object: bool,
        /// How long it may take, if that is said of this tool.
        timeout: Option<Duration>,
        /// How long the handler may do other things beside a question, if not as long as on this server.
        settle: Option<Duration>,
    },
    Resource {
        future: BoxFuture<'static, Result<ReadResourceResult>>,
        cache: Cache,
        /// How long it may take, if that is said of the mounted server that it belongs to.
        timeout: Option<Duration>,
    },
    Prompt {
        future: BoxFuture<'static, Result<GetPromptResult>>,
        /// The same.
        timeout: Option<Duration>,
    },
    Completion(BoxFuture<'static, Result<Completion>>),
    Task(BoxFuture<'static, Result<Written>>),
    /// The members of a page.
    List(BoxFuture<'static, Result<Vec<u8>>>),
}

impl Work {
    /// What was called.
    pub(super) fn method(&self) -> Method {
        match self {
            Self::Tool { .. } => Method::CallTool,
            Self::Resource { .. } => Method::ReadResource,
            Self::Prompt { .. } => Method::GetPrompt,
            Self::Completion(_) => Method::Complete,
            Self::Task(_) => Method::GetTask,
            Self::List(_) => Method::ListResources,
        }
    }

    /// Polls it; a handler that panics has answered.
    pub(crate) fn poll_caught(&mut self, cx: &mut std::task::Context<'_>, context: &Context) -> Poll<Reply> {
        let _span = context.span().enter();
        let polled = catch_unwind(AssertUnwindSafe(|| self.poll(cx, context)));
        polled.unwrap_or_else(|panic| Poll::Ready(panicked(context, self, panic.as_ref())))
    }

    fn poll(&mut self, cx: &mut std::task::Context<'_>, context: &Context) -> Poll<Reply> {
        let core = context.core();
        let (id, version, tail) = (context.request_id(), context.version(), core.tail());
        let outcome = match self {
            Self::Tool { future, output_is_object, .. } => {
                ready!(future.as_mut().poll(cx)).map(|mut output| {
                    if output.is_error {
                        context.span().record("error.type", "tool_error");
                        output = failure::with_causes(output, core.settings.tells_causes);
                    }
                    answer::tool_result(id, version, tail, output, *output_is_object)
                })
            }
            Self::Resource { future, cache, .. } => ready!(future.as_mut().poll(cx)).map(|mut result| {
                result.ttl_ms.get_or_insert(cache.ttl_ms());
                result.cache_scope.get_or_insert(cache.scope);
                result.adapt(version);
                answer::result(id, version, tail, result.meta.take().as_ref(), answer::members(&result))
            }),
            Self::Prompt { future, .. } => ready!(future.as_mut().poll(cx)).map(|mut result| {
                result.adapt(version);
                answer::result(id, version, tail, result.meta.take().as_ref(), answer::members(&result))
            }),
            Self::Completion(future) => ready!(future.as_mut().poll(cx)).map(|completion| {
                answer::result(id, version, tail, None, answer::members(&CompleteResult { completion }))
            }),
            Self::Task(future) => ready!(future.as_mut().poll(cx))
                .map(|written| answer::result(id, version, tail, None, answer::members(&written))),
            Self::List(future) => ready!(future.as_mut().poll(cx)).map(|members| {
                answer::result(id, version, tail, None, |out| out.extend_from_slice(&members))
            }),
        };
        Poll::Ready(outcome.unwrap_or_else(|error| {
            let error = failure::error_with_causes(error, core.settings.tells_causes);
            context.span().record("error.type", answer::code(&error, version).0);
            answer::error(Some(id), version, &error)
        }))
    }

    /// How long it may do other things beside a question, if that is said of this tool.
    pub(super) fn own_settle(&self) -> Option<Duration> {
        match self {
            Self::Tool { settle, .. } => *settle,
            _ => None,
        }
    }

    /// How long it may take as a task: what is said of the whole server is meant for answers.
    pub(crate) fn own_timeout(&self) -> Option<Duration> {
        match self {
            Self::Tool { timeout, .. } => *timeout,
            _ => None,
        }
    }

    /// How long it may take.
    pub(super) fn timeout(&self, core: &Core) -> Option<Duration> {
        match self {
            Self::Tool { timeout: Some(timeout), .. }
            | Self::Resource { timeout: Some(timeout), .. }
            | Self::Prompt { timeout: Some(timeout), .. } => Some(*timeout),
            _ => core.settings.timeout,
        }
    }

    /// The answer of a call that fails without its handler's doing: a tool's goes to the model.
    pub(crate) fn fail(&self, error: &Error, context: &Context) -> Reply {
        context.span().record("error.type", error.name());
        let (id, version) = (context.request_id(), context.version());
        match self {
            Self::Tool { output_is_object, .. } => {
                let output = tool::failure_output(error);
                answer::tool_result(id, version, context.core().tail(), output, *output_is_object)
            }
            _ => answer::error(Some(id), version, error),
        }
    }
}

/// A handler that panics fails this call and no other; the log has the same number as the answer.
fn panicked(context: &Context, work: &Work, panic: &(dyn Any + Send)) -> Reply {
    let incident = context.core().next_incident();
    let words = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    tracing::error!(incident, panic = words, "a handler panicked");
    let error = Error::new(format!("the server failed inside (incident {incident})"))
        .with_code("PANIC")
        .with_suggestion("tell the server's operator the incident number; the log has the cause");
    work.fail(&error, context)
}
