//! What a dialect has no keyword for, told in the description.

use serde_json::Value;

use super::Members;
use crate::schema::dialect::rules::Rules;

/// The keywords that say something to a reader.
const TELLING: [&str; 14] = [
    "default",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
];

/// Takes away what the dialect does not know, and says it in words where it says anything.
pub(super) fn tell(rules: &Rules, members: &mut Members) {
    let mut told: Vec<String> = Vec::new();
    members.retain(|keyword, value| {
        let is_known = match (keyword.as_str(), &*value) {
            ("format", Value::String(format)) => rules.knows("format") && rules.knows_format(format),
            // Where nothing is open, it says nothing, unless it has to be there.
            ("additionalProperties", Value::Bool(more)) if rules.is_typed => {
                !more && (rules.is_open() || rules.is_strict())
            }
            _ => rules.knows(keyword),
        };
        match (keyword.as_str(), &*value) {
            _ if is_known => {}
            ("examples", Value::Array(examples)) => {
                told.extend(examples.first().map(|one| format!("such as {one}")));
            }
            ("uniqueItems", Value::Bool(true)) => told.push("no item twice".to_owned()),
            ("format", Value::String(format)) => told.push(format!("format: {format}")),
            (keyword, value) if TELLING.contains(&keyword) => told.push(format!("{keyword}: {value}")),
            _ => {}
        }
        is_known
    });
    if !told.is_empty() {
        add(members, &told.join(", "));
    }
}

/// Says something more of the value.
pub(super) fn add(members: &mut Members, words: &str) {
    let said = match members.get("description").and_then(Value::as_str) {
        Some(said) => format!("{said} ({words})"),
        None => words.to_owned(),
    };
    members.insert("description".to_owned(), said.into());
}
