//! Values that are not what the schema says, and yet leave no doubt of what is meant.
//!
//! They are looked at only when a value could not be read, so nothing that was right is changed. A whole
//! number that is written as `1.0`, and a member that is `null` where it may be absent, are always
//! understood: JSON schema itself has no other reading of the first, and [`Schemas`](crate::schema) takes
//! `null` for absence. The rest is for servers that are [`lenient`](crate::Server::lenient).

use serde_json::{Number, Value};

use super::check::Checker;
use super::expected::{alternatives, resolve};
use super::kind::is_a;

/// The value that is meant, if it is another than the one that was given.
pub(super) fn mended(checker: &Checker<'_>, mut value: Value, is_lenient: bool) -> Option<Value> {
    Mend { checker, is_lenient }.value(checker.root, &mut value).then_some(value)
}

struct Mend<'c> {
    checker: &'c Checker<'c>,
    is_lenient: bool,
}

impl Mend<'_> {
    /// Whether something was changed.
    fn value(&self, schema: &Value, value: &mut Value) -> bool {
        if !self.checker.goes_on() {
            return false;
        }
        let schema = resolve(self.checker.root, schema);
        let mut is_changed = false;
        if let Some(alternatives) = alternatives(schema) {
            is_changed |= self.one_of(alternatives, value);
        }
        if let Some(kind) = schema.get("type").and_then(Value::as_str)
            && let Some(other) = meant(kind, value, self.is_lenient)
        {
            *value = other;
            is_changed = true;
        }
        match value {
            Value::Array(items) => {
                let first = schema.get("prefixItems").and_then(Value::as_array);
                for (index, item) in items.iter_mut().enumerate() {
                    let of_place = first.and_then(|first| first.get(index)).or_else(|| schema.get("items"));
                    is_changed |= of_place.is_some_and(|schema| self.value(schema, item));
                }
            }
            Value::Object(_) => is_changed |= self.members(schema, value),
            _ => {}
        }
        is_changed
    }

    fn members(&self, schema: &Value, value: &mut Value) -> bool {
        let Some(members) = value.as_object_mut() else {
            return false;
        };
        let properties = schema.get("properties").and_then(Value::as_object);
        let required = schema.get("required").and_then(Value::as_array);
        let is_required =
            |name: &str| required.is_some_and(|required| required.iter().any(|one| one == name));
        let before = members.len();
        members.retain(|name, value| {
            let is_optional = properties.is_some_and(|known| known.contains_key(name)) && !is_required(name);
            !(value.is_null() && is_optional)
        });
        let mut is_changed = members.len() != before;
        for (name, value) in members {
            let known = properties.and_then(|properties| properties.get(name));
            if let Some(schema) = known.or_else(|| schema.get("additionalProperties")) {
                is_changed |= self.value(schema, value);
            }
        }
        is_changed
    }

    /// The first alternative that it fits as it is, or else the first that can be meant.
    fn one_of(&self, alternatives: &[Value], value: &mut Value) -> bool {
        if alternatives.iter().any(|alternative| self.checker.fits(alternative, value)) {
            return false;
        }
        for alternative in alternatives {
            let mut other = value.clone();
            if self.value(alternative, &mut other) && self.checker.fits(alternative, &other) {
                *value = other;
                return true;
            }
        }
        false
    }
}

/// The value of this kind that is meant by one of another, or by the same written otherwise.
pub(super) fn meant(kind: &str, value: &Value, is_lenient: bool) -> Option<Value> {
    if is_a(kind, value) { whole(kind, value) } else { other(kind, value).filter(|_| is_lenient) }
}

/// A value of this kind for one of another.
fn other(kind: &str, value: &Value) -> Option<Value> {
    match (kind, value) {
        ("string", Value::Number(number)) if number.is_i64() || number.is_u64() => {
            Some(number.to_string().into())
        }
        ("string", Value::Bool(is)) => Some(is.to_string().into()),
        ("boolean", Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Some(true.into()),
            "false" => Some(false.into()),
            _ => None,
        },
        ("integer" | "number", Value::String(text)) => {
            let number = serde_json::from_str::<Number>(text.trim()).ok().map(Value::Number)?;
            let whole = whole(kind, &number);
            whole.or_else(|| is_a(kind, &number).then_some(number))
        }
        ("array" | "object", Value::String(text)) => {
            serde_json::from_str(text).ok().filter(|value| is_a(kind, value))
        }
        _ => None,
    }
}

/// `1` for `1.0`, which serde does not read as an integer.
fn whole(kind: &str, value: &Value) -> Option<Value> {
    let number = value.as_f64().filter(|_| kind == "integer" && value.is_f64())?;
    let whole = format!("{number:.0}").parse::<i64>().ok()?;
    Some(whole.into())
}
