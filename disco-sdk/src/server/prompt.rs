//! A prompt of the server: what a client sees of it, what it needs, and how it is filled in.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;

use super::BoxFuture;
use super::complete::{Choices, Completer, Completers};
use super::context::Context;
use super::mount::{Home, Mounted};
use super::output::{Parts, Returning};
use super::particulars::{Particulars, has_particulars};
use super::text::{TextArgument, TextInputs, Texts};
use crate::error::Result;
use crate::protocol::icon::Icon;
use crate::protocol::prompt::{self as wire, GetPromptResult, PromptArgument, PromptMessage};

/// What a prompt does when it is asked for.
///
/// Closures of this shape are handlers.
pub trait PromptHandler: Send + Sync + 'static {
    /// Decodes the arguments, an object or nothing, and gives the future of the result. `arguments` is
    /// borrowed from the request and gone when the future runs.
    fn get(&self, cx: &Context, arguments: Option<&RawValue>) -> BoxFuture<'static, Result<GetPromptResult>>;
}

impl<F> PromptHandler for F
where
    F: Fn(&Context, Option<&RawValue>) -> BoxFuture<'static, Result<GetPromptResult>> + Send + Sync + 'static,
{
    fn get(&self, cx: &Context, arguments: Option<&RawValue>) -> BoxFuture<'static, Result<GetPromptResult>> {
        self(cx, arguments)
    }
}

/// A prompt of the server. `#[prompt]` makes one of a function; this is the same by hand.
///
/// ```
/// use disco_sdk::server::prompt::{IntoPrompt, Prompt};
/// use disco_sdk::{BoxFuture, Context, GetPromptResult, Result};
///
/// let greet = |_: &Context, _: Option<&_>| -> BoxFuture<'static, Result<GetPromptResult>> {
///     Box::pin(async { Ok("Say hello.".into_prompt()) })
/// };
/// let prompt = Prompt::new("greet", greet).with_description("Asks for a greeting.");
/// assert_eq!(prompt.info().name, "greet");
/// ```
#[derive(Clone)]
pub struct Prompt {
    info: wire::Prompt,
    particulars: Particulars,
    completers: Completers,
    handler: Arc<dyn PromptHandler>,
}

impl fmt::Debug for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prompt")
            .field("name", &self.info.name)
            .field("origin", &self.particulars.origin)
            .finish_non_exhaustive()
    }
}

has_particulars!(Prompt);

impl Prompt {
    /// A prompt without arguments.
    #[must_use]
    pub fn new(name: impl Into<String>, handler: impl PromptHandler) -> Self {
        Self::of(name.into(), Arc::new(handler), Particulars::by_hand())
    }

    /// A prompt of this handler, of which this is known.
    fn of(name: String, handler: Arc<dyn PromptHandler>, particulars: Particulars) -> Self {
        Self {
            info: wire::Prompt { name, ..wire::Prompt::default() },
            particulars,
            completers: Completers::default(),
            handler,
        }
    }

    /// The same with the parameters of a function as its arguments.
    fn taking(self, arguments: Vec<TextArgument>) -> Self {
        arguments.into_iter().fold(self, |prompt, argument| {
            let prompt = prompt.with_argument(PromptArgument {
                name: argument.name.to_owned(),
                description: (!argument.description.is_empty()).then(|| argument.description.to_owned()),
                required: argument.is_required.then_some(true),
                ..PromptArgument::default()
            });
            match argument.choices {
                choices if choices.is_empty() => prompt,
                choices => prompt.with_completer(argument.name, Choices(choices)),
            }
        })
    }

