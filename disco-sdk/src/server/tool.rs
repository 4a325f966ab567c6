//! A tool of the server: what a client sees of it, what it needs, and what it does.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::BoxFuture;
use super::args::{self, Looking, Shape};
use super::context::Context;
use super::failure;
pub(crate) use super::failure::output as failure_output;
use super::former::Former;
use super::inputs::object_schema;
use super::mirror::Mirrors;
pub use super::output::ToolOutput;
use super::param::Rich;
use super::particulars::{Particulars, has_particulars};
use super::patterns;
use super::task::{self, TaskStart};
use crate::error::Result;
use crate::protocol::icon::Icon;
use crate::protocol::legacy::is_object_schema;
use crate::protocol::task::{TaskSupport, ToolExecution};
use crate::protocol::tool::{self as wire, ToolAnnotations};
use crate::schema::{self, JsonSchema};

/// What a tool does when it is called.
///
/// Closures of this shape are handlers.
pub trait ToolHandler: Send + Sync + 'static {
    /// Decodes the arguments, an object or nothing, and gives the future of the result. `arguments` is
    /// borrowed from the request and gone when the future runs.
    fn call(&self, cx: &Context, arguments: Option<&RawValue>) -> BoxFuture<'static, Result<ToolOutput>>;
}

impl<F> ToolHandler for F
where
    F: Fn(&Context, Option<&RawValue>) -> BoxFuture<'static, Result<ToolOutput>> + Send + Sync + 'static,
{
    fn call(&self, cx: &Context, arguments: Option<&RawValue>) -> BoxFuture<'static, Result<ToolOutput>> {
        self(cx, arguments)
    }
}

/// A tool of the server. `#[tool]` makes one of a function; this is the same by hand.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::schema;
/// use disco_sdk::server::tool::Tool;
///
/// #[derive(serde::Deserialize, JsonSchema)]
/// struct Add {
///     a: i64,
///     b: i64,
/// }
///
/// let add = |_: Context, numbers: Add| async move { ToolOutput::structured(&(numbers.a + numbers.b)) };
/// let tool = Tool::typed("add", add)
///     .with_description("Adds two numbers.")
///     .with_annotations(|hints| hints.read_only_hint = Some(true))
///     .with_output_schema(schema::of_output::<i64>());
/// let server = Server::new("demo", "1.0.0").with(tool);
/// ```
#[derive(Clone)]
pub struct Tool {
    info: wire::Tool,
    output_is_object: bool,
    particulars: Particulars,
    timeout: Option<Duration>,
    settle: Option<Duration>,
    task: Option<(TaskStart, &'static dyn task::Engine)>,
    is_single_use: bool,
    former: Former,
    handler: Arc<dyn ToolHandler>,
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool")
            .field("name", &self.info.name)
            .field("origin", &self.particulars.origin)
            .finish_non_exhaustive()
    }
}

has_particulars!(Tool);

impl Tool {
    /// A tool without parameters.
    #[must_use]
    pub fn new(name: impl Into<String>, handler: impl ToolHandler) -> Self {
        let schema = object_schema(Map::new(), Vec::new());
        Self::of(name.into(), schema, Arc::new(handler), Particulars::by_hand())
    }

    /// A tool of this handler, whose arguments look like this, and of which this is known.
    pub(super) fn of(
        name: String,
        input_schema: Value,
        handler: Arc<dyn ToolHandler>,
        particulars: Particulars,
    ) -> Self {
        Self {
            info: wire::Tool { name, input_schema, ..wire::Tool::default() },
            output_is_object: false,
            particulars,
            timeout: None,
            settle: None,
            task: None,
            is_single_use: false,
            former: Former::default(),
            handler,
        }
    }

    /// A tool whose arguments are the members of an `A`.
    #[must_use]
    pub fn typed<A, F>(
        name: impl Into<String>,
        call: impl Fn(Context, A) -> F + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned + JsonSchema,
        F: Future<Output = Result<ToolOutput>> + Send + 'static,
    {
        let schema = schema::of_input::<A>();
        let fault = patterns::fault(&schema);
        let shape = Shape::of(schema.clone(), false, Some(Looking::INSIDE));
        let handler =
            move |cx: &Context, arguments: Option<&RawValue>| -> BoxFuture<'static, Result<ToolOutput>> {
                match args::decode_all(&shape, cx.is_lenient(), arguments) {
                    Ok(arguments) => {
                        let future = call(cx.clone(), arguments);
                        Box::pin(async { future.await.or_else(failure::outcome) })
                    }
                    Err(error) => Box::pin(std::future::ready(failure::outcome(error))),
                }
            };
        let mut tool = Self::new(name, handler).with_input_schema(schema);
        tool.particulars.faults.extend(fault);
        tool
    }

