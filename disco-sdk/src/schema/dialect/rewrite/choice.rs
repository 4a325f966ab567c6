//! `allOf`, `oneOf` and `anyOf`: one kind of choice, and none where an object has to stand.

use serde_json::{Map, Value, json};

use super::{Members, words};
use crate::schema::dialect::rules::Rules;

/// `is_whole` is set for what has to be an object as a whole.
pub(super) fn settle(rules: &Rules, members: &mut Members, is_whole: bool) {
    let is_said_otherwise = |keyword| is_whole || !rules.knows(keyword);
    if is_said_otherwise("allOf")
        && let Some(Value::Array(parts)) = members.shift_remove("allOf")
    {
        for part in parts {
            join(members, part);
        }
    }
    if is_said_otherwise("oneOf")
        && let Some(choices) = members.shift_remove("oneOf")
    {
        members.entry("anyOf").or_insert(choices);
    }
    if (is_whole || rules.is_typed)
        && let Some(Value::Array(choices)) = members.shift_remove("anyOf")
    {
        choice(rules, members, choices, is_whole);
    }
    if is_whole && !members.contains_key("type") {
        members.shift_insert(0, "type".to_owned(), "object".into());
        members.entry("properties").or_insert_with(|| json!({}));
    }
}

/// Puts a choice back, in the simplest way.
fn choice(rules: &Rules, members: &mut Members, choices: Vec<Value>, is_whole: bool) {
    let mut distinct: Vec<Value> = Vec::new();
    for choice in choices.into_iter().flat_map(flat) {
        let is_null = choice.get("type").is_some_and(|kind| kind == "null");
        if !distinct.contains(&choice) && (rules.has_null || !is_null) {
            distinct.push(choice);
        }
    }
    if distinct.len() == 1 {
        join(members, distinct.remove(0));
    } else if is_whole || members.contains_key("properties") {
        merge(members, distinct);
    } else if !distinct.is_empty() && distinct.iter().all(is_word) {
        words_of(members, distinct);
    } else if !distinct.is_empty() {
        members.insert("anyOf".to_owned(), distinct.into());
    }
}

/// A choice among the choices is more choices.
pub(super) fn flat(mut choice: Value) -> Vec<Value> {
    match choice.as_object_mut() {
        Some(members) if members.len() == 1 => match members.get_mut("anyOf") {
            Some(Value::Array(choices)) => std::mem::take(choices),
            _ => vec![choice],
        },
        _ => vec![choice],
    }
}

/// Lets `part` hold as well.
fn join(members: &mut Members, part: Value) {
    let Value::Object(part) = part else {
        return;
    };
    for (key, value) in part {
        match (members.get_mut(&key), value) {
            (Some(Value::Object(properties)), Value::Object(more)) if key == "properties" => {
                for (name, schema) in more {
                    properties.entry(name).or_insert(schema);
                }
            }
            (Some(Value::Array(required)), Value::Array(more)) if key == "required" => {
                for name in more {
                    if !required.contains(&name) {
                        required.push(name);
                    }
                }
            }
            (Some(_), _) => {}
            (None, value) => {
                members.insert(key, value);
            }
        }
    }
}

