//! Arguments of a tool that headers mirror: `x-mcp-header` in its input schema.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::{decoded, mismatch};
use crate::error::{Result, shortened};
use crate::transport::Fields;

/// What marks a property.
pub(crate) const MARK: &str = "x-mcp-header";
/// What the headers' names begin with.
const PREFIX: &str = "mcp-param-";
/// The largest number that every client holds exactly: 2^53 - 1.
const LARGEST: i64 = (1 << 53) - 1;

/// The keywords of a schema that hold values and no schemas.
const VALUES: [&str; 4] = ["const", "default", "enum", "examples"];

/// The arguments of one tool that headers mirror.
#[derive(Debug, Default)]
pub(crate) struct Mirrors(Vec<Mirror>);

#[derive(Debug)]
struct Mirror {
    header: String,
    /// The names of the properties that lead to it.
    path: Vec<String>,
}

impl Mirrors {
    /// Those of an input schema, and what is wrong with its marks.
    pub(crate) fn of(schema: &Value) -> (Self, Vec<String>) {
        let (mut mirrors, mut faults) = (Self::default(), Vec::new());
        mirrors.collect(schema, &mut Vec::new(), &mut faults);
        (mirrors, faults)
    }

    /// Takes in the marks under `schema`, to which `path` leads by `properties` alone.
    fn collect(&mut self, schema: &Value, path: &mut Vec<String>, faults: &mut Vec<String>) {
        let Some(members) = schema.as_object() else {
            return;
        };
        for (keyword, value) in members {
            match (keyword.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    for (name, property) in properties {
                        path.push(name.clone());
                        self.collect(property, path, faults);
                        path.pop();
                    }
                }
                (MARK, mark) => self.add(mark, schema, path, faults),
                _ if !VALUES.contains(&keyword.as_str()) && has_mark(value) => faults.push(format!(
                    "`{MARK}` below `{keyword}`: only `properties` may lead to it from the root"
                )),
                _ => {}
            }
        }
    }

    fn add(&mut self, mark: &Value, schema: &Value, path: &[String], faults: &mut Vec<String>) {
        let name = mark.as_str().unwrap_or_default();
        let property = path.join("/");
        if !is_token(name) {
            return faults.push(format!("`{MARK}` of `{property}` is {mark}, which is no name of a header"));
        }
        if path.is_empty() || !is_primitive(&schema["type"]) {
            return faults.push(format!(
                "`{MARK}` of `{property}`: only a string, an integer or a boolean can stand in a header"
            ));
        }
        let header = format!("{PREFIX}{}", name.to_ascii_lowercase());
        if self.0.iter().any(|mirror| mirror.header == header) {
            return faults.push(format!("`{MARK}` of `{property}`: {name} is taken by another property"));
        }
        self.0.push(Mirror { header, path: path.to_vec() });
    }

    /// Compares the headers with the arguments.
    ///
    /// # Errors
    /// `-32020` for the first that is missing, malformed, or says something else.
    pub(crate) fn check(&self, arguments: Option<&RawValue>, fields: &dyn Fields) -> Result<()> {
        self.0.iter().try_for_each(|mirror| mirror.check(arguments, fields))
    }
}

impl Mirror {
    fn check(&self, arguments: Option<&RawValue>, fields: &dyn Fields) -> Result<()> {
        let header = &self.header;
        let field = fields.field(header);
        let text = field.map(|bytes| str::from_utf8(bytes).ok().filter(|text| is_plain(text)));
        let body = arguments.and_then(|arguments| find(arguments.get(), &self.path));
        match (text, body) {
            (Some(None), _) => Err(mismatch(format!("{header} has characters that no header may have"))),
            (Some(Some(text)), Some(body)) => match decoded(header, text)? {
                text if is_same(&text, body) => Ok(()),
                text => Err(mismatch(format!("{header} is {text:?}, but the body says {}", shortened(body)))),
            },
            (None, Some(body)) => {
                Err(mismatch(format!("{header} is missing; the body says {}", shortened(body))))
            }
            (Some(Some(text)), None) => {
                Err(mismatch(format!("{header} is {text:?}, but the body has no such argument")))
            }
            (None, None) => Ok(()),
        }
    }
}

