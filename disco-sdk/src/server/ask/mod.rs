//! Questions to the client: the same await in every revision.
//!
//! In the old era a question is a request on the call's own stream. In the new one the call is
//! answered with its questions, and the client sends it again with the answers.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::context::Context;
use super::form::Form;
use crate::error::AskError;
use crate::protocol::root::{ListRootsResult, Root};
use crate::protocol::sampling::{CreateMessage, CreateMessageResult};

pub(crate) mod begin;
pub(crate) mod direct;
mod elicitation;
mod future;
mod journal;
pub(crate) mod kept;
mod key;
mod once;
mod question;
pub(crate) mod rounds;
pub(crate) mod settle;
pub(crate) mod single_use;
pub(crate) mod state;
pub(crate) mod store;
#[cfg(test)]
mod tests;
mod visit;
mod waiting;

pub use elicitation::Elicitation;
pub use future::Ask;
#[doc(hidden)]
pub use rounds::CanAsk;

pub(crate) use direct::Sent;
pub(crate) use key::name_of;
use question::Link;
pub(crate) use question::Question;
pub(crate) use waiting::{Answer, Waiting};

use direct::Direct;
use rounds::Rounds;

/// How the client of a call can be asked.
#[derive(Debug)]
pub(crate) enum Asking {
    /// Not at all: calls of this kind do not ask.
    Never,
    /// By requests of ours (until 2025-11-25).
    Direct(Direct),
    /// By results, which the client answers by calling again.
    Rounds(Rounds),
}

impl Asking {
    /// Whoever still waits learns that no answer will come.
    pub(crate) fn close(&self) {
        match self {
            Self::Never => {}
            Self::Direct(direct) => direct.close(),
            Self::Rounds(rounds) => rounds.close(),
        }
    }
}

/// What a call may ask at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// How many questions may be open at once.
    pub(crate) questions: usize,
    /// How long an answer may take.
    pub(crate) answer: Duration,
}

pub(crate) fn too_many(most: usize) -> AskError {
    AskError::Misused { reason: format!("{most} questions of this call are open already; ask fewer at once") }
}

/// What a handler may ask. A question is an ordinary await; by `?` a "no" ends the call.
impl Context {
    /// Asks the person, by a form with the fields of `T`: a struct with [`#[derive(Form)]`](Form), or a
    /// text, a number, a `bool` or an enum alone.
    ///
    /// An answer that does not fit is asked for again, three times at most. Not for secrets: those are
    /// asked for with [`Context::ask_url`].
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// #[derive(Form)]
    /// struct Trip {
    ///     /// Where to?
    ///     city: String,
    ///     nights: u8,
    /// }
    ///
    /// /// Books a trip.
    /// #[tool]
    /// async fn book(ctx: Context) -> Result<String> {
    ///     let trip: Trip = ctx.ask("Where would you like to go?").await?;
    ///     if !ctx.ask::<bool>(format!("Book {} nights in {}?", trip.nights, trip.city)).await? {
    ///         return Ok("nothing booked".into());
    ///     }
    ///     Ok(format!("booked {}", trip.city))
    /// }
    /// ```
    pub fn ask<T: Form>(&self, message: impl Into<String>) -> Ask<T> {
        let form = T::schema();
        let question = Question::Form { message: message.into(), schema: form.to_json() };
        Ask::new(self, question, move |content| match content {
            Value::Object(content) => form.read(content),
            _ => Err("expected an object".to_owned()),
        })
    }

    /// Sends the person to a URL: for what must not pass through the client, such as secrets.
    ///
    /// That this comes back means that the person has agreed to go there, not that they are done.
    /// The URL must not itself give access to anything. [`Context::elicitation`] is the same with a name,
    /// and can tell the client when they are done.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// /// Connects an account.
    /// #[tool]
    /// async fn connect(ctx: Context) -> Result<&'static str> {
    ///     ctx.ask_url("Sign in to your bank.", "https://bank.example/connect").await?;
    ///     Ok("go on there")
    /// }
    /// ```
    pub fn ask_url(&self, message: impl Into<String>, url: impl Into<String>) -> Ask<()> {
        let link = Link { url: url.into(), id: None, is_required: false };
        Ask::new(self, Question::Url { message: message.into(), link }, |_| Ok(()))
    }

    /// Asks the client's model: a text, or a whole [`CreateMessage`].
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// /// Sums a text up.
    /// #[tool]
    /// async fn sum_up(ctx: Context, text: String) -> Result<String> {
    ///     Ok(ctx.sample(format!("Sum up in a sentence: {text}")).await?.text())
    /// }
    /// ```
    pub fn sample(&self, message: impl Into<CreateMessage>) -> Ask<CreateMessageResult> {
        let question = Question::sample(&message.into());
        Ask::new(self, question, read::<CreateMessageResult>)
    }

    /// Asks where the person works.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// /// Lists the folders that are open.
    /// #[tool]
    /// async fn folders(ctx: Context) -> Result<Vec<String>> {
    ///     Ok(ctx.roots().await?.into_iter().map(|root| root.uri).collect())
    /// }
    /// ```
    pub fn roots(&self) -> Ask<Vec<Root>> {
        Ask::new(self, Question::roots(), |answer| read::<ListRootsResult>(answer).map(|list| list.roots))
    }

    /// The same call, whose questions and effects are named apart: for libraries, and for loops whose
    /// turns run at once.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// async fn confirm(ctx: &Context, file: &str) -> Result<bool> {
    ///     Ok(ctx.scope(file).ask::<bool>("Delete it?").await?)
    /// }
    /// ```
    #[must_use]
    pub fn scope(&self, name: &str) -> Self {
        let outer = self.scope_name().map(|outer| format!("{outer}/")).unwrap_or_default();
        self.in_scope(Arc::from(format!("{outer}{name}")))
    }
}

fn read<T: DeserializeOwned>(answer: &Value) -> Result<T, String> {
    T::deserialize(answer).map_err(|error| error.to_string())
}