    /// Its name for people.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.info.title = Some(title.into());
        self
    }

    /// What it is for.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.info.description = Some(description.into());
        self
    }

    /// One argument more.
    #[must_use]
    pub fn with_argument(mut self, argument: PromptArgument) -> Self {
        self.info.arguments.get_or_insert_default().push(argument);
        self
    }

    /// What completes the argument `name`.
    #[must_use]
    pub fn with_completer<Via>(mut self, name: impl Into<String>, completer: impl Completer<Via>) -> Self {
        self.completers.push(name, completer);
        self
    }

    /// A fact of yours beside it (`_meta`): clients that know the key read it.
    #[must_use]
    pub fn with_meta(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.info.meta.get_or_insert_default().insert(key.into(), value.into());
        self
    }

    /// A picture to show beside its name.
    #[must_use]
    pub fn with_icon(mut self, icon: impl Into<Icon>) -> Self {
        self.info.icons.get_or_insert_default().push(icon.into());
        self
    }

    /// The same, as a server mounts it: under another name, at home in its own server.
    pub(crate) fn mounted(mut self, name: String, home: &Arc<Home>) -> Self {
        self.info.name = name;
        self.completers.move_in(home);
        self.handler = Arc::new(Mounted::new(self.handler, home, !self.particulars.has_border));
        self
    }

    /// What a list shows of it.
    #[must_use]
    pub fn info(&self) -> &wire::Prompt {
        &self.info
    }

    /// Whether some argument of it can be completed.
    #[must_use]
    pub fn completes(&self) -> bool {
        !self.completers.is_empty()
    }

    /// Fills it in.
    #[must_use]
    pub fn get(
        &self,
        cx: &Context,
        arguments: Option<&RawValue>,
    ) -> BoxFuture<'static, Result<GetPromptResult>> {
        let future = self.begin(cx, arguments);
        let Some(description) = self.info.description.clone() else {
            return future;
        };
        Box::pin(async move {
            let mut result = future.await?;
            result.description.get_or_insert(description);
            Ok(result)
        })
    }

    fn begin(
        &self,
        cx: &Context,
        arguments: Option<&RawValue>,
    ) -> BoxFuture<'static, Result<GetPromptResult>> {
        #[cfg(feature = "layers")]
        if !self.particulars.layers.is_empty() {
            return self.particulars.layers.get(cx, &self.info.name, arguments, &self.handler);
        }
        self.handler.get(cx, arguments)
    }

    /// How the argument `name` could go on; `None` if nobody knows.
    #[must_use]
    pub fn complete(
        &self,
        cx: &Context,
        name: &str,
        text: &str,
        others: HashMap<String, String>,
    ) -> Option<BoxFuture<'static, Result<Vec<String>>>> {
        self.completers.complete(cx, name, text, others)
    }
}

impl<R: 'static, T: 'static, const N: usize> Returning<TextInputs<N>, PromptOutput<R, T>> {
    /// A prompt that takes them. `get` gets the arguments in their slots.
    pub fn prompt<F>(self, name: &'static str, get: F) -> Prompt
    where
        F: for<'a> Fn(PromptOutput<R, T>, Texts<'a, N>) -> BoxFuture<'static, Result<GetPromptResult>>
            + Send
            + Sync
            + 'static,
    {
        let Self { inputs: TextInputs { names, arguments, particulars }, output } = self;
        let handler = move |cx: &Context, arguments: Option<&RawValue>| {
            get(output, Texts::of_prompt(cx, arguments, &names))
        };
        Prompt::of(name.to_owned(), Arc::new(handler), particulars).taking(arguments)
    }
}

/// What a prompt may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a prompt",
    label = "not a prompt result",
    note = "return `String`, `PromptMessage`, `Vec<PromptMessage>`, or a `Result` of one of these"
)]
pub trait IntoPrompt {
    /// The filled-in prompt.
    fn into_prompt(self) -> GetPromptResult;
}

#[diagnostic::do_not_recommend]
impl IntoPrompt for GetPromptResult {
    fn into_prompt(self) -> GetPromptResult {
        self
    }
}

#[diagnostic::do_not_recommend]
impl IntoPrompt for Vec<PromptMessage> {
    fn into_prompt(self) -> GetPromptResult {
        GetPromptResult { messages: self, ..GetPromptResult::default() }
    }
}

#[diagnostic::do_not_recommend]
impl IntoPrompt for PromptMessage {
    fn into_prompt(self) -> GetPromptResult {
        vec![self].into_prompt()
    }
}

#[diagnostic::do_not_recommend]
impl IntoPrompt for String {
    fn into_prompt(self) -> GetPromptResult {
        PromptMessage::user(self).into_prompt()
    }
}

#[diagnostic::do_not_recommend]
impl IntoPrompt for &'static str {
    fn into_prompt(self) -> GetPromptResult {
        PromptMessage::user(self).into_prompt()
    }
}

/// How an `R`, a `T` inside, becomes a filled-in prompt.
pub struct PromptOutput<R, T> {
    split: fn(R) -> Result<T>,
    into_prompt: fn(T) -> GetPromptResult,
}

impl<R, T> Clone for PromptOutput<R, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, T> Copy for PromptOutput<R, T> {}

impl<R, T> fmt::Debug for PromptOutput<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptOutput").finish_non_exhaustive()
    }
}

impl<R, T> PromptOutput<R, T> {
    /// The filled-in prompt.
    ///
    /// # Errors
    /// What the handler has failed with.
    pub fn finish(self, returned: R) -> Result<GetPromptResult> {
        (self.split)(returned).map(self.into_prompt)
    }
}

impl<R, T> Parts<R, T> {
    /// As a prompt.
    #[must_use]
    pub fn returned_prompt(self) -> PromptOutput<R, T>
    where
        T: IntoPrompt,
    {
        PromptOutput { split: self.split, into_prompt: T::into_prompt }
    }
}
