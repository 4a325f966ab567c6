//! The arguments of one call, decoded straight from the bytes of the request.
//!
//! One pass over the object sorts its members into slots, without copying or decoding them; then each
//! parameter decodes its own. All that is wrong is gathered, so that the model can mend it at once.

mod check;
mod expected;
mod flatten;
mod kind;
mod mend;
mod missing;
mod plain;
mod problem;
pub(crate) mod read;
mod rounded;
mod shape;

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

pub(crate) use check::hint;
pub(crate) use expected::listed;
#[doc(hidden)]
pub use flatten::Flattened;
pub(crate) use missing::absent;
pub use problem::{Fault, Problem};
pub(crate) use problem::{decode, pointer, shortened};
use read::{Names, Sorted};
pub(crate) use shape::{Looking, Shape};

use super::BoxFuture;
use super::context::Context;
use super::failure;
use super::output::ToolOutput;
use super::param::{Parameter, Source};
use crate::error::{Error, Result};

/// The arguments of one call: a slot for each of the handler's `N` parameters.
#[derive(Debug)]
pub struct Arguments<'a, const N: usize> {
    context: &'a Context,
    sorted: Sorted<'a, N>,
    flattened: &'a [(String, usize)],
    error: Option<Error>,
}

impl<'a, const N: usize> Arguments<'a, N> {
    /// Sorts the members of `arguments` into the slots of these names.
    pub(crate) fn read(context: &'a Context, arguments: Option<&'a RawValue>, names: Names<'a>) -> Self {
        let sorted = Sorted::of(arguments, names);
        Self { context, sorted, flattened: names.flattened, error: None }
    }

    /// The value of the parameter at `index`; `None` if it is wrong, which is then kept in mind.
    pub fn take<T>(&mut self, index: usize, parameter: &Parameter<T>) -> Option<T> {
        match &parameter.source {
            Source::Call { from_call, .. } => match from_call(self.context) {
                Ok(value) => Some(value),
                Err(error) => {
                    self.error.get_or_insert(error);
                    None
                }
            },
            Source::Json { decode, absent, .. } => {
                let members = if parameter.is_flattened { self.members(index) } else { None };
                let slot = self.sorted.slots.get(index).copied().flatten().map(RawValue::get);
                let slot = members.as_deref().or(slot);
                if let Some(text) = slot.filter(|text| *text != "null") {
                    return self.given(parameter, *decode, text);
                }
                let value = parameter.default.map(|default| default()).or_else(absent);
                // A type that is read from `null` and nothing else knows best.
                value.or_else(|| decode(slot?).ok()).or_else(|| self.missing(parameter, *decode))
            }
            Source::Text { .. } | Source::Texts { .. } => {
                self.error.get_or_insert_with(|| Error::new("a tool has no text parameters"));
                None
            }
        }
    }

    /// What was given, read and looked at.
    fn given<T>(&mut self, parameter: &Parameter<T>, decode: Decode<T>, text: &str) -> Option<T> {
        let shape = parameter.shape();
        let is_lenient = self.context.is_lenient();
        let problems = match understood(shape, decode, is_lenient, text) {
            Ok((value, text)) => match parameter.broken(&value) {
                Some(bound) => shape.wrong(&Fault::expected(bound.words()), &text),
                None => match shape.broken(&text, &|text| decode(text).err()) {
                    problems if problems.is_empty() => return Some(value),
                    problems => problems,
                },
            },
            Err(fault) => shape.wrong(&fault, text),
        };
        self.keep(parameter, problems);
        None
    }

    /// Nothing was given where something has to be.
    #[cold]
    fn missing<T>(&mut self, parameter: &Parameter<T>, decode: Decode<T>) -> Option<T> {
        if parameter.is_flattened {
            return self.given(parameter, decode, "{}");
        }
        self.keep(parameter, vec![parameter.shape().missing()]);
        None
    }

    /// Keeps problems in mind, unless there are enough already.
    #[cold]
    fn keep<T>(&mut self, parameter: &Parameter<T>, problems: Vec<Problem>) {
        let room = read::MOST.saturating_sub(self.sorted.problems.len()).max(1);
        let within = if parameter.is_flattened { String::new() } else { pointer([parameter.name]) };
        self.sorted.problems.extend(problems.into_iter().take(room).map(|mut problem| {
            problem.pointer.insert_str(0, &within);
            problem
        }));
    }

    /// The members of the flattened parameter at `index` as one object; `None` if there is none.
    fn members(&self, index: usize) -> Option<String> {
        flatten::object(&self.sorted.flattened, self.flattened, index)
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.sorted.problems.is_empty() && self.error.is_none()
    }

    /// The answer to a call whose arguments are wrong.
    #[must_use]
    pub fn refuse(self) -> BoxFuture<'static, Result<ToolOutput>> {
        let output = failure::outcome(match self.error {
            Some(error) => error,
            None => wrong_arguments(&self.sorted.problems),
        });
        Box::pin(std::future::ready(output))
    }
}

type Decode<T> = fn(&str) -> Result<T, Fault>;

/// Reads what was given, or else what it must mean; and that as text.
fn understood<'t, T>(
    shape: &Shape,
    decode: Decode<T>,
    is_lenient: bool,
    text: &'t str,
) -> Result<(T, Cow<'t, str>), Fault> {
    decode(text).map(|value| (value, Cow::Borrowed(text))).or_else(|fault| {
        let mended = shape.mended(text, is_lenient).ok_or(fault.clone())?;
        decode(&mended).map(|value| (value, Cow::Owned(mended))).map_err(|_| fault)
    })
}

/// All arguments as one value.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn decode_all<A: DeserializeOwned>(
    shape: &Shape,
    is_lenient: bool,
    arguments: Option<&RawValue>,
) -> Result<A> {
    let text = arguments.map_or("{}", RawValue::get);
    let problems = match understood(shape, decode::<A>, is_lenient, text) {
        Ok((value, text)) => match shape.broken(&text, &|text| decode::<A>(text).err()) {
            problems if problems.is_empty() => return Ok(value),
            problems => problems,
        },
        Err(fault) => shape.wrong(&fault, text),
    };
    Err(wrong_arguments(&problems[..problems.len().min(read::MOST)]))
}

/// All that is wrong with the arguments of a tool, for the model.
pub(crate) fn wrong_arguments(problems: &[Problem]) -> Error {
    let mut lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    if problems.len() >= read::MOST {
        lines.push("and perhaps more".to_owned());
    }
    let problems: Vec<Value> = problems.iter().map(Problem::to_json).collect();
    Error::new(format!("wrong arguments: {}", lines.join("; ")))
        .with_code("INVALID_ARGUMENTS")
        .with_suggestion("correct these arguments and call the tool again")
        .with_data("problems", problems)
}

#[cfg(test)]
#[cfg(feature = "macros")]
mod tests;
