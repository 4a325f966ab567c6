//! A number, a text, or yes or no beside its schema: all that a program needs whose arguments are no more than that.

use serde_json::Value;

use super::check::{Found, Kind};
use super::kind::{is_in_range, is_of_type};
use super::mend::meant;
use super::problem::Problem;
use super::rounded::{is_rounding, rounded};

/// What does not fit.
pub(super) fn found(schema: &Value, value: &Value) -> Option<Found> {
    let found = |kind, problem| Some(Found { problem, path: Vec::new(), kind });
    let unexpected =
        || Problem::unexpected(String::new(), &value.to_string(), "something else").by_schema(schema, schema);
    if !is_of_type(schema, value) {
        found(Kind::Shape, unexpected())
    } else if !is_in_range(schema, value) {
        found(Kind::Bound, unexpected())
    } else if is_rounding(schema, value) {
        found(Kind::Bound, rounded(String::new(), &value.to_string()))
    } else {
        None
    }
}

/// The value that is meant, if it is another than the one that was given.
pub(super) fn mended(schema: &Value, value: &Value, is_lenient: bool) -> Option<Value> {
    let kind = schema.get("type").and_then(Value::as_str)?;
    meant(kind, value, is_lenient)
}
