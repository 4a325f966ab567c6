//! What is wrong with one argument: where, what was given, what is expected.
//!
//! Words of serde are used where the schema has none: it knows the ranges and the choices.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use serde_path_to_error::Segment;

use crate::error::shortened_to;

/// One thing that is wrong with the arguments of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: a JSON pointer into the arguments.
    pub pointer: String,
    /// What was given, shortened; `None` if nothing was.
    pub given: Option<String>,
    /// What is wrong with it, and what is expected instead.
    pub wrong: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.pointer)?;
        if let Some(given) = &self.given {
            write!(f, "given {given}, ")?;
        }
        f.write_str(&self.wrong)
    }
}

impl Problem {
    /// Nothing was given.
    pub(crate) fn missing(pointer: String, expected: &str) -> Self {
        Self { pointer, given: None, wrong: format!("missing, expected {expected}") }
    }

    /// Something else was given.
    pub(crate) fn unexpected(pointer: String, given: &str, expected: &str) -> Self {
        Self { pointer, given: Some(shortened(given)), wrong: format!("expected {expected}") }
    }

    /// There is nothing of this name.
    pub(crate) fn unknown(pointer: &str, hint: &str) -> Self {
        Self { pointer: shortened(pointer), given: None, wrong: format!("no such argument; {hint}") }
    }

    /// It stands there twice.
    pub(crate) fn twice(pointer: String) -> Self {
        Self { pointer, given: None, wrong: "given twice".to_owned() }
    }

    /// What is wrong with the argument `name`, whose schema is `schema`.
    pub(super) fn of(name: &str, fault: &Fault, schema: &Value, given: Option<&RawValue>) -> Self {
        let mut problem = Self::inside(fault, schema, given.map_or("null", RawValue::get));
        problem.pointer.insert_str(0, &pointer([name]));
        problem
    }

    /// What is wrong with a value whose schema is `schema`.
    pub(super) fn inside(fault: &Fault, schema: &Value, given: &str) -> Self {
        let pointer = pointer(fault.path.iter().map(String::as_str));
        let by_schema = follow(schema, &fault.path).and_then(expected_by);
        let inner = follow_value(given, &fault.path);
        let given = inner.map_or_else(|| given.to_owned(), |inner| inner.to_string());
        match &fault.why {
            Why::Missing => Self::missing(pointer, by_schema.as_deref().unwrap_or("a value")),
            Why::Expected(words) => Self::unexpected(pointer, &given, by_schema.as_ref().unwrap_or(words)),
            Why::Refused(words) => Self { pointer, given: Some(shortened(&given)), wrong: words.clone() },
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut json = json!({"pointer": self.pointer, "wrong": self.wrong});
        if let Some(given) = &self.given {
            json["given"] = given.as_str().into();
        }
        json
    }
}

/// Why a value could not be read, and where in it.
#[derive(Clone, Debug)]
pub struct Fault {
    path: Vec<String>,
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
}

/// Reads a `T`. Only when that fails it is read again, slowly, to learn where.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|_| fault::<T>(text))
}

#[cold]
fn fault<T: DeserializeOwned>(text: &str) -> Fault {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) else {
        return Fault::missing();
    };
    let mut path: Vec<String> = error.path().iter().filter_map(segment).collect();
    let message = error.inner().to_string();
    let message = match message.rsplit_once(" at line ") {
        Some((message, _)) => message,
        None => &message,
    };
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

fn segment(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    }
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

fn follow<'a>(schema: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(schema, |schema, step| {
        schema
            .get("properties")
            .and_then(|members| members.get(step))
            .or_else(|| schema.get("items").filter(|_| step.parse::<usize>().is_ok()))
            .or_else(|| schema.get("additionalProperties"))
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

/// What a schema expects, in a few words, with an example if it has one.
fn expected_by(schema: &Value) -> Option<String> {
    let example = schema.get("examples").and_then(|examples| examples.get(0));
    let example = example.map(|example| format!(", such as {example}")).unwrap_or_default();
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        return Some(format!("one of {}{example}", values.join(", ")));
    }
    let (words, least, most, unit) = match schema.get("type")?.as_str()? {
        "integer" => ("an integer", "minimum", "maximum", ""),
        "number" => ("a number", "minimum", "maximum", ""),
        "string" => ("a string", "minLength", "maxLength", " characters"),
        "array" => ("an array", "minItems", "maxItems", " items"),
        "boolean" => return Some(format!("true or false{example}")),
        "object" => return Some(format!("an object{example}")),
        _ => return None,
    };
    let (of, from) = if unit.is_empty() { ("", "from ") } else { (" of", "") };
    let bound = |key: &str| schema.get(key).map(Value::to_string);
    let bounds = match (bound(least), bound(most)) {
        (Some(least), Some(most)) => format!("{of} {from}{least} to {most}{unit}"),
        (Some(least), None) if unit.is_empty() => format!(" from {least}"),
        (Some(least), None) => format!(" of at least {least}{unit}"),
        (None, Some(most)) if unit.is_empty() => format!(" to {most}"),
        (None, Some(most)) => format!(" of at most {most}{unit}"),
        (None, None) => String::new(),
    };
    let pattern = bound("pattern").map(|pattern| format!(" that fits {pattern}")).unwrap_or_default();
    Some(format!("{words}{bounds}{pattern}{example}"))
}
