//! What is wrong with one argument: where, what was given, what is expected, an example.
//!
//! Words of serde are used where the schema has none: it knows the ranges and the choices.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::expected::{self, resolve};
use crate::error::shortened_to;
use crate::protocol::reading;

/// One thing that is wrong with the arguments of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// Where: a JSON pointer into the arguments.
    pub pointer: String,
    /// What was given, shortened; `None` if nothing was.
    pub given: Option<String>,
    /// What is wrong with it, unless it is only that something else is expected.
    pub wrong: String,
    /// What is expected instead, if that can be said.
    pub expected: Option<String>,
    /// Something that would be right.
    pub example: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.words(true))
    }
}

impl Problem {
    /// Something else was given, or nothing.
    pub(crate) fn unexpected(pointer: String, given: &str, expected: impl Into<String>) -> Self {
        let given = Some(shortened(given));
        Self { pointer, given, expected: Some(expected.into()), ..Self::default() }
    }

    /// There is nothing of this name.
    pub(crate) fn unknown(pointer: &str, kind: &str, hint: &str) -> Self {
        let wrong = format!("no such {kind}; {hint}");
        Self { pointer: shortened(pointer), wrong, ..Self::default() }
    }

    /// It stands there twice.
    pub(crate) fn twice(pointer: String) -> Self {
        Self { pointer, wrong: "given twice".to_owned(), ..Self::default() }
    }

    /// What is wrong with a value whose schema is `schema`, as its type has found it.
    pub(crate) fn inside(fault: &Fault, schema: &Value, given: &str) -> Self {
        let pointer = pointer(fault.path.iter().map(String::as_str));
        let place = follow(schema, &fault.path);
        let inner = follow_value(given, &fault.path);
        let given = inner.map_or_else(|| given.to_owned(), |inner| inner.to_string());
        let problem = match &fault.why {
            Why::Missing => Self::missing(pointer),
            Why::Expected(words) => Self::unexpected(pointer, &given, words),
            Why::Refused(words) => {
                Self { pointer, given: Some(shortened(&given)), wrong: words.clone(), ..Self::default() }
            }
        };
        // Where the type has words of its own, its JSON type would only blur them.
        let is_telling = |place: &&Value| !fault.is_refusal() || expected::is_telling(schema, place);
        match place.filter(is_telling) {
            Some(place) => problem.by_schema(schema, place),
            None => problem,
        }
    }

    /// Nothing was given.
    pub(super) fn missing(pointer: String) -> Self {
        Self { pointer, wrong: "missing".to_owned(), expected: Some("a value".to_owned()), ..Self::default() }
    }

    /// The same with what `schema` expects, as far as that can be said.
    pub(super) fn by_schema(mut self, root: &Value, schema: &Value) -> Self {
        const LONGEST: usize = 200;
        self.expected = expected::words(root, schema).or(self.expected);
        let example = expected::example(root, schema).map(|example| example.to_string());
        self.example = example.filter(|example| example.len() <= LONGEST);
        self
    }

    /// What is wrong, and what would be right, without the place, and perhaps with what was given.
    pub(crate) fn words(&self, with_given: bool) -> String {
        let mut words = Vec::new();
        if let Some(given) = self.given.as_ref().filter(|_| with_given) {
            words.push(format!("given {given}"));
        }
        if !self.wrong.is_empty() {
            words.push(self.wrong.clone());
        }
        if let Some(expected) = &self.expected {
            words.push(format!("expected {expected}"));
            // The words name all that there is to choose from.
            let is_said = expected.starts_with("one of ") || expected == "true or false";
            if let Some(example) = self.example.as_ref().filter(|example| !is_said && *example != expected) {
                words.push(format!("such as {example}"));
            }
        }
        words.join(", ")
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut json = json!({"pointer": self.pointer, "wrong": self.words(false)});
        for (key, value) in [("given", &self.given), ("expected", &self.expected), ("example", &self.example)]
        {
            if let Some(value) = value {
                json[key] = value.as_str().into();
            }
        }
        json
    }
}

/// Why a value could not be read, and where in it.
#[derive(Clone, Debug)]
pub struct Fault {
    pub(super) path: Vec<String>,
    why: Why,
}

#[derive(Clone, Debug)]
enum Why {
    Missing,
    /// It is of another type or kind; the words say what was expected.
    Expected(String),
    /// The type itself has refused it, in these words.
    Refused(String),
}

impl Fault {
    pub(super) fn missing() -> Self {
        Self { path: Vec::new(), why: Why::Missing }
    }

    /// A value of the right type that is not among those that are allowed.
    pub(super) fn expected(words: &str) -> Self {
        Self { path: Vec::new(), why: Why::Expected(words.to_owned()) }
    }

    /// Whether the type has words of its own for it.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self.why, Why::Refused(_))
    }

    /// Whether one member of an object came under two names.
    pub(super) fn is_duplicate(&self) -> bool {
        matches!(&self.why, Why::Refused(words) if words.starts_with("duplicate field"))
    }
}

/// Reads a `T`. Only when that fails it is read again, slowly, to learn where.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|_| fault::<T>(text))
}

#[cold]
fn fault<T: DeserializeOwned>(text: &str) -> Fault {
    match reading::read::<T>(text) {
        Err(misfit) => explained(misfit.way, &misfit.words),
        Ok(_) => Fault::missing(),
    }
}

fn explained(mut path: Vec<String>, message: &str) -> Fault {
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    if let Some(field) = missing {
        path.push(field.to_owned());
        return Fault { path, why: Why::Missing };
    }
    let is_known = ["invalid ", "unknown "].iter().any(|start| message.starts_with(start));
    let why = match message.split_once(", expected ") {
        Some((_, expected)) if is_known => Why::Expected(expected.to_owned()),
        _ => Why::Refused(message.to_owned()),
    };
    Fault { path, why }
}

/// A JSON pointer (RFC 6901) through these members.
pub(crate) fn pointer<'a>(path: impl IntoIterator<Item = &'a str>) -> String {
    let mut pointer = String::new();
    for step in path {
        pointer.push('/');
        pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
    }
    pointer
}

/// The first characters of what was given: enough to know it again.
pub(crate) fn shortened(text: &str) -> String {
    shortened_to(60, text)
}

fn follow<'a>(root: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(resolve(root, root), |schema, step| {
        let place = schema
            .get("properties")
            .and_then(|members| members.get(step))
            .or_else(|| schema.get("items").filter(|_| step.parse::<usize>().is_ok()))
            .or_else(|| schema.get("additionalProperties"))?;
        Some(resolve(root, place))
    })
}

fn follow_value(text: &str, path: &[String]) -> Option<Value> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    for step in path {
        value = match &mut value {
            Value::Object(members) => members.remove(step)?,
            Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?)?.take(),
            _ => return None,
        };
    }
    Some(value)
}
