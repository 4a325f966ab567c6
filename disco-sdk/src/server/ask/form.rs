//! The form that asks for a `T`: one flat object of texts, numbers, switches and choices.
//!
//! A bare value is asked for as the one field `value`.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::schema;

/// What a value that is no object is called in its form.
const BARE: &str = "value";

/// A form, as clients show it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Form {
    /// An object whose members are flat.
    pub(super) schema: Value,
    is_bare: bool,
}

impl Form {
    /// The form that asks for a `T`.
    ///
    /// # Errors
    /// Names the field that no form can have.
    pub(super) fn of<T: JsonSchema>() -> Result<Self, String> {
        let raw = schema::of_form::<T>();
        let mut properties = Map::new();
        let members = raw.get("properties").and_then(Value::as_object);
        let is_object = raw.get("type").is_some_and(|kind| kind == "object");
        let is_empty = raw.get("type").is_some_and(|kind| kind == "null");
        let is_bare = !(is_object || is_empty);
        let mut required = raw.get("required").cloned().unwrap_or_else(|| json!([]));
        match members {
            Some(members) => {
                for (name, member) in members {
                    let flat = flat(member).map_err(|words| format!("the field `{name}` {words}"))?;
                    properties.insert(name.clone(), flat);
                }
            }
            None if is_bare => {
                let may_be_absent = is_nullable(&raw);
                let flat = flat(&raw).map_err(|words| format!("the answer {words}"))?;
                properties.insert(BARE.to_owned(), flat);
                required = if may_be_absent { json!([]) } else { json!([BARE]) };
            }
            None if is_object && raw.get("additionalProperties").is_some_and(|more| more != false) => {
                return Err("the answer is a map, and a form lists its fields".to_owned());
            }
            None => {}
        }
        let mut schema = json!({"type": "object", "properties": properties});
        if required.as_array().is_some_and(|names| !names.is_empty()) {
            schema["required"] = required;
        }
        Ok(Self { schema, is_bare })
    }

    /// Reads what the person has filled in.
    ///
    /// # Errors
    /// Says what does not fit, for the person.
    pub(super) fn read<T: DeserializeOwned>(&self, content: &Map<String, Value>) -> Result<T, String> {
        let mut content = content.clone();
        content.retain(|_, value| !value.is_null());
        self.check(&content)?;
        let is_empty = self.schema["properties"].as_object().is_none_or(Map::is_empty);
        let value = if self.is_bare {
            content.remove(BARE).unwrap_or(Value::Null)
        } else if is_empty {
            return read_empty();
        } else {
            Value::Object(content)
        };
        serde_path_to_error::deserialize(value).map_err(|error| {
            let path = error.path().to_string();
            let name = if path == "." { BARE } else { &path };
            format!("{name}: {}", error.inner())
        })
    }

    fn check(&self, content: &Map<String, Value>) -> Result<(), String> {
        let required = self.schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !content.contains_key(name) {
                return Err(format!("{name}: is missing"));
            }
        }
        let fields = self.schema["properties"].as_object();
        for (name, field) in fields.into_iter().flatten() {
            if let Some(value) = content.get(name) {
                check(field, value).map_err(|words| format!("{name}: {words}"))?;
            }
        }
        Ok(())
    }
}

/// `()` and structs without members, whichever of the two `T` is.
fn read_empty<T: DeserializeOwned>() -> Result<T, String> {
    serde_json::from_value(Value::Null)
        .or_else(|_| serde_json::from_value(json!({})))
        .map_err(|error| error.to_string())
}

fn is_nullable(schema: &Value) -> bool {
    let has_null = |key: &str| {
        let choices = schema.get(key).and_then(Value::as_array);
        choices.is_some_and(|all| all.iter().any(|one| one.get("type").is_some_and(|kind| kind == "null")))
    };
    let kinds = schema.get("type").and_then(Value::as_array);
    kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "null")) || has_null("anyOf")
}

