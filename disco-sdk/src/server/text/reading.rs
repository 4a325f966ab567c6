//! How a type is read from text: by `FromStr`, or else by serde.
//!
//! An expansion asks `(&&&&Reading::<T, OfPrompt>::ask()).source()`. The first trait that the type has
//! answers: a value of the call, which no caller may send; `Option<T>` of what is read by `FromStr`;
//! `FromStr` itself; serde; and last a trait that nothing has, which is the error at the type. A variable
//! of a URI may be several texts too: lists and maps stand beside these where variables are read.

use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::DeserializeOwned;

use super::parse::{choices, choices_of_type, parse, read};
use super::unread::{PromptParam, Variable};
use crate::schema::JsonSchema;
use crate::server::args::absent;
use crate::server::param::{FromCall, Source};
use crate::server::resource::check_path;

/// The question how a `T` is read, for a prompt or for a template.
pub struct Reading<T, For>(PhantomData<fn() -> (T, For)>);

/// For an argument of a prompt.
#[derive(Debug)]
pub struct OfPrompt;

/// For a variable of a URI template.
#[derive(Debug)]
pub struct OfTemplate;

impl<T, For> fmt::Debug for Reading<T, For> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").finish_non_exhaustive()
    }
}

impl<T, For> Clone for Reading<T, For> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, For> Copy for Reading<T, For> {}

impl<T, For> Reading<T, For> {
    /// Asks.
    #[must_use]
    pub fn ask() -> Self {
        Self(PhantomData)
    }
}

/// The answer, and in its type what kind of thing is read.
#[expect(missing_debug_implementations, reason = "there is nothing to see in it")]
pub struct Readable<T, Via> {
    pub(crate) source: Source<T>,
    via: PhantomData<Via>,
}

impl<T, Via> From<Source<T>> for Readable<T, Via> {
    fn from(source: Source<T>) -> Self {
        Self { source, via: PhantomData }
    }
}

/// Says that it is one text, which is there.
#[derive(Debug)]
pub struct ViaText;

/// Says that it is one text, which may be left out.
#[derive(Debug)]
pub struct ViaOption;

/// What is read, as far as the place demands more than the type.
pub trait Place {
    /// What is wrong with a text that would become a `T`.
    #[doc(hidden)]
    fn check<T: 'static>(text: &str) -> Result<(), String>;
}

impl Place for OfPrompt {
    fn check<T: 'static>(_: &str) -> Result<(), String> {
        Ok(())
    }
}

impl Place for OfTemplate {
    fn check<T: 'static>(text: &str) -> Result<(), String> {
        check_path::<T>(text)
    }
}

fn checked<T: FromStr<Err: Display> + 'static, For: Place>(text: &str) -> Result<T, String> {
    For::check::<T>(text).and_then(|()| parse(text))
}

/// Is not read, but a value of the call.
pub trait ReadFromCall {
    /// What is taken.
    type Read;
    #[doc(hidden)]
    fn source(&self) -> Readable<Self::Read, ViaText>;
}

impl<T: FromCall> ReadFromCall for &&&Reading<T, OfPrompt> {
    type Read = T;

    fn source(&self) -> Readable<T, ViaText> {
        Source::from_call().into()
    }
}

/// May be left out, and is else read by `FromStr`.
pub trait ReadOptional {
    /// What is read.
    type Read;
    #[doc(hidden)]
    fn source(&self) -> Readable<Self::Read, ViaOption>;
}

impl<T: FromStr<Err: Display> + 'static, For: Place> ReadOptional for &&Reading<Option<T>, For> {
    type Read = Option<T>;

    fn source(&self) -> Readable<Option<T>, ViaOption> {
        let parse = |text: &str| checked::<T, For>(text).map(Some);
        Source::Text { parse, absent: || Some(None), choices: choices_of_type::<T> }.into()
    }
}

/// Is read by `FromStr`.
pub trait ReadText {
    /// What is read.
    type Read;
    #[doc(hidden)]
    fn source(&self) -> Readable<Self::Read, ViaText>;
}

impl<T: FromStr<Err: Display> + 'static, For: Place> ReadText for &Reading<T, For> {
    type Read = T;

    fn source(&self) -> Readable<T, ViaText> {
        Source::Text { parse: checked::<T, For>, absent: || None, choices: choices_of_type::<T> }.into()
    }
}

/// May be left out, and is else read by serde.
pub trait ReadOptionalBySerde {
    /// What is read.
    type Read;
    #[doc(hidden)]
    fn source(&self) -> Readable<Self::Read, ViaOption>;
}

impl<T: DeserializeOwned + JsonSchema, For> ReadOptionalBySerde for &Reading<Option<T>, For> {
    type Read = Option<T>;

    fn source(&self) -> Readable<Option<T>, ViaOption> {
        Source::Text { parse: read::<Option<T>>, absent: || Some(None), choices: choices::<T> }.into()
    }
}

/// Is read by serde: an enum from its name, anything else from JSON.
pub trait ReadBySerde {
    /// What is read.
    type Read;
    #[doc(hidden)]
    fn source(&self) -> Readable<Self::Read, ViaText>;
}

impl<T: DeserializeOwned + JsonSchema, For> ReadBySerde for Reading<T, For> {
    type Read = T;

    fn source(&self) -> Readable<T, ViaText> {
        Source::Text { parse: read::<T>, absent: absent::<T>, choices: choices::<T> }.into()
    }
}

/// Is not read.
pub trait PromptReading<T> {
    #[doc(hidden)]
    fn source<Via>(self) -> Readable<T, ViaText>
    where
        T: PromptParam<Via>;
}

impl<T> PromptReading<T> for Reading<T, OfPrompt> {
    fn source<Via>(self) -> Readable<T, ViaText>
    where
        T: PromptParam<Via>,
    {
        T::not_read().into()
    }
}

/// Is not read. It goes wherever a variable stands, so that nothing else is said of it.
pub trait TemplateReading<T> {
    #[doc(hidden)]
    fn source<Via>(self) -> Readable<T, ViaAnything>
    where
        T: Variable<Via>;
}

impl<T> TemplateReading<T> for Reading<T, OfTemplate> {
    fn source<Via>(self) -> Readable<T, ViaAnything>
    where
        T: Variable<Via>,
    {
        T::not_read().into()
    }
}

/// Says nothing.
#[derive(Debug)]
pub struct ViaAnything;
