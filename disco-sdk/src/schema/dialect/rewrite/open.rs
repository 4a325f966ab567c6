//! Maps, and values of any kind, where a dialect has neither: a map is an array of its entries, any value is
//! JSON text. [`read_back`](crate::schema::dialect::read_back::read_back()) understands both.

use serde_json::{Value, json};

use super::{Members, words};
use crate::schema::dialect::rules::Rules;

/// Gives a value that is not described another shape; whether it was one.
pub(in crate::schema::dialect) fn settle(rules: &Rules, members: &mut Members) -> bool {
    let has = |key: &str| members.contains_key(key);
    let is_described = has("anyOf") || has("$ref") || has("enum") || has("const");
    match members.get("type").and_then(Value::as_str) {
        None if !is_described && !members.get("type").is_some_and(Value::is_array) => text(members),
        Some("object") => return object(rules, members),
        Some("array") if !has("items") => {
            members.insert("items".to_owned(), json!({"type": "string", "description": "JSON text"}));
        }
        _ => return false,
    }
    true
}

fn object(rules: &Rules, members: &mut Members) -> bool {
    let is_listed = members.get("properties").and_then(Value::as_object).is_some_and(|all| !all.is_empty());
    match members.get_mut("additionalProperties") {
        // What it lists can be said.
        _ if is_listed => {
            members.insert("additionalProperties".to_owned(), Value::Bool(false));
            return false;
        }
        Some(Value::Object(value)) => {
            let mut entry = json!({
                "type": "object",
                "properties": {"key": {"type": "string"}, "value": std::mem::take(value)},
                "required": ["key", "value"],
            });
            if rules.is_strict() {
                entry["additionalProperties"] = Value::Bool(false);
            }
            members.retain(|key, _| key == "description" || key.starts_with("x-"));
            members.insert("type".to_owned(), "array".into());
            members.insert("items".to_owned(), entry);
            words::add(members, "each entry once");
        }
        _ => text(members),
    }
    true
}

fn text(members: &mut Members) {
    members.retain(|key, _| key == "description" || key.starts_with("x-"));
    members.insert("type".to_owned(), "string".into());
    words::add(members, "as JSON text");
}