/// The part of a schema that a form can show.
fn flat(schema: &Value) -> Result<Value, String> {
    let mut members = schema.as_object().cloned().ok_or("can be anything, and a form cannot show that")?;
    without_null(&mut members);
    if let Some(titled) = choices(&members, "oneOf").or_else(|| choices(&members, "anyOf")) {
        return Ok(with_words(titled_choice(titled), &members, &["title", "description", "default"]));
    }
    if let Some(only) = members.remove("const").filter(Value::is_string) {
        members.insert("enum".to_owned(), json!([only]));
        members.insert("type".to_owned(), json!("string"));
    }
    let kept: &[&str] = match members.get("type").and_then(Value::as_str) {
        Some("string") if members.contains_key("enum") => &["title", "description", "default", "enum"],
        Some("string") => {
            let known = ["email", "uri", "date", "date-time"];
            if members.get("format").is_some_and(|format| !known.iter().any(|known| format == known)) {
                members.remove("format");
            }
            &["title", "description", "default", "minLength", "maxLength", "format"]
        }
        Some("integer" | "number") => &["title", "description", "default", "minimum", "maximum"],
        Some("boolean") => &["title", "description", "default"],
        Some("array") => return several(&members),
        Some(kind) => return Err(format!("is of type {kind}, and a form is flat")),
        None => return Err("has several shapes, and a form is flat".to_owned()),
    };
    let base = json!({"type": members["type"]});
    Ok(with_words(base, &members, kept))
}

fn with_words(mut field: Value, from: &Map<String, Value>, keys: &[&str]) -> Value {
    for key in keys {
        if let Some(value) = from.get(*key).filter(|value| !value.is_null()) {
            field[*key] = value.clone();
        }
    }
    field
}

fn several(members: &Map<String, Value>) -> Result<Value, String> {
    let words = "is a list, and a form can only choose several of a fixed list of texts";
    let items = flat(members.get("items").ok_or(words)?)?;
    let items = match (items.get("enum"), items.get("oneOf")) {
        (Some(values), None) => json!({"type": "string", "enum": values}),
        (None, Some(titled)) => json!({"anyOf": titled}),
        _ => return Err(words.to_owned()),
    };
    let field = json!({"type": "array", "items": items});
    Ok(with_words(field, members, &["title", "description", "default", "minItems", "maxItems"]))
}

/// An `Option` of something is that something.
fn without_null(members: &mut Map<String, Value>) {
    if let Some(Value::Array(kinds)) = members.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            let kind = kind.clone();
            members.insert("type".to_owned(), kind);
        }
    }
    if let Some(Value::Array(values)) = members.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    for key in ["anyOf", "oneOf"] {
        let Some(Value::Array(choices)) = members.get_mut(key) else {
            continue;
        };
        choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            members.remove(key);
            for (key, value) in only {
                members.entry(key).or_insert(value);
            }
        }
    }
}

/// The values of an enum, each with what it is called: alternatives that are all fixed texts.
fn choices(members: &Map<String, Value>, key: &str) -> Option<Vec<(String, Option<String>)>> {
    let all = members.get(key)?.as_array()?;
    let mut found = Vec::new();
    for one in all {
        let title = ["title", "description"].iter().find_map(|key| one.get(*key)?.as_str());
        match (one.get("const"), one.get("enum").and_then(Value::as_array)) {
            (Some(Value::String(value)), _) => found.push((value.clone(), title.map(ToOwned::to_owned))),
            (None, Some(values)) => {
                for value in values {
                    found.push((value.as_str()?.to_owned(), None));
                }
            }
            _ => return None,
        }
    }
    Some(found)
}

fn titled_choice(choices: Vec<(String, Option<String>)>) -> Value {
    if choices.iter().all(|(_, title)| title.is_none()) {
        let values: Vec<String> = choices.into_iter().map(|(value, _)| value).collect();
        return json!({"type": "string", "enum": values});
    }
    let titled: Vec<Value> = choices
        .into_iter()
        .map(|(value, title)| json!({"title": title.unwrap_or_else(|| value.clone()), "const": value}))
        .collect();
    json!({"type": "string", "oneOf": titled})
}

/// Whether `value` keeps the bounds of its field, in words for the person.
fn check(field: &Value, value: &Value) -> Result<(), String> {
    let bound = |key: &str| field.get(key).and_then(Value::as_f64);
    if let Some(number) = value.as_f64() {
        match (bound("minimum"), bound("maximum")) {
            (Some(least), _) if number < least => return Err(format!("must be at least {least}")),
            (_, Some(most)) if number > most => return Err(format!("must be at most {most}")),
            _ => {}
        }
    }
    if let Some(text) = value.as_str() {
        #[expect(clippy::cast_precision_loss, reason = "no text is that long")]
        let length = text.chars().count() as f64;
        if bound("minLength").is_some_and(|least| length < least) {
            return Err(format!("must have at least {} characters", field["minLength"]));
        }
        if bound("maxLength").is_some_and(|most| length > most) {
            return Err(format!("must have at most {} characters", field["maxLength"]));
        }
    }
    match value.as_array() {
        Some(values) => check_several(field, values),
        None => check_choice(field, "oneOf", value),
    }
}

