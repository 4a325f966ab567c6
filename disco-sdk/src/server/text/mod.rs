//! Parameters that come as text: the arguments of a prompt, and the variables of a URI.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

use super::BoxFuture;
use super::args::read::{Names, Sorted};
use super::args::{Problem, pointer, shortened};
use super::context::Context;
use super::output::Returning;
use super::param::{Describe, Parameter, Source};
use super::particulars::Particulars;
use super::resource::template::{Found, Variables};
use crate::error::{Error, Result};

mod parse;
mod reading;
mod unread;

pub(crate) use parse::{parse, read};
pub use reading::{
    OfPrompt, OfTemplate, PromptReading, ReadBySerde, ReadFromCall, ReadOptional, ReadOptionalBySerde,
    ReadText, Readable, Reading, TemplateReading, ViaAnything, ViaOption, ViaText,
};
pub use unread::{PromptParam, Variable};

/// What a caller has given for a parameter.
#[derive(Clone, Debug)]
enum Given<'a> {
    Text(Cow<'a, str>),
    Found(&'a Found),
}

impl Given<'_> {
    fn shown(&self) -> String {
        let text = match self {
            Self::Text(text) => text.to_string(),
            Self::Found(found) => found.shown(),
        };
        shortened(&Value::from(text).to_string())
    }
}

/// The texts of one call: a slot for each of the handler's `N` parameters.
#[derive(Debug)]
pub struct Texts<'a, const N: usize> {
    context: &'a Context,
    slots: [Option<Given<'a>>; N],
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
        let Sorted { slots: raw, problems, .. } =
            Sorted::<N>::of(arguments, Names { slots: names, flattened: &[] });
        let mut texts = Self { context, slots: [const { None }; N], problems, error: None, uri: "" };
        for ((slot, raw), name) in texts.slots.iter_mut().zip(raw).zip(names) {
            let Some(raw) = raw.map(RawValue::get).filter(|raw| *raw != "null") else {
                continue;
            };
            match serde_json::from_str::<String>(raw) {
                Ok(text) => *slot = Some(Given::Text(Cow::Owned(text))),
                Err(_) if context.is_lenient() => *slot = Some(Given::Text(Cow::Owned(raw.to_owned()))),
                Err(_) => {
                    let pointer = pointer([name.unwrap_or_default()]);
                    texts.problems.push(Problem::unexpected(pointer, raw, "a string"));
                }
            }
        }
        texts
    }

    /// The variables of a URI.
    pub(crate) fn of_uri(
        context: &'a Context,
        uri: &'a str,
        variables: &'a Variables,
        names: &[Option<&'static str>; N],
    ) -> Self {
        Self {
            context,
            slots: names.map(|name| variables.found(name?).map(Given::Found)),
            problems: Vec::new(),
            error: None,
            uri,
        }
    }

    /// The value of the parameter at `index`; `None` if it is wrong, which is then kept in mind.
    pub fn take<T>(&mut self, index: usize, parameter: &Parameter<T>) -> Option<T> {
        if let Source::Call { from_call, .. } = &parameter.source {
            return from_call(self.context).map_err(|error| self.error.get_or_insert(error)).ok();
        }
        let given = self.slots.get(index).and_then(Option::as_ref);
        let value = match (given, &parameter.source) {
            (Some(Given::Text(text)), Source::Text { parse, .. }) => parse(text),
            (Some(Given::Found(found)), Source::Text { parse, .. }) => {
                found.text().ok_or_else(|| "expected one value".to_owned()).and_then(|text| parse(&text))
            }
            (Some(Given::Found(found)), Source::Texts { read, .. }) => read(found, parameter.name),
            (Some(_), _) => return None,
            (None, _) => parameter.absent().ok_or_else(|| "missing".to_owned()),
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
        let given = given.map(Given::shown);
        self.problems.push(Problem { pointer, given, wrong, ..Problem::default() });
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
        self.error.unwrap_or_else(|| refused(self.uri, &self.problems))
    }
}

#[cold]
fn refused(uri: &str, problems: &[Problem]) -> Error {
    let what = if uri.is_empty() {
        "/params/arguments".to_owned()
    } else {
        format!("/params/uri {:?}", shortened(uri))
    };
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    let listed: Vec<Value> = problems.iter().map(Problem::to_json).collect();
    let error = Error::invalid_params(format!("{what}: {}", lines.join("; "))).with_data("problems", listed);
    match problems.first().filter(|_| uri.is_empty()) {
        Some(problem) => error.with_data("pointer", format!("{what}{}", problem.pointer)),
        None => error,
    }
}

/// The names and needs of parameters that come as text.
#[derive(Debug)]
pub struct TextInputs<const N: usize> {
    pub(crate) names: [Option<&'static str>; N],
    pub(crate) arguments: Vec<TextArgument>,
    pub(crate) particulars: Particulars,
}

/// What a list shows of one of them.
#[derive(Debug)]
pub(crate) struct TextArgument {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) is_required: bool,
    /// All that it can be, if that is known: it is completed by this unless something else completes it.
    pub(crate) choices: Vec<String>,
}

impl TextArgument {
    fn all(parameters: &[&dyn Describe]) -> Vec<Self> {
        let arguments = parameters.iter().filter_map(|parameter| {
            Some(Self {
                name: parameter.argument_name()?,
                description: parameter.description(),
                is_required: parameter.is_required(),
                choices: parameter.choices(),
            })
        });
        arguments.collect()
    }
}

impl<const N: usize> TextInputs<N> {
    /// The same with how a result becomes an answer.
    pub fn returning<O>(self, output: O) -> Returning<Self, O> {
        Returning { inputs: self, output }
    }

    /// Asks each of them.
    #[must_use]
    pub fn of(parameters: [&dyn Describe; N]) -> Self {
        Self {
            names: parameters.map(Describe::argument_name),
            arguments: TextArgument::all(&parameters),
            particulars: Particulars::of(&parameters),
        }
    }
}
