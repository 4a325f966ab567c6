//! Whether a value is of a type of JSON schema, and as long as one says.

use serde_json::Value;

/// Whether a value is of a type that the schema allows.
pub(super) fn is_of_type(schema: &Value, value: &Value) -> bool {
    match schema.get("type") {
        Some(Value::String(kind)) => is_a(kind, value),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(|kind| is_a(kind, value)),
        _ => true,
    }
}

/// Whether a value is of this type; an integer may be written as `1.0` (JSON schema 2020-12, 6.1.1).
pub(super) fn is_a(kind: &str, value: &Value) -> bool {
    match (kind, value) {
        ("integer", Value::Number(number)) => {
            number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        ("number", Value::Number(_))
        | ("string", Value::String(_))
        | ("boolean", Value::Bool(_))
        | ("array", Value::Array(_))
        | ("object", Value::Object(_))
        | ("null", Value::Null) => true,
        _ => false,
    }
}

/// Whether a value is in the bounds of numbers, if it is one.
pub(super) fn is_in_range(schema: &Value, value: &Value) -> bool {
    let Some(number) = value.as_f64() else {
        return true;
    };
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    bound("minimum").is_none_or(|least| number >= least)
        && bound("maximum").is_none_or(|most| number <= most)
        && bound("exclusiveMinimum").is_none_or(|least| number > least)
        && bound("exclusiveMaximum").is_none_or(|most| number < most)
}

/// Whether a length is in its bounds.
pub(super) fn is_length_in(
    schema: &Value,
    (least, most): (&str, &str),
    length: impl FnOnce() -> usize,
) -> bool {
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
    let (least, most) = (bound(least), bound(most));
    if least.is_none() && most.is_none() {
        return true;
    }
    let length = length() as u64;
    least.is_none_or(|least| length >= least) && most.is_none_or(|most| length <= most)
}
