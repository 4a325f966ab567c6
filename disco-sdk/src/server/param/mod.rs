//! What a handler's parameters may be: values of the call, and arguments that the caller sends.

mod parameter;
mod rich;
mod written;

use std::any::TypeId;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::parameter::{Describe, Parameter};
pub use self::rich::Rich;
pub use self::written::{NotWritten, Written};
use super::args::{Fault, absent, decode};
use super::ask::CanAsk;
use super::context::Context;
use super::resource::template::Found;
use crate::error::Result;
use crate::schema::Schemas;

/// State that a handler needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Its type.
    pub type_id: TypeId,
    /// The name of its type, for people.
    pub type_name: &'static str,
}

impl Need {
    /// The need of a state of type `T`.
    #[must_use]
    pub fn of<T: 'static>() -> Self {
        Self { type_id: TypeId::of::<T>(), type_name: std::any::type_name::<T>() }
    }
}

/// A value of the call: a parameter that the caller does not send and the schema does not show.
///
/// [`Context`] and [`State`](super::state::State) are such values; implement it for your own. A type
/// that is one must not be `Deserialize + JsonSchema` too: the compiler could not choose.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::FromCall;
///
/// /// Which revision the caller speaks.
/// struct Revision(String);
///
/// impl FromCall for Revision {
///     fn from_call(cx: &Context) -> Result<Self> {
///         let _ = cx;
///         Ok(Self("the newest".to_owned()))
///     }
/// }
///
/// /// Tells the caller how it speaks.
/// #[tool]
/// fn revision(revision: Revision, loudly: bool) -> String {
///     if loudly { revision.0.to_uppercase() } else { revision.0 }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of the call",
    label = "only a value of the call can be borrowed or injected",
    note = "take an argument owned, as `{Self}`; implement `disco_sdk::FromCall` for values of the call"
)]
pub trait FromCall: Sized {
    /// Takes the value out of the call.
    ///
    /// # Errors
    /// Fails the call, as if the handler itself had failed so.
    fn from_call(cx: &Context) -> Result<Self>;

    /// The state that has to be there; `build()` checks it.
    #[must_use]
    fn needs() -> Vec<Need> {
        Vec::new()
    }
}

#[diagnostic::do_not_recommend]
impl FromCall for Context {
    fn from_call(cx: &Context) -> Result<Self> {
        Ok(cx.clone())
    }
}

/// Says that a [`Param`] is a value of the call.
#[derive(Debug)]
pub struct ViaCall;

/// Says that a [`Param`] is read from JSON.
#[derive(Debug)]
pub struct ViaJson;

/// What a tool's parameter may be: a value of the call, or an argument that is read from JSON.
///
/// Which of the two is told by the traits that the type has, never by its name, so aliases work.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a tool parameter",
    label = "neither readable from JSON nor part of the call",
    note = "add `#[derive(serde::Deserialize, disco_sdk::JsonSchema)]` to `{Self}`, or to the type in it"
)]
pub trait Param<Via>: Sized {
    #[doc(hidden)]
    fn source() -> Source<Self>;
}

impl<T: FromCall> Param<ViaCall> for T {
    fn source() -> Source<Self> {
        Source::from_call()
    }
}

impl<T: DeserializeOwned + JsonSchema> Param<ViaJson> for T {
    fn source() -> Source<Self> {
        Source::Json {
            schema: Schemas::of::<T>,
            decode: decode::<T>,
            absent: absent::<T>,
            rich: Rich::of::<T>(),
        }
    }
}

/// Where a parameter comes from.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "there is nothing to see in it")]
pub enum Source<T> {
    /// The call itself.
    Call { from_call: fn(&Context) -> Result<T>, needs: fn() -> Vec<Need>, can_ask: CanAsk },
    /// A member of a JSON object.
    Json {
        schema: fn(&mut Schemas) -> Value,
        decode: fn(&str) -> Result<T, Fault>,
        absent: fn() -> Option<T>,
        /// What it needs, if it is not plain.
        rich: Option<&'static Rich>,
    },
    /// One text: an argument of a prompt, or a variable of a URI template.
    Text {
        parse: fn(&str) -> Result<T, String>,
        absent: fn() -> Option<T>,
        /// All that can be read; empty if that is too much to tell.
        choices: fn() -> Vec<String>,
    },
    /// Several texts: what stands at a variable of a URI, whose name is told.
    Texts { read: fn(&Found, &str) -> Result<T, String>, absent: fn() -> Option<T> },
}

impl<T: FromCall> Source<T> {
    pub(crate) fn from_call() -> Self {
        Self::Call { from_call: T::from_call, needs: T::needs, can_ask: CanAsk::YES }
    }
}
