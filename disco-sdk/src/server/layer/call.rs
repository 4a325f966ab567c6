//! A call, as layers see it.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::chain::Chain;
use super::outcome::Outcome;
use crate::error::{Error, Result};
use crate::protocol::method::Method;
use crate::server::BoxFuture;
use crate::server::context::Context;
use crate::server::mount::Home;
use crate::server::prompt::PromptHandler;
use crate::server::resource::{ResourceHandler, Variables};
use crate::server::tool::ToolHandler;
use crate::transport::Caller;

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A tool.
    Tool,
    /// A resource, or one of a family.
    Resource,
    /// A prompt.
    Prompt,
}

impl Kind {
    /// The method of the protocol, such as `tools/call`.
    #[must_use]
    pub fn method(self) -> &'static str {
        let method = match self {
            Self::Tool => Method::CallTool,
            Self::Resource => Method::ReadResource,
            Self::Prompt => Method::GetPrompt,
        };
        method.as_str()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tool => "tool",
            Self::Resource => "resource",
            Self::Prompt => "prompt",
        })
    }
}

/// A call on its way to the handler: what a layer sees, and may change. Cheap to clone but for its arguments,
/// so that a layer can send it on twice.
///
/// Completions come through no layer: they are asked for at every key that a person presses.
#[derive(Clone)]
pub struct Call {
    context: Context,
    name: Arc<str>,
    arguments: Option<Box<RawValue>>,
    target: Target,
    chain: Chain,
    /// How many layers it has passed.
    passed: usize,
}

/// What stands behind all layers.
#[derive(Clone)]
pub(super) enum Target {
    Tool { handler: Arc<dyn ToolHandler>, has_output_schema: bool },
    Resource { handler: Arc<dyn ResourceHandler>, uri: Arc<str>, variables: Variables },
    Prompt { handler: Arc<dyn PromptHandler> },
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("kind", &self.kind())
            .field("name", &self.name)
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

impl Call {
    pub(super) fn new(
        context: &Context,
        name: &str,
        arguments: Option<&RawValue>,
        target: Target,
        chain: &Chain,
    ) -> Self {
        Self {
            context: context.clone(),
            name: name.into(),
            arguments: arguments.map(ToOwned::to_owned),
            target,
            chain: chain.clone(),
            passed: 0,
        }
    }

    /// What is called.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.target {
            Target::Tool { .. } => Kind::Tool,
            Target::Resource { .. } => Kind::Resource,
            Target::Prompt { .. } => Kind::Prompt,
        }
    }

    /// The name of the tool or prompt; of a resource its URI or template, as the lists have it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URI that is read.
    #[must_use]
    pub fn uri(&self) -> Option<&str> {
        match &self.target {
            Target::Resource { uri, .. } => Some(uri),
            _ => None,
        }
    }

    /// The arguments as they were sent: an object, or nothing. They are not checked yet.
    #[must_use]
    pub fn arguments(&self) -> Option<&RawValue> {
        self.arguments.as_deref()
    }

    /// The same call with other arguments: an object.
    ///
    /// # Errors
    /// When they cannot be written as JSON.
    pub fn with_arguments(mut self, arguments: &impl Serialize) -> Result<Self> {
        self.arguments = Some(to_raw_value(arguments).map_err(Error::from)?);
        Ok(self)
    }

    /// The call as its handler sees it: who calls, in which revision, and what else is known.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// In whose name it comes.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        self.context.caller()
    }

    /// From here on it is inside of a mounted server.
    pub(super) fn enter(&mut self, home: &Arc<Home>) {
        self.context = self.context.at_home(home);
    }

    /// Whether its structured result has to fit a schema.
    pub(super) fn has_output_schema(&self) -> bool {
        matches!(self.target, Target::Tool { has_output_schema: true, .. })
    }

    /// Goes on to the next layer, or to the handler behind the last.
    pub(super) fn go_on(mut self) -> BoxFuture<'static, Result<Outcome>> {
        if let Some(layer) = self.chain.at(self.passed) {
            let layer = layer.clone();
            self.passed += 1;
            return layer.call(self);
        }
        let (cx, arguments) = (&self.context, self.arguments.as_deref());
        match self.target {
            Target::Tool { handler, .. } => {
                let future = handler.call(cx, arguments);
                Box::pin(async { future.await.map(Outcome::Tool) })
            }
            Target::Resource { handler, uri, variables } => {
                let future = handler.read(cx, &uri, variables);
                Box::pin(async { future.await.map(Outcome::Resource) })
            }
            Target::Prompt { handler } => {
                let future = handler.get(cx, arguments);
                Box::pin(async { future.await.map(Outcome::Prompt) })
            }
        }
    }
}
