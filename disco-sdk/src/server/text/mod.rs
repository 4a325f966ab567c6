//! Parameters that come as text: the arguments of a prompt, and the variables of a URI.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use serde_json::Value;
use serde_json::value::RawValue;

use super::BoxFuture;
use super::args::{Problem, pointer, read, shortened};
use super::context::Context;
use super::param::{Describe, FromCall, Need, Parameter, Source, ViaCall};
use crate::error::{Error, Result};

/// Says that a parameter is read by `FromStr`.
#[derive(Debug)]
pub struct ViaText;

/// Says that a parameter is optional, and else read by `FromStr`.
#[derive(Debug)]
pub struct ViaOption;

/// What a prompt's parameter may be: a value of the call, or anything that can be read from text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a prompt's text",
    label = "neither readable from text nor part of the call",
    note = "implement `std::str::FromStr` for `{Self}`"
)]
pub trait PromptParam<Via>: Sized {
    #[doc(hidden)]
    fn source() -> Source<Self>;
}

/// What a variable of a URI template may be: anything that can be read from text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a URI",
    label = "not readable from text",
    note = "implement `std::str::FromStr` for `{Self}`; a value of the call needs `#[arg(inject)]` unless it is `Context` or `State`"
)]
pub trait Variable<Via>: Sized {
    #[doc(hidden)]
    fn source() -> Source<Self>;
}

impl<T: FromCall> PromptParam<ViaCall> for T {
    fn source() -> Source<Self> {
        Source::from_call()
    }
}