fn check_several(field: &Value, values: &[Value]) -> Result<(), String> {
    let bound = |key: &str| field.get(key).and_then(Value::as_u64);
    let count = values.len() as u64;
    if bound("minItems").is_some_and(|least| count < least) {
        return Err(format!("choose at least {}", field["minItems"]));
    }
    if bound("maxItems").is_some_and(|most| count > most) {
        return Err(format!("choose at most {}", field["maxItems"]));
    }
    values.iter().try_for_each(|value| check_choice(&field["items"], "anyOf", value))
}

fn check_choice(field: &Value, titled: &str, value: &Value) -> Result<(), String> {
    let plain = field.get("enum").and_then(Value::as_array).into_iter().flatten();
    let titled = field.get(titled).and_then(Value::as_array).into_iter().flatten();
    let mut allowed = plain.chain(titled.map(|one| &one["const"])).peekable();
    if allowed.peek().is_none() || allowed.clone().any(|one| one == value) {
        return Ok(());
    }
    let names: Vec<String> = allowed.map(ToString::to_string).collect();
    Err(format!("must be one of {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    #![allow(dead_code, reason = "only the shapes of these types are looked at")]

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        Green,
    }

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    enum Size {
        /// Fits children.
        Small,
        /// Fits everybody.
        Large,
    }

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    struct Order {
        /// How many.
        #[schemars(range(min = 1))]
        count: u8,
        note: Option<String>,
        colour: Option<Colour>,
        size: Size,
        extras: Vec<Colour>,
        #[serde(default)]
        gift: bool,
    }

    #[derive(Deserialize, JsonSchema)]
    struct Nested {
        order: Order,
    }

    #[test]
    fn a_struct_is_a_flat_form() {
        let form = Form::of::<Order>().unwrap();
        assert_eq!(
            form.schema,
            json!({
                "type": "object",
                "properties": {
                    "count": {"type": "integer", "description": "How many.", "minimum": 1, "maximum": 255},
                    "note": {"type": "string"},
                    "colour": {"type": "string", "enum": ["red", "green"]},
                    "size": {"type": "string", "oneOf": [
                        {"const": "Small", "title": "Fits children."},
                        {"const": "Large", "title": "Fits everybody."},
                    ]},
                    "extras": {"type": "array", "items": {"type": "string", "enum": ["red", "green"]}},
                    "gift": {"type": "boolean", "default": false},
                },
                "required": ["count", "size", "extras"],
            })
        );
    }

    #[test]
    fn a_bare_value_is_one_field() {
        let form = Form::of::<bool>().unwrap();
        assert_eq!(form.schema["properties"], json!({"value": {"type": "boolean"}}));
        assert_eq!(form.schema["required"], json!(["value"]));
        let content = json!({"value": true}).as_object().cloned().unwrap();
        assert_eq!(form.read::<bool>(&content), Ok(true));
        let form = Form::of::<Option<String>>().unwrap();
        assert_eq!(form.schema.get("required"), None);
        assert_eq!(form.read::<Option<String>>(&Map::new()), Ok(None));
        let form = Form::of::<()>().unwrap();
        assert_eq!(form.schema["properties"], json!({}));
        assert_eq!(form.read::<()>(&content), Ok(()));
    }

    #[test]
    fn what_is_not_flat_is_named() {
        let words = Form::of::<Nested>().unwrap_err();
        assert!(words.contains("`order`") && words.contains("flat"), "{words}");
        assert!(Form::of::<Vec<String>>().is_err());
        assert!(Form::of::<std::collections::HashMap<String, String>>().is_err());
    }

    #[test]
    fn an_answer_that_does_not_fit_says_where() {
        let form = Form::of::<Order>().unwrap();
        let read = |content: Value| form.read::<Order>(content.as_object().unwrap());
        let good = json!({"count": 2, "size": "Small", "extras": ["red"], "note": null});
        assert_eq!(read(good.clone()).unwrap().count, 2);
        for (name, value, words) in [
            ("count", json!(0), "count: must be at least 1"),
            ("count", json!("two"), "count: invalid type"),
            ("size", json!("Huge"), "size: must be one of"),
            ("extras", json!(["blue"]), "extras: must be one of"),
        ] {
            let mut content = good.clone();
            content[name] = value;
            let told = read(content).unwrap_err();
            assert!(told.starts_with(words), "{told}");
        }
        assert_eq!(read(json!({})).unwrap_err(), "count: is missing");
    }
}
