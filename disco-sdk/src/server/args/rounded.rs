//! Integers that clients in JavaScript would round as they read or write them.

use serde_json::Value;

use super::problem::Problem;

/// The largest integer that every client holds exactly: 2^53 - 1 (RFC 7493, 2.2).
const LARGEST: u64 = (1 << 53) - 1;

/// An integer that clients in JavaScript would round, and may have rounded already.
pub(super) fn rounded(pointer: String, given: &str) -> Problem {
    let expected = format!("an integer from -{LARGEST} to {LARGEST}");
    let problem = Problem::unexpected(pointer, given, expected);
    Problem { wrong: ROUNDED.to_owned(), ..problem }
}

/// Whether it was said by [`rounded`].
pub(super) fn is_rounded(problem: &Problem) -> bool {
    problem.wrong == ROUNDED
}

const ROUNDED: &str = "which clients in JavaScript round";

/// Whether it is an integer by its schema, and some clients do not hold it exactly.
pub(super) fn is_rounding(schema: &Value, value: &Value) -> bool {
    value.is_number() && schema.get("type").is_some_and(|kind| kind == "integer") && !is_exact(value)
}

/// Whether every client holds the integer exactly.
fn is_exact(value: &Value) -> bool {
    let magnitude = value.as_u64().or_else(|| value.as_i64().map(i64::unsigned_abs));
    magnitude.is_some_and(|magnitude| magnitude <= LARGEST)
        || (magnitude.is_none()
            && value.as_f64().is_some_and(|number| number.abs() < 9_007_199_254_740_992.0))
}
