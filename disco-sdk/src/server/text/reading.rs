//! How a type is read from text: by `FromStr`, or else by serde.
//!
//! An expansion asks `(&&&&Reading::<T, OfPrompt>::ask()).source()`. The first trait that the type has
//! answers: a value of the call, which no caller may send; `Option<T>` of what is read by `FromStr`;
//! `FromStr` itself; serde; and last a trait that nothing has, which is the error at the type.

use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::schema::{self, JsonSchema};
use crate::server::args::{Problem, absent, decode, listed};
use crate::server::param::{FromCall, Source};

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

/// Is not read, but a value of the call.
pub trait ReadFromCall {
    /// What is taken.
    type Read;
    #[doc(hidden)]
    fn source(&self) -> Source<Self::Read>;
}

impl<T: FromCall> ReadFromCall for &&&Reading<T, OfPrompt> {
    type Read = T;

    fn source(&self) -> Source<T> {
        Source::from_call()
    }
}

/// May be left out, and is else read by `FromStr`.
pub trait ReadOptional {
    /// What is read.
    type Read;
    #[doc(hidden)]
    fn source(&self) -> Source<Self::Read>;
}

impl<T: FromStr<Err: Display>, For> ReadOptional for &&Reading<Option<T>, For> {
    type Read = Option<T>;

    fn source(&self) -> Source<Option<T>> {
        Source::Text {
            parse: |text| parse::<T>(text).map(Some),
            absent: || Some(None),
            choices: choices_of_type::<T>,
        }
    }
}

/// Is read by `FromStr`.
pub trait ReadText {
    /// What is read.
    type Read;
    #[doc(hidden)]
    fn source(&self) -> Source<Self::Read>;
}

impl<T: FromStr<Err: Display>, For> ReadText for &Reading<T, For> {
    type Read = T;

    fn source(&self) -> Source<T> {
        Source::Text { parse: parse::<T>, absent: || None, choices: choices_of_type::<T> }
    }
}

/// Is read by serde: an enum from its name, anything else from JSON.
pub trait ReadBySerde {
    /// What is read.
    type Read;
    #[doc(hidden)]
    fn source(&self) -> Source<Self::Read>;
}

impl<T: DeserializeOwned + JsonSchema, For> ReadBySerde for Reading<T, For> {
    type Read = T;

    fn source(&self) -> Source<T> {
        Source::Text { parse: read::<T>, absent: absent::<T>, choices: choices::<T> }
    }
}

/// Is not read.
pub trait PromptReading<T> {
    #[doc(hidden)]
    fn source<Via>(self) -> Source<T>
    where
        T: PromptParam<Via>;
}

impl<T> PromptReading<T> for Reading<T, OfPrompt> {
    fn source<Via>(self) -> Source<T>
    where
        T: PromptParam<Via>,
    {
        T::not_read()
    }
}

/// Is not read.
pub trait TemplateReading<T> {
    #[doc(hidden)]
    fn source<Via>(self) -> Source<T>
    where
        T: Variable<Via>;
}

impl<T> TemplateReading<T> for Reading<T, OfTemplate> {
    fn source<Via>(self) -> Source<T>
    where
        T: Variable<Via>,
    {
        T::not_read()
    }
}

/// What a prompt's parameter may be, if it is neither read from text nor a value of the call: nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a prompt's text",
    label = "neither readable from text nor part of the call",
    note = "implement `std::str::FromStr` for `{Self}`, or for an enum `#[derive(serde::Deserialize, disco_sdk::JsonSchema)]`"
)]
pub trait PromptParam<Via>: Sized {
    #[doc(hidden)]
    fn not_read() -> Source<Self>;
}

/// What a variable of a URI template may be, if it is not read from text: nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a URI",
    label = "not readable from text",
    note = "implement `std::str::FromStr` for `{Self}`, or for an enum `#[derive(serde::Deserialize, disco_sdk::JsonSchema)]`; a value of the call needs `#[arg(inject)]` unless it is `Context` or `State`"
)]
pub trait Variable<Via>: Sized {
    #[doc(hidden)]
    fn not_read() -> Source<Self>;
}

/// Nobody is so. A second way keeps the compiler from looking into the first and telling of all that it
/// does not find there.
#[derive(Debug)]
pub struct ViaNothing;

/// Nor so.
#[derive(Debug)]
pub struct ViaNothingElse;

trait Nobody {
    fn source() -> Source<Self>
    where
        Self: Sized;
}

impl<T: Nobody> PromptParam<ViaNothing> for T {
    fn not_read() -> Source<Self> {
        <T as Nobody>::source()
    }
}

impl<T: Nobody> PromptParam<ViaNothingElse> for T {
    fn not_read() -> Source<Self> {
        <T as Nobody>::source()
    }
}

impl<T: Nobody> Variable<ViaNothing> for T {
    fn not_read() -> Source<Self> {
        <T as Nobody>::source()
    }
}

impl<T: Nobody> Variable<ViaNothingElse> for T {
    fn not_read() -> Source<Self> {
        <T as Nobody>::source()
    }
}

/// Reads a `T`, or says what is wrong.
fn parse<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| {
        let expected = match std::any::type_name::<T>() {
            "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "an integer, such as 1",
            "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "an integer from 0, such as 1",
            "f32" | "f64" => "a number, such as 0.5",
            "bool" => "true or false",
            "char" => "one character",
            _ => return error.to_string(),
        };
        format!("expected {expected}")
    })
}

/// Reads a `T` as if the text were a string of JSON, or else as JSON.
fn read<T: DeserializeOwned + JsonSchema>(text: &str) -> Result<T, String> {
    let string = Value::from(text).to_string();
    decode::<T>(&string).or_else(|fault| {
        decode::<T>(text).map_err(|_| Problem::inside(&fault, &schema::of_input::<T>(), &string).words(false))
    })
}

/// The words that a schema lists.
fn choices<T: JsonSchema>() -> Vec<String> {
    let schema = schema::of_input::<T>();
    let listed = listed(&schema, &schema).unwrap_or_default();
    listed.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The words of a type of Rust.
fn choices_of_type<T>() -> Vec<String> {
    match std::any::type_name::<T>() {
        "bool" => vec!["true".to_owned(), "false".to_owned()],
        _ => Vec::new(),
    }
}
