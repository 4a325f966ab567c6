//! From the type that a handler returns to the result of the call.
//!
//! An expansion asks twice. `Returned::<R>::ask().returned_parts()`: is `R` a `Result`? A trait of the
//! reference to a reference says that its error holds one of Rust, as boxes and `anyhow::Error` do, one of the
//! reference that it is one, an inherent method that it is any other, a trait behind it that `R` is no `Result`. `.returned_output()`: is it content, or typed? Inherent
//! methods win over those of traits, so nothing is ambiguous, and aliases work.

use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{IntoContent, ToolOutput};
use crate::error::{Error, Result};
use crate::schema;
use crate::server::failure;

/// The question what `R` is.
pub struct Returned<R>(PhantomData<fn() -> R>);

impl<R> Returned<R> {
    /// Asks.
    #[must_use]
    pub fn ask<'a>() -> &'a &'a Self {
        &&Self(PhantomData)
    }
}

/// A result taken apart: a `T`, or a failure.
pub struct Parts<R, T> {
    pub(crate) split: fn(R) -> Result<T>,
}

/// What may stand in the `Err` of a handler's result: whatever can be printed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a handler",
    label = "this error cannot be printed",
    note = "implement `std::fmt::Display` for `{Self}`, or return `disco_sdk::Result`"
)]
pub trait Failure {
    /// The failure, in words.
    fn into_error(self) -> Error;
}

#[diagnostic::do_not_recommend]
impl<E: fmt::Display + 'static> Failure for E {
    fn into_error(self) -> Error {
        Error::from_display(self)
    }
}

impl<R> Clone for Returned<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Returned<R> {}

/// A failure that holds any error of Rust, such as `anyhow::Error` or a box, tells what that one knows.
pub trait Held {
    /// What is returned, and what is in it.
    type Returned;
    /// The value, if there is one.
    type Value;

    /// A value or a failure.
    fn returned_parts(&self) -> Parts<Self::Returned, Self::Value>;
}

impl<T, E: AsRef<dyn StdError + Send + Sync>> Held for &Returned<std::result::Result<T, E>> {
    type Returned = std::result::Result<T, E>;
    type Value = T;

    fn returned_parts(&self) -> Parts<Self::Returned, T> {
        Parts { split: |result| result.map_err(|error| Error::of_held(error.as_ref())) }
    }
}

/// A failure that is an error of Rust knows what it came from.
pub trait Caused {
    /// What is returned, and what is in it.
    type Returned;
    /// The value, if there is one.
    type Value;

    /// A value or a failure.
    fn returned_parts(&self) -> Parts<Self::Returned, Self::Value>;
}

impl<T, E: StdError + 'static> Caused for Returned<std::result::Result<T, E>> {
    type Returned = std::result::Result<T, E>;
    type Value = T;

    fn returned_parts(&self) -> Parts<Self::Returned, T> {
        Parts { split: |result| result.map_err(Error::from_std) }
    }
}

impl<T, E> Returned<std::result::Result<T, E>> {
    /// A `T` or a failure.
    #[must_use]
    pub fn returned_parts(self) -> Parts<std::result::Result<T, E>, T>
    where
        E: Failure,
    {
        Parts { split: |result| result.map_err(Failure::into_error) }
    }
}

/// What is no `Result` cannot fail.
pub trait Infallible: Sized {
    /// What is returned.
    type Returned;

    /// All of it.
    fn returned_parts(self) -> Parts<Self::Returned, Self::Returned> {
        Parts { split: Ok }
    }
}

impl<R> Infallible for Returned<R> {
    type Returned = R;
}

/// How an `R`, a `T` inside, becomes the result of a tool.
pub struct Output<R, T> {
    split: fn(R) -> Result<T>,
    write: fn(T) -> Result<ToolOutput>,
    schema: Option<fn() -> Value>,
}

impl<R, T> Clone for Output<R, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, T> Copy for Output<R, T> {}

impl<R, T> Output<R, T> {
    /// The schema of the structured result, if there is one.
    #[must_use]
    pub fn schema(self) -> Option<Value> {
        self.schema.map(|schema| schema())
    }

    /// The result of the call.
    ///
    /// # Errors
    /// Only a fault of the protocol; any other failure is a result.
    pub fn finish(self, returned: R) -> Result<ToolOutput> {
        (self.split)(returned).and_then(self.write).or_else(failure::outcome)
    }
}

impl<R, T: IntoContent> Parts<R, T> {
    /// For the model alone.
    #[must_use]
    pub fn returned_output(self) -> Output<R, T> {
        Output { split: self.split, write: |content| Ok(content.into_output()), schema: None }
    }
}

/// What is no content has to be typed.
pub trait TypedOutput<R, T>: Sized {
    /// For programs, with a schema.
    fn returned_output<Via>(self) -> Output<R, T>
    where
        T: Typed<Via>;
}

impl<R, T> TypedOutput<R, T> for Parts<R, T> {
    fn returned_output<Via>(self) -> Output<R, T>
    where
        T: Typed<Via>,
    {
        Output { split: self.split, write: T::into_typed_output, schema: Some(T::schema) }
    }
}

/// A result for programs: it can be written as JSON, and has a schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a tool",
    label = "not a tool result",
    note = "return `String`, a number, `Json<T>`, `Content`, or a `Result` of one of these"
)]
pub trait Typed<Via> {
    #[doc(hidden)]
    fn schema() -> Value;
    #[doc(hidden)]
    fn into_typed_output(self) -> Result<ToolOutput>;
}

/// Says that a [`Typed`] is written by serde.
#[derive(Debug)]
pub struct ViaSerde;

impl<T: Serialize + JsonSchema> Typed<ViaSerde> for T {
    fn schema() -> Value {
        schema::of_output::<T>()
    }

    fn into_typed_output(self) -> Result<ToolOutput> {
        ToolOutput::structured(&self)
    }
}

/// Nobody is typed so. A second way keeps the compiler from looking into the first and telling of
/// everything that it does not find there.
#[derive(Debug)]
pub struct ViaNothing;

trait Nobody {}

impl<T: Nobody> Typed<ViaNothing> for T {
    fn schema() -> Value {
        Value::Null
    }

    fn into_typed_output(self) -> Result<ToolOutput> {
        Ok(ToolOutput::default())
    }
}

macro_rules! opaque {
    ($($name:ident<$($part:ident),+>)+) => {
        $(impl<$($part),+> fmt::Debug for $name<$($part),+> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        })+
    };
}

opaque! {
    Returned<R>
    Parts<R, T>
    Output<R, T>
}
