//! What is wrong with one argument: where, what was given, what is expected.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use serde_path_to_error::Segment;

/// One thing that is wrong with the arguments of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: a JSON pointer into the arguments.
    pub pointer: String,
    /// What was given, shortened; `None` if nothing was.
    pub given: Option<String>,
    /// What is expected instead.
    pub expected: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pointer, given, expected } = self;
        match given {
            Some(_) if expected.starts_with("no such") => write!(f, "{pointer}: {expected}"),
            Some(given) => write!(f, "{pointer}: given {given}, expected {expected}"),
            None if expected.starts_with("given twice") => write!(f, "{pointer}: {expected}"),
            None => write!(f, "{pointer}: missing, expected {expected}"),
        }
    }
}

impl Problem {
    /// What is wrong with the argument `name`, whose schema is `schema`.
    pub(super) fn of(name: &str, fault: Fault, schema: &Value, given: Option<&RawValue>) -> Self {
        let inner = follow(schema, &fault.path);
        let at = given.and_then(|raw| follow_value(raw.get(), &fault.path));
        let given = match at {
            _ if fault.is_missing => None,
            Some(value) => Some(shortened(&value.to_string())),
            None => given.map(|raw| shortened(raw.get())),
        };
        Self {
            pointer: pointer(std::iter::once(name).chain(fault.path.iter().map(String::as_str))),
            given,
            expected: inner
                .filter(|_| fault.is_of_type || fault.is_missing)
                .and_then(expected_by)
                .unwrap_or(fault.expected),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut json = json!({"pointer": self.pointer, "expected": self.expected});
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
    expected: String,
    /// Whether it has the wrong type, so that the schema says best what is expected.
    is_of_type: bool,
    is_missing: bool,
}

impl Fault {
    pub(super) fn missing() -> Self {
        Self { path: Vec::new(), expected: "a value".to_owned(), is_of_type: false, is_missing: true }
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
    }
    let is_of_type = message.starts_with("invalid type: ");
    let expected = match message.split_once(", expected ") {
        Some((_, expected)) if is_of_type => expected,
        _ => message,
    };
    Fault { path, expected: expected.to_owned(), is_of_type, is_missing: missing.is_some() }
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
pub(super) fn pointer<'a>(path: impl IntoIterator<Item = &'a str>) -> String {
    let mut pointer = String::new();
    for step in path {
        pointer.push('/');
        pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
    }
    pointer
}

/// The first characters of what was given: enough to know it again.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
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

/// What a schema expects, in a few words.
fn expected_by(schema: &Value) -> Option<String> {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        return Some(format!("one of {}", values.join(", ")));
    }
    let kind = schema.get("type")?.as_str()?;
    let bound = |key: &str| schema.get(key).map(Value::to_string);
    let words = match kind {
        "integer" => "an integer",
        "number" => "a number",
        "string" => "a string",
        "boolean" => "true or false",
        "array" => "an array",
        "object" => "an object",
        _ => return None,
    };
    Some(match (bound("minimum"), bound("maximum")) {
        (Some(least), Some(most)) => format!("{words} from {least} to {most}"),
        (Some(least), None) => format!("{words} from {least}"),
        (None, Some(most)) => format!("{words} to {most}"),
        (None, None) => words.to_owned(),
    })
}