    /// Its name on the wire.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.info.name = name.into();
        self
    }

    /// Its name for people.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.info.title = Some(title.into());
        self
    }

    /// What it does; the model chooses by this.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.info.description = Some(self.former.described(description.into()));
        self
    }

    /// The JSON schema of its arguments, an object.
    #[must_use]
    pub fn with_input_schema(mut self, schema: Value) -> Self {
        self.info.input_schema = schema;
        self.particulars.rich = Some(Rich::YES);
        self
    }

    /// The JSON schema of its structured result.
    #[must_use]
    pub fn with_output_schema(mut self, schema: impl Into<Option<Value>>) -> Self {
        self.info.output_schema = schema.into();
        // Each answer asks for it.
        self.output_is_object = self.info.output_schema.as_ref().is_some_and(is_object_schema);
        self
    }

    /// What it promises of its effects.
    #[must_use]
    pub fn with_annotations(mut self, set: impl FnOnce(&mut ToolAnnotations)) -> Self {
        set(self.info.annotations.get_or_insert_default());
        self
    }

    /// A fact of yours beside it (`_meta`): clients that know the key read it.
    #[must_use]
    pub fn with_meta(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.info.meta.get_or_insert_default().insert(key.into(), value.into());
        self
    }

    /// How long its handler may do other things beside a question before the round ends, if not as long as
    /// [`Limits::settle`](crate::Limits::settle) says (since 2026-07-28).
    #[must_use]
    pub fn with_settle(mut self, window: Duration) -> Self {
        self.settle = Some(window);
        self
    }

    /// How long its handler may do other things beside a question, if that was said.
    #[must_use]
    pub fn settle(&self) -> Option<Duration> {
        self.settle
    }

    /// How long a call may take, if not as long as [`Server::timeout`](crate::Server::timeout) says.
    /// Time in which the client is asked something does not count.
    #[must_use]
    pub fn with_timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// A picture to show beside its name.
    #[must_use]
    pub fn with_icon(mut self, icon: impl Into<Icon>) -> Self {
        self.info.icons.get_or_insert_default().push(icon.into());
        self
    }

    /// That its calls become tasks, for clients that take tasks.
    #[must_use]
    pub fn with_task(mut self, start: TaskStart) -> Self {
        let task_support = match start {
            TaskStart::AtOnce | TaskStart::Later => TaskSupport::Optional,
            TaskStart::Required => TaskSupport::Required,
        };
        self.info.execution = Some(ToolExecution { task_support });
        self.task = Some((start, task::ENGINE));
        self
    }

    /// That what its handler has asked can be answered once (since 2026-07-28): who sends the same
    /// `requestState` again gets what the first retry came to, and the handler does not run again. The server
    /// needs a store for that ([`Server::request_states`](crate::Server::request_states)).
    #[must_use]
    pub fn with_single_use(mut self) -> Self {
        self.is_single_use = true;
        self
    }

    /// Whether what it has asked can be answered once.
    #[must_use]
    pub fn is_single_use(&self) -> bool {
        self.is_single_use
    }

    /// A name that it is called by too, as it was before. Lists do not show it: each entry costs every
    /// client tokens, and a model that sees two tools has to choose between them.
    #[must_use]
    pub fn with_alias(mut self, alias: impl Into<String>) -> Self {
        self.former.aliases.push(alias.into());
        self
    }

    /// That it is going to go, and what to use instead. Its description begins with that, its `_meta` has
    /// it as `dev.disco/deprecated`, and the log warns of the first call.
    #[must_use]
    pub fn with_deprecated(mut self, instead: impl Into<String>) -> Self {
        let instead = instead.into();
        self.former.deprecate(&mut self.info, instead);
        self
    }

    /// What to use instead, if it is going to go.
    #[must_use]
    pub fn deprecated(&self) -> Option<&str> {
        self.former.deprecated()
    }

    /// The names that it is called by too.
    #[must_use]
    pub fn aliases(&self) -> &[String] {
        &self.former.aliases
    }

    /// Every name that it is called by.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.info.name).chain(&self.former.aliases).map(String::as_str)
    }

    /// Warns, once, of calls that will have to change.
    pub(crate) fn note_use(&self, name: &str) {
        self.former.note_use(&self.info.name, name);
    }

    /// What a list shows of it.
    #[must_use]
    pub fn info(&self) -> &wire::Tool {
        &self.info
    }

    /// How long a call may take, if that is said of this tool.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// When its calls become tasks; `None`: never.
    #[must_use]
    pub fn task(&self) -> Option<TaskStart> {
        self.task.map(|(start, _)| start)
    }

    /// What is done for its tasks, if its calls become such.
    pub(crate) fn task_engine(&self) -> Option<&'static dyn task::Engine> {
        self.task.map(|(_, engine)| engine)
    }

    /// Whether its structured result is an object, as every revision can carry it.
    #[must_use]
    pub fn output_is_object(&self) -> bool {
        self.output_is_object
    }

    /// Which of its arguments headers mirror, and what is wrong with what its schema says of that.
    pub(super) fn mirrors(&self) -> (Mirrors, Vec<String>) {
        self.particulars.rich.map(|rich| (rich.mirrors)(&self.info.input_schema)).unwrap_or_default()
    }

    pub(crate) fn info_mut(&mut self) -> &mut wire::Tool {
        &mut self.info
    }

    /// What is wrong with what is said of it; `build()` tells.
    pub(crate) fn with_faults(mut self, faults: Vec<String>) -> Self {
        self.particulars.faults.extend(faults);
        self
    }

    /// Calls its former names otherwise, too.
    pub(crate) fn with_aliases_turned(mut self, turn: impl Fn(&str) -> String) -> Self {
        self.former.aliases.iter_mut().for_each(|alias| *alias = turn(alias));
        self
    }

    /// The same with something around what it does.
    pub(crate) fn wrapped(mut self, wrap: impl FnOnce(Arc<dyn ToolHandler>) -> Arc<dyn ToolHandler>) -> Self {
        self.handler = wrap(self.handler);
        self
    }

    /// Calls it.
    #[must_use]
    pub fn call(&self, cx: &Context, arguments: Option<&RawValue>) -> BoxFuture<'static, Result<ToolOutput>> {
        #[cfg(feature = "layers")]
        if !self.particulars.layers.is_empty() {
            let facts = (self.info.name.as_str(), self.info.output_schema.is_some());
            return self.particulars.layers.call_tool(cx, facts, arguments, &self.handler);
        }
        self.handler.call(cx, arguments)
    }
}