/// One object with the members of all of `choices`: what only some of them require is optional.
fn merge(members: &mut Members, choices: Vec<Value>) {
    let choices: Vec<Members> = choices
        .into_iter()
        .filter_map(|choice| match choice {
            Value::Object(members) => Some(members),
            _ => None,
        })
        .collect();
    let names = |choice: &Members, key: &str| -> Vec<String> {
        match choice.get(key) {
            Some(Value::Object(properties)) => properties.keys().cloned().collect(),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    };
    let mut required = names(members, "required");
    let first = choices.first().map(|choice| names(choice, "required")).unwrap_or_default();
    let in_all = |name: &String| choices.iter().all(|choice| names(choice, "required").contains(name));
    required.extend(first.into_iter().filter(in_all));
    let is_closed = |choice: &Members| choice.get("additionalProperties") == Some(&Value::Bool(false));
    let is_all_closed = !choices.is_empty() && choices.iter().all(is_closed);
    let sets: Vec<String> = choices.iter().map(set).collect();
    let mut properties = match members.shift_remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    for mut choice in choices {
        let Some(Value::Object(more)) = choice.remove("properties") else {
            continue;
        };
        for (name, schema) in more {
            match properties.get_mut(&name) {
                Some(known) => either(known, schema),
                None => {
                    properties.insert(name, schema);
                }
            }
        }
    }
    members.insert("type".to_owned(), "object".into());
    members.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        required.dedup();
        members.insert("required".to_owned(), required.into());
    }
    if is_all_closed {
        members.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    if sets.len() > 1 && sets.iter().all(|set| !set.is_empty()) {
        words::add(members, &format!("one of these together: {}", sets.join("; ")));
    }
}

/// The members of one choice, in words: with the value of those that can have one only, and with `?` behind
/// those that may be missing.
fn set(choice: &Members) -> String {
    let required = choice.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|required| required.iter().any(|one| one == name));
    let Some(properties) = choice.get("properties").and_then(Value::as_object).filter(|all| !all.is_empty())
    else {
        let names = required.into_iter().flatten().filter_map(Value::as_str);
        return names.collect::<Vec<_>>().join(", ");
    };
    let members = properties.iter().map(|(name, schema)| {
        let has_null = schema["type"].as_array().is_some()
            || schema["anyOf"]
                .as_array()
                .is_some_and(|choices| choices.iter().any(|choice| choice["type"] == "null"));
        let only = match schema["enum"].as_array().map(Vec::as_slice) {
            Some([only]) => Some(only),
            _ => schema.get("const"),
        };
        match only {
            Some(only) => format!("{name}: {only}"),
            _ if has_null || !is_required(name) => format!("{name}?"),
            _ => name.clone(),
        }
    });
    members.collect::<Vec<_>>().join(", ")
}

/// Lets a member of two objects be what it is in either.
fn either(known: &mut Value, other: Value) {
    if *known == other {
        return;
    }
    if is_word(known)
        && is_word(&other)
        && let (Some(Value::Array(words)), Some(Value::Array(more))) =
            (known.get_mut("enum"), other.get("enum"))
    {
        for word in more {
            if !words.contains(word) {
                words.push(word.clone());
            }
        }
        return;
    }
    let mut choices = flat(known.take());
    choices.extend(flat(other));
    *known = json!({ "anyOf": choices });
}

/// One of some texts.
fn is_word(schema: &Value) -> bool {
    let told = ["type", "enum", "description"];
    schema.get("type").is_some_and(|kind| kind == "string")
        && schema.get("enum").is_some()
        && schema.as_object().is_some_and(|members| members.keys().all(|key| told.contains(&key.as_str())))
}

/// A choice of texts is one `enum`, and what is said of each goes into the description.
fn words_of(members: &mut Members, choices: Vec<Value>) {
    let mut all: Vec<Value> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for mut choice in choices {
        let Value::Array(texts) = choice["enum"].take() else {
            continue;
        };
        if let (Some(said), [Value::String(text)]) = (choice["description"].as_str(), texts.as_slice()) {
            lines.push(format!("`{text}`: {said}"));
        }
        all.extend(texts);
    }
    members.insert("type".to_owned(), "string".into());
    members.insert("enum".to_owned(), all.into());
    if !lines.is_empty() {
        let said = members.get("description").and_then(Value::as_str).map(str::to_owned);
        lines.splice(0..0, said);
        members.insert("description".to_owned(), lines.join("\n").into());
    }
}

/// Nothing stands beside `anyOf`: what is said of it is said of its first choice.
pub(super) fn stand_alone(members: &mut Members) {
    if !members.contains_key("anyOf") {
        return;
    }
    if let Some(default) = members.get("default").map(Value::to_string) {
        words::add(members, &format!("default: {default}"));
    }
    let said = members.get("description").and_then(Value::as_str).map(str::to_owned);
    members.retain(|key, _| key == "anyOf" || key.starts_with("x-"));
    let first =
        members.get_mut("anyOf").and_then(|choices| choices.get_mut(0)).and_then(Value::as_object_mut);
    if let (Some(first), Some(said)) = (first, said) {
        let own = first.get("description").and_then(Value::as_str).map(|own| format!("\n{own}"));
        first.insert("description".to_owned(), format!("{said}{}", own.unwrap_or_default()).into());
    }
}
