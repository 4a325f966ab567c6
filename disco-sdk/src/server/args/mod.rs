//! The arguments of one call, decoded straight from the bytes of the request.
//!
//! One pass over the object sorts its members into slots, without copying or decoding them; then each
//! parameter decodes its own. All that is wrong is gathered, so that the model can mend it at once.

mod missing;
mod problem;
pub(crate) mod read;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

pub(crate) use missing::absent;
pub use problem::{Fault, Problem};
pub(crate) use problem::{decode, pointer, shortened};

use super::BoxFuture;
use super::context::Context;
use super::failure;
use super::output::ToolOutput;
use super::param::{Describe, Parameter, Source};
use crate::error::{Error, Result};
use crate::schema::{self, JsonSchema, Schemas};

/// The arguments of one call: a slot for each of the handler's `N` parameters.
#[derive(Debug)]
pub struct Arguments<'a, const N: usize> {
    context: &'a Context,
    slots: [Option<&'a RawValue>; N],
    problems: Vec<Problem>,
    error: Option<Error>,
}

impl<'a, const N: usize> Arguments<'a, N> {
    /// Sorts the members of `arguments` into the slots of these names.
    pub(crate) fn read(
        context: &'a Context,
        arguments: Option<&'a RawValue>,
        names: &[Option<&'static str>; N],
    ) -> Self {
        let mut read = Self { context, slots: [None; N], problems: Vec::new(), error: None };
        if let Some(arguments) = arguments {
            read::sort(arguments, names, &mut read.slots, &mut read.problems);
        }
        read
    }

    /// The value of the parameter at `index`; `None` if it is wrong, which is then kept in mind.
    pub fn take<T>(&mut self, index: usize, parameter: &Parameter<T>) -> Option<T> {
        let slot = self.slots.get(index).copied().flatten();
        match &parameter.source {
            Source::Call { from_call, .. } => match from_call(self.context) {
                Ok(value) => Some(value),
                Err(error) => {
                    self.error.get_or_insert(error);
                    None
                }
            },
            Source::Json { decode, absent, .. } => {
                let given = slot.filter(|raw| raw.get() != "null");
                let value = match (given, slot) {
                    (Some(raw), _) => decode(raw.get()),
                    (None, null) => parameter
                        .default
                        .map(|default| default())
                        .or_else(absent)
                        // A type that is read from `null` and nothing else knows best.
                        .or_else(|| decode(null?.get()).ok())
                        .ok_or_else(Fault::missing),
                };
                let fault = match value {
                    Ok(value) => match parameter.broken(&value) {
                        Some(bound) => Fault::expected(bound.words()),
                        None => return Some(value),
                    },
                    Err(fault) => fault,
                };
                self.problems.push(Problem::of(parameter.name, &fault, &described(parameter), given));
                None
            }
            Source::Text { .. } => {
                self.error.get_or_insert_with(|| Error::new("a tool has no text parameters"));
                None
            }
        }
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.problems.is_empty() && self.error.is_none()
    }

    /// The answer to a call whose arguments are wrong.
    #[must_use]
    pub fn refuse(self) -> BoxFuture<'static, Result<ToolOutput>> {
        let output = failure::outcome(match self.error {
            Some(error) => error,
            None => wrong_arguments(&self.problems),
        });
        Box::pin(std::future::ready(output))
    }
}

/// All arguments as one value.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn decode_all<A: DeserializeOwned + JsonSchema>(arguments: Option<&RawValue>) -> Result<A> {
    let text = arguments.map_or("{}", RawValue::get);
    decode(text).map_err(|fault| wrong_arguments(&[Problem::inside(&fault, &schema::of_input::<A>(), text)]))
}

/// The schema of one parameter, which says what is expected of it.
#[cold]
fn described<T>(parameter: &Parameter<T>) -> Value {
    parameter.schema(&mut Schemas::input()).unwrap_or_default()
}

/// All that is wrong with the arguments of a tool, for the model.
fn wrong_arguments(problems: &[Problem]) -> Error {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    let problems: Vec<Value> = problems.iter().map(Problem::to_json).collect();
    Error::new(format!("wrong arguments: {}", lines.join("; ")))
        .with_code("INVALID_ARGUMENTS")
        .with_suggestion("correct these arguments and call the tool again")
        .with_data("problems", problems)
}

#[cfg(test)]
#[cfg(feature = "macros")]
mod tests;
