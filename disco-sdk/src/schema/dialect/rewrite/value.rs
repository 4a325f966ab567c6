//! `const`, `enum`, `type`, bounds and tuples.

use serde_json::{Value, json};

use super::Members;
use super::words;
use crate::schema::dialect::rules::Rules;

pub(super) fn settle(rules: &Rules, members: &mut Members) {
    constant(rules, members);
    values(rules, members);
    tuple(rules, members);
    exclusive(rules, members);
    kinds(rules, members);
}

/// `const` is an `enum` of one.
fn constant(rules: &Rules, members: &mut Members) {
    if rules.knows("const") && members.contains_key("type") {
        return;
    }
    if let Some(value) = members.shift_remove("const") {
        members.entry("enum").or_insert_with(|| Value::Array(vec![value]));
    }
}

/// An `enum` has a type, and where only texts are allowed, others are told in words.
fn values(rules: &Rules, members: &mut Members) {
    let Some(Value::Array(values)) = members.get_mut("enum") else {
        return;
    };
    if !rules.has_null {
        values.retain(|value| !value.is_null());
    }
    let kind = kind_of_all(values);
    let is_of_texts = values.iter().all(Value::is_string);
    if let (false, Some(kind)) = (members.contains_key("type"), kind) {
        members.insert("type".to_owned(), kind.into());
        put_first(members, "type");
    }
    if rules.has_text_enums
        && !is_of_texts
        && let Some(Value::Array(values)) = members.shift_remove("enum")
    {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        words::add(members, &format!("one of {}", values.join(", ")));
    }
}

fn kind_of_all(values: &[Value]) -> Option<&'static str> {
    let kind = |value: &Value| match value {
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Null => "null",
    };
    let first = kind(values.first()?);
    values.iter().all(|value| kind(value) == first).then_some(first)
}

fn put_first(members: &mut Members, key: &str) {
    if let Some(value) = members.shift_remove(key) {
        members.shift_insert(0, key.to_owned(), value);
    }
}

/// A tuple is an array of as many items, whose order is told in words if they are not alike.
fn tuple(rules: &Rules, members: &mut Members) {
    if rules.knows("prefixItems") {
        return;
    }
    let Some(Value::Array(items)) = members.shift_remove("prefixItems") else {
        return;
    };
    let length = Value::from(items.len());
    members.entry("minItems").or_insert_with(|| length.clone());
    members.entry("maxItems").or_insert(length);
    let mut kinds: Vec<Value> = Vec::new();
    let mut order: Vec<String> = Vec::new();
    for item in items {
        order.push(item.get("type").and_then(Value::as_str).unwrap_or("any of its kinds").to_owned());
        if !kinds.contains(&item) {
            kinds.push(item);
        }
    }
    let items = match kinds.len() {
        0 => return,
        1 => kinds.remove(0),
        _ => {
            words::add(members, &format!("in this order: {}", order.join(", ")));
            json!({ "anyOf": kinds.into_iter().flat_map(super::choice::flat).collect::<Vec<_>>() })
        }
    };
    members.insert("items".to_owned(), items);
}

/// Of integers, what is greater than 0 is at least 1.
fn exclusive(rules: &Rules, members: &mut Members) {
    if members.get("type").is_none_or(|kind| kind != "integer") {
        return;
    }
    for (exclusive, inclusive, step) in
        [("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)]
    {
        if rules.knows(exclusive) {
            continue;
        }
        let bound = members.get(exclusive).and_then(Value::as_i64).and_then(|bound| bound.checked_add(step));
        if let (Some(bound), false) = (bound, members.contains_key(inclusive)) {
            members.shift_remove(exclusive);
            members.insert(inclusive.to_owned(), bound.into());
        }
    }
}

/// A list of types is a choice between them. `null` says the same as nothing.
fn kinds(rules: &Rules, members: &mut Members) {
    let Some(Value::Array(kinds)) = members.get("type") else {
        return;
    };
    if rules.has_null && kinds.len() == 2 && kinds.iter().any(|kind| kind == "null") {
        return;
    }
    let kinds: Vec<Value> = kinds.iter().filter(|kind| *kind != "null").cloned().collect();
    if let [kind] = kinds.as_slice() {
        members.insert("type".to_owned(), kind.clone());
        return;
    }
    let told = ["description", "title", "default"];
    let shared: Members = members
        .iter()
        .filter(|(key, _)| !told.contains(&key.as_str()))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    members.retain(|key, _| told.contains(&key.as_str()) || key.starts_with("x-"));
    let choices = kinds.into_iter().map(|kind| {
        let mut choice = shared.clone();
        choice.retain(|key, _| key == "type" || speaks_of(key, kind.as_str().unwrap_or_default()));
        choice.insert("type".to_owned(), kind);
        Value::Object(choice)
    });
    members.insert("anyOf".to_owned(), choices.collect());
}

/// Whether a keyword says something of values of this type.
fn speaks_of(keyword: &str, kind: &str) -> bool {
    match keyword {
        "properties" | "required" | "additionalProperties" | "minProperties" | "maxProperties" => {
            kind == "object"
        }
        "items" | "minItems" | "maxItems" | "uniqueItems" => kind == "array",
        "minLength" | "maxLength" | "pattern" | "format" => kind == "string",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            matches!(kind, "integer" | "number")
        }
        _ => false,
    }
}