/// The value at `path`, as it is written; `null` is the same as none.
fn find<'a>(json: &'a str, path: &[String]) -> Option<&'a str> {
    let Some((name, rest)) = path.split_first() else {
        return (json != "null").then_some(json);
    };
    let members: HashMap<Cow<'_, str>, &'a RawValue> = serde_json::from_str(json).ok()?;
    find(members.get(name.as_str())?.get(), rest)
}

/// Whether a header's text says what `json` does; numbers are compared as such.
fn is_same(text: &str, json: &str) -> bool {
    match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<String>(json).is_ok_and(|body| body == text),
        Some(b'-' | b'0'..=b'9') => integer(json).is_some() && integer(json) == integer(text),
        _ => json == text,
    }
}

/// A whole number, also one that is written as `42.0`.
fn integer(text: &str) -> Option<i64> {
    let whole = text
        .split_once('.')
        .map_or(text, |(whole, zeros)| if zeros.bytes().all(|digit| digit == b'0') { whole } else { "" });
    whole.parse().ok().filter(|number| (-LARGEST..=LARGEST).contains(number))
}

fn has_mark(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(keyword, value)| match (keyword.as_str(), value) {
            (MARK, _) => true,
            ("properties", Value::Object(properties)) => properties.values().any(has_mark),
            (keyword, value) => !VALUES.contains(&keyword) && has_mark(value),
        }),
        Value::Array(items) => items.iter().any(has_mark),
        _ => false,
    }
}

fn is_primitive(kind: &Value) -> bool {
    let is_one = |kind: &Value| matches!(kind.as_str(), Some("string" | "integer" | "boolean"));
    match kind {
        Value::Array(kinds) => {
            kinds.iter().any(is_one) && kinds.iter().all(|kind| is_one(kind) || kind == "null")
        }
        kind => is_one(kind),
    }
}

/// The name of a header (RFC 9110, 5.6.2 "tokens").
fn is_token(name: &str) -> bool {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_of_token)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_numbers_are_compared_as_such() {
        assert!(is_same("42.0", "42") && is_same("-7", "-7.00") && is_same("true", "true"));
        assert!(
            !is_same("42.5", "42") && !is_same("", "0") && !is_same("9007199254740993", "9007199254740993")
        );
        assert!(is_same("a", r#""\u0061""#) && !is_same("True", "true"));
    }

    #[test]
    fn marks_are_found_by_properties_alone() {
        let text = |mark: &str| json!({"type": "string", "x-mcp-header": mark});
        let schema = json!({"properties": {"a": {"type": "object", "properties": {"b": text("B")}}, "x-mcp-header": text("C")}});
        let (mirrors, faults) = Mirrors::of(&schema);
        let paths: Vec<String> = mirrors.0.iter().map(|mirror| mirror.path.join("/")).collect();
        assert_eq!((paths, faults), (vec!["a/b".to_owned(), "x-mcp-header".to_owned()], vec![]));
        for schema in [
            json!({"$defs": {"a": text("A")}}),
            json!({"properties": {"a": {"type": "array", "items": text("A")}}}),
            json!({"properties": {"a": text("")}}),
            json!({"properties": {"a": text("two words")}}),
            json!({"properties": {"a": {"type": "number", "x-mcp-header": "A"}}}),
            json!({"properties": {"a": text("A"), "b": text("a")}}),
            json!({"anyOf": [{"properties": {"a": text("A")}}], "default": text("B")}),
        ] {
            assert_eq!(Mirrors::of(&schema).1.len(), 1, "{schema}");
        }
    }
}