impl<T: FromStr<Err: Display>> PromptParam<ViaText> for T {
    fn source() -> Source<Self> {
        required()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromStr<Err: Display>> PromptParam<ViaOption> for Option<T> {
    fn source() -> Source<Self> {
        optional()
    }
}

impl<T: FromStr<Err: Display>> Variable<ViaText> for T {
    fn source() -> Source<Self> {
        required()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromStr<Err: Display>> Variable<ViaOption> for Option<T> {
    fn source() -> Source<Self> {
        optional()
    }
}

/// Nobody reads so. A second way keeps the compiler from looking into the first and telling of all
/// that it does not find there.
#[derive(Debug)]
pub struct ViaNothing;

trait Nobody {}

impl<T: Nobody> Variable<ViaNothing> for T {
    fn source() -> Source<Self> {
        Source::Text { parse: |_| Err(String::new()), absent: || None }
    }
}

fn required<T: FromStr<Err: Display>>() -> Source<T> {
    Source::Text { parse: parse::<T>, absent: || None }
}

fn optional<T: FromStr<Err: Display>>() -> Source<Option<T>> {
    Source::Text { parse: |text| parse::<T>(text).map(Some), absent: || Some(None) }
}

/// Reads a `T`, or says what is wrong.
fn parse<T: FromStr<Err: Display>>(text: &str) -> std::result::Result<T, String> {
    text.parse().map_err(|error: T::Err| {
        let expected = match std::any::type_name::<T>() {
            "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "an integer",
            "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "an integer from 0",
            "f32" | "f64" => "a number",
            "bool" => "true or false",
            "char" => "one character",
            _ => return error.to_string(),
        };
        format!("expected {expected}")
    })
}

/// The texts of one call: a slot for each of the handler's `N` parameters.
#[derive(Debug)]
pub struct Texts<'a, const N: usize> {
    context: &'a Context,
    slots: [Option<Cow<'a, str>>; N],
    problems: Vec<Problem>,
    error: Option<Error>,
    /// The URI that is read; empty for a prompt.
    uri: &'a str,
}

impl<'a, const N: usize> Texts<'a, N> {
    /// The arguments of a prompt, whose values have to be texts.
    pub(crate) fn of_prompt(
        context: &'a Context,
        arguments: Option<&'a RawValue>,
        names: &[Option<&'static str>; N],
    ) -> Self {
        let mut texts =
            Self { context, slots: [const { None }; N], problems: Vec::new(), error: None, uri: "" };
        let mut raw = [None; N];
        if let Some(arguments) = arguments {
            read::sort(arguments, names, &mut raw, &mut texts.problems);
        }
        for ((slot, raw), name) in texts.slots.iter_mut().zip(raw).zip(names) {
            let Some(raw) = raw.filter(|raw| raw.get() != "null") else {
                continue;
            };
            if let Ok(text) = serde_json::from_str::<String>(raw.get()) {
                *slot = Some(Cow::Owned(text));
            } else {
                let pointer = pointer([name.unwrap_or_default()]);
                texts.problems.push(Problem::unexpected(pointer, raw.get(), "a string"));
            }
        }
        texts
    }

    /// The variables of a URI.
    pub(crate) fn of_uri(
        context: &'a Context,
        uri: &'a str,
        mut variables: HashMap<String, String>,
        names: &[Option<&'static str>; N],
    ) -> Self {
        Self {
            context,
            slots: names.map(|name| variables.remove(name?).map(Cow::Owned)),
            problems: Vec::new(),
            error: None,
            uri,
        }
    }

    /// The value of the parameter at `index`; `None` if it is wrong, which is then kept in mind.
    pub fn take<T>(&mut self, index: usize, parameter: &Parameter<T>) -> Option<T> {
        let parse = match &parameter.source {
            Source::Text { parse, .. } => parse,
            Source::Call { from_call, .. } => {
                return from_call(self.context).map_err(|error| self.error.get_or_insert(error)).ok();
            }
            Source::Json { .. } => return None,
        };
        let text = self.slots.get(index).and_then(Option::as_deref);
        let value = match text {
            Some(text) => parse(text),
            None => parameter.absent().ok_or_else(|| "missing".to_owned()),
        };
        let wrong = match value {
            Ok(value) => match parameter.broken(&value) {
                Some(bound) => format!("expected {}", bound.words()),
                None => return Some(value),
            },
            Err(wrong) => wrong,
        };
        let pointer =
            if self.uri.is_empty() { pointer([parameter.name]) } else { format!("{{{}}}", parameter.name) };
        let given = text.map(|text| shortened(&Value::from(text).to_string()));
        self.problems.push(Problem { pointer, given, wrong });
        None
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.problems.is_empty() && self.error.is_none()
    }

    /// The URI that is read.
    #[must_use]
    pub fn uri(&self) -> String {
        self.uri.to_owned()
    }

    /// The answer to a call whose texts are wrong.
    #[must_use]
    pub fn refuse<T: Send + 'static>(self) -> BoxFuture<'static, Result<T>> {
        Box::pin(std::future::ready(Err(self.into_error())))
    }

    /// What is wrong, as a fault of the protocol: these texts were not written by a model that could
    /// mend them.
    fn into_error(self) -> Error {
        if let Some(error) = self.error {
            return error;
        }
        let what = if self.uri.is_empty() {
            "/params/arguments".to_owned()
        } else {
            format!("/params/uri {:?}", shortened(self.uri))
        };
        let lines: Vec<String> = self.problems.iter().map(Problem::to_string).collect();
        let problems: Vec<Value> = self.problems.iter().map(Problem::to_json).collect();
        let error = Error::invalid_params(format!("{what}: {}", lines.join("; ")));
        let error = error.with_data("problems", problems);
        match self.problems.first().filter(|_| self.uri.is_empty()) {
            Some(problem) => error.with_data("pointer", format!("{what}{}", problem.pointer)),
            None => error,
        }
    }
}

/// The names and needs of parameters that come as text.
#[derive(Debug)]
pub struct TextInputs<const N: usize> {
    pub(crate) names: [Option<&'static str>; N],
    pub(crate) arguments: Vec<TextArgument>,
    pub(crate) needs: Vec<Need>,
    pub(crate) faults: Vec<String>,
}

/// What a list shows of one of them.
#[derive(Debug)]
pub(crate) struct TextArgument {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) is_required: bool,
}

impl<const N: usize> TextInputs<N> {
    /// Asks each of them.
    #[must_use]
    pub fn of(parameters: [&dyn Describe; N]) -> Self {
        let arguments = parameters.iter().filter_map(|parameter| {
            Some(TextArgument {
                name: parameter.argument_name()?,
                description: parameter.description(),
                is_required: parameter.is_required(),
            })
        });
        Self {
            arguments: arguments.collect(),
            names: parameters.map(Describe::argument_name),
            needs: parameters.iter().flat_map(|parameter| parameter.needs()).collect(),
            faults: parameters.iter().filter_map(|parameter| parameter.fault()).collect(),
        }
    }
}
