//! Parameters that come as text: the arguments of a prompt, and the variables of a URI.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::BoxFuture;
use super::args::read::{Names, Sorted};
use super::args::{Problem, pointer, shortened};
use super::context::Context;
use super::param::{Describe, Need, Parameter, Source};
use crate::error::{Error, Result};

mod reading;

pub use reading::{
    OfPrompt, OfTemplate, PromptParam, PromptReading, ReadBySerde, ReadFromCall, ReadOptional, ReadText,
    Reading, TemplateReading, Variable,
};

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
        let Sorted { slots: raw, problems, .. } =
            Sorted::<N>::of(arguments, Names { slots: names, flattened: &[] });
        let mut texts = Self { context, slots: [const { None }; N], problems, error: None, uri: "" };
        for ((slot, raw), name) in texts.slots.iter_mut().zip(raw).zip(names) {
            let Some(raw) = raw.map(RawValue::get).filter(|raw| *raw != "null") else {
                continue;
            };
            match serde_json::from_str::<String>(raw) {
                Ok(text) => *slot = Some(Cow::Owned(text)),
                Err(_) if context.is_lenient() => *slot = Some(Cow::Owned(raw.to_owned())),
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
    /// All that it can be, if that is known: it is completed by this unless something else completes it.
    pub(crate) choices: Vec<String>,
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
                choices: parameter.choices(),
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
