//! Objects that have to be closed, with all their members required: what was optional may be `null`.

use serde_json::{Map, Value};

use super::Members;
use crate::schema::dialect::rules::Rules;

/// Closes an object and requires all its members: those that were optional may be `null`. Whether any was.
pub(in crate::schema::dialect) fn settle(_: &Rules, members: &mut Members) -> bool {
    if members.get("type").is_none_or(|kind| kind != "object") {
        return false;
    }
    members.insert("additionalProperties".to_owned(), Value::Bool(false));
    let required = members.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let properties = members.entry("properties").or_insert_with(|| Value::Object(Map::new()));
    let Some(properties) = properties.as_object_mut() else {
        return false;
    };
    let mut has_optional = false;
    for (_, schema) in properties.iter_mut().filter(|(name, _)| !required.iter().any(|one| one == *name)) {
        has_optional = true;
        allow_null(schema);
    }
    let all: Vec<Value> = properties.keys().map(|name| name.as_str().into()).collect();
    members.insert("required".to_owned(), all.into());
    has_optional
}

fn allow_null(schema: &mut Value) {
    let null = || Value::from("null");
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
        if !choices.iter().any(|choice| choice.get("type") == Some(&null())) {
            choices.push(serde_json::json!({"type": "null"}));
        }
        return;
    }
    if members.contains_key("$ref") {
        let reference = Value::Object(std::mem::take(members));
        members.insert("anyOf".to_owned(), serde_json::json!([reference, {"type": "null"}]));
        return;
    }
    if let Some(kind @ Value::String(_)) = members.get_mut("type") {
        *kind = Value::Array(vec![kind.take(), null()]);
    }
    if let Some(Value::Array(values)) = members.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}
