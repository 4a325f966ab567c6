//! All that is done for tasks, behind one pointer that comes with a tool that becomes one: a program without
//! such a tool does not have the code of it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;

use super::super::BoxFuture;
use super::super::client_info::ClientInfo;
use super::super::context::Context;
use super::super::core::Core;
use super::super::notifier::TaskChange;
use super::super::tool::{Tool, ToolOutput};
use super::table::Hold;
use super::{Doing, Fate, Live, Owner, Tasks, Written, begin, request, run};
use crate::error::Result;
use crate::protocol::members::Params;
use crate::protocol::method::Method;
use crate::protocol::version::Version;
use crate::transport::Reply;

/// What is done for tasks.
pub(crate) trait Engine: Send + Sync {
    /// Settles whether a call of `tool` may become a task.
    ///
    /// # Errors
    /// What the client is answered with that asks for a task where there is none, or asks for none where
    /// there has to be one.
    fn admit(
        &self,
        tasks: &Tasks,
        tool: &Tool,
        version: Version,
        client: (&ClientInfo, &Owner),
        asked: Option<&RawValue>,
    ) -> Result<Fate>;

    /// A call that is a task from its beginning.
    fn as_task(
        &self,
        context: &Context,
        future: BoxFuture<'static, Result<ToolOutput>>,
    ) -> BoxFuture<'static, Result<ToolOutput>>;

    /// What the call is answered with that has become a task.
    fn created(&self, context: &Context, live: &Live) -> Reply;

    /// Goes on with a call as a task of its own.
    fn start(&self, context: Context, live: Arc<Live>, doing: Doing);

    /// Answers a request about tasks.
    ///
    /// # Errors
    /// `-32021` when the client has not declared the extension, `-32602` for wrong parameters.
    fn serve(
        &self,
        core: &Core,
        method: Method,
        context: &Context,
        params: &Params<'_>,
    ) -> Result<BoxFuture<'static, Result<Written>>>;

    /// Those of the tasks that a subscription names that there are, for whoever opens it.
    ///
    /// # Errors
    /// `-32021` when the client has not declared the extension.
    fn watched(
        &self,
        core: &Core,
        context: &Context,
        ids: Vec<String>,
    ) -> Result<BoxFuture<'static, Vec<TaskChange>>>;

    /// Nobody runs this task any more.
    fn release(&self, hold: &Hold);

    /// Cancels every task that still runs; the store has `within` to take that in.
    fn cancel_all<'a>(&self, tasks: &'a Tasks, within: Duration) -> BoxFuture<'a, ()>;
}

/// The one there is.
pub(crate) const ENGINE: &dyn Engine = &Whole;

struct Whole;

impl Engine for Whole {
    fn admit(
        &self,
        tasks: &Tasks,
        tool: &Tool,
        version: Version,
        client: (&ClientInfo, &Owner),
        asked: Option<&RawValue>,
    ) -> Result<Fate> {
        begin::admit(tasks, tool, version, client, asked)
    }

    fn as_task(
        &self,
        context: &Context,
        future: BoxFuture<'static, Result<ToolOutput>>,
    ) -> BoxFuture<'static, Result<ToolOutput>> {
        let context = context.clone();
        Box::pin(async move {
            context.begin_task().await?;
            future.await
        })
    }

    fn created(&self, context: &Context, live: &Live) -> Reply {
        run::created(context, live)
    }

    fn start(&self, context: Context, live: Arc<Live>, doing: Doing) {
        run::start(context, live, doing);
    }

    fn serve(
        &self,
        core: &Core,
        method: Method,
        context: &Context,
        params: &Params<'_>,
    ) -> Result<BoxFuture<'static, Result<Written>>> {
        request::serve(core, method, context, params)
    }

    fn watched(
        &self,
        core: &Core,
        context: &Context,
        ids: Vec<String>,
    ) -> Result<BoxFuture<'static, Vec<TaskChange>>> {
        request::watched(core, context, ids)
    }

    fn release(&self, hold: &Hold) {
        hold.release();
    }

    fn cancel_all<'a>(&self, tasks: &'a Tasks, within: Duration) -> BoxFuture<'a, ()> {
        Box::pin(tasks.cancel_all(within))
    }
}
