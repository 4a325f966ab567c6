//! What a schema expects, in a few words, and an example of it.

use serde_json::{Map, Value};

use crate::exact::is_of_digits;

/// The schema that is meant: what a `$ref` refers to.
pub(super) fn resolve<'s>(root: &'s Value, mut schema: &'s Value) -> &'s Value {
    const MOST: usize = 16;
    for _ in 0..MOST {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
            return schema;
        };
        let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        let Some(target) = target else {
            return schema;
        };
        schema = target;
    }
    schema
}

/// The alternatives of a schema, of which a value has to fit one.
pub(super) fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
    ["oneOf", "anyOf"].iter().find_map(|key| schema.get(*key)?.as_array())
}

/// All values, where a schema lists them: `enum`, `const`, or alternatives of these.
pub(crate) fn listed(root: &Value, schema: &Value) -> Option<Vec<Value>> {
    let schema = resolve(root, schema);
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return Some(values.clone());
    }
    if let Some(value) = schema.get("const") {
        return Some(vec![value.clone()]);
    }
    let lists: Option<Vec<_>> = alternatives(schema)?.iter().map(|one| listed(root, one)).collect();
    lists.map(|lists| lists.concat())
}

/// What is expected: `an integer from 1 to 9`. `None` if anything is.
pub(super) fn words(root: &Value, schema: &Value) -> Option<String> {
    let schema = resolve(root, schema);
    if let Some(values) = listed(root, schema) {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        return Some(match values.as_slice() {
            [only] => only.clone(),
            values => format!("one of {}", values.join(", ")),
        });
    }
    if let Some(alternatives) = alternatives(schema).filter(|_| schema.get("properties").is_none()) {
        let mut words: Vec<String> = alternatives.iter().filter_map(|one| words(root, one)).collect();
        words.dedup();
        return (!words.is_empty()).then(|| words.join(" or "));
    }
    let kind = schema.get("type")?.as_str()?;
    let (words, least, most, unit) = match kind {
        "integer" => ("an integer", "minimum", "maximum", ""),
        "number" => ("a number", "minimum", "maximum", ""),
        "string" => (string(schema), "minLength", "maxLength", " characters"),
        "array" => ("an array", "minItems", "maxItems", " items"),
        "boolean" => return Some("true or false".to_owned()),
        "object" => return Some("an object".to_owned()),
        _ => return None,
    };
    let bound = |key: &str| schema.get(key).map(Value::to_string);
    let bounds = bounds(bound(least), bound(most), unit);
    let pattern = bound("pattern").map(|pattern| format!(" that fits {pattern}")).unwrap_or_default();
    Some(format!("{words}{bounds}{pattern}"))
}

fn bounds(least: Option<String>, most: Option<String>, unit: &str) -> String {
    let (of, from) = if unit.is_empty() { ("", "from ") } else { (" of", "") };
    match (least, most) {
        (Some(least), Some(most)) => format!("{of} {from}{least} to {most}{unit}"),
        (Some(least), None) if unit.is_empty() => format!(" from {least}"),
        (Some(least), None) => format!(" of at least {least}{unit}"),
        (None, Some(most)) if unit.is_empty() => format!(" to {most}"),
        (None, Some(most)) => format!(" of at most {most}{unit}"),
        (None, None) => String::new(),
    }
}

/// The formats that types of the features `chrono`, `url` and `uuid` have, and `Base64`.
fn string(schema: &Value) -> &'static str {
    match schema.get("format").and_then(Value::as_str) {
        Some("date-time") => "a date and time (RFC 3339)",
        Some("partial-date-time") => "a date and time without an offset",
        Some("date") => "a date",
        Some("partial-time" | "time") => "a time of day",
        Some("uri") => "a URI",
        Some("uuid") => "a UUID",
        _ if schema.get("contentEncoding").is_some() => "a string in base64",
        _ if is_of_digits(schema) => "an integer as a string",
        _ => "a string",
    }
}

/// Whether a schema knows more of a value than its JSON type.
pub(super) fn is_telling(root: &Value, schema: &Value) -> bool {
    const TELLING: [&str; 5] = ["format", "pattern", "contentEncoding", "enum", "const"];
    let schema = resolve(root, schema);
    TELLING.iter().any(|key| schema.get(*key).is_some())
}

/// A value that fits, as far as that can be said.
pub(super) fn example(root: &Value, schema: &Value) -> Option<Value> {
    const DEEPEST: usize = 8;
    example_within(DEEPEST, root, schema)
}

fn example_within(depth: usize, root: &Value, schema: &Value) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let schema = resolve(root, schema);
    let given = schema.get("examples").and_then(|examples| examples.get(0));
    if let Some(given) = given.or_else(|| schema.get("default")).filter(|given| !given.is_null()) {
        return Some(given.clone());
    }
    if let Some(values) = listed(root, schema) {
        return values.into_iter().next();
    }
    if let Some(alternatives) = alternatives(schema).filter(|_| schema.get("properties").is_none()) {
        return alternatives.iter().find_map(|one| example_within(depth, root, one));
    }
    let number = |key: &str| schema.get(key).and_then(Value::as_f64);
    match schema.get("type")?.as_str()? {
        "integer" => {
            let bound = |key: &str| schema.get(key).and_then(Value::as_i64);
            let least = bound("minimum").or_else(|| bound("exclusiveMinimum").map(|below| below + 1));
            Some(Value::from(1.max(least.unwrap_or(1)).min(bound("maximum").unwrap_or(i64::MAX))))
        }
        "number" => {
            let (least, most) = (number("minimum").unwrap_or(0.5), number("maximum").unwrap_or(f64::MAX));
            let is_strict =
                ["exclusiveMinimum", "exclusiveMaximum"].iter().any(|key| schema.get(*key).is_some());
            (!is_strict).then(|| Value::from(0.5_f64.max(least).min(most)))
        }
        "string" => text(schema).map(Value::from),
        "boolean" => Some(Value::Bool(true)),
        "array" => {
            let items = match schema.get("prefixItems").and_then(Value::as_array) {
                Some(items) => items.iter().map(|one| example_within(depth, root, one)).collect(),
                None => {
                    schema.get("items").map(|items| example_within(depth, root, items)).into_iter().collect()
                }
            };
            let items: Option<Vec<Value>> = items;
            let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
            items.filter(|items| items.len() as u64 >= least).map(Value::Array)
        }
        "object" => object(depth, root, schema),
        _ => None,
    }
}

fn text(schema: &Value) -> Option<&'static str> {
    let format = schema.get("format").and_then(Value::as_str);
    let is_free = ["pattern", "minLength", "maxLength"].iter().all(|key| schema.get(*key).is_none());
    match format {
        Some("date-time") => Some("2026-01-31T12:30:00Z"),
        Some("partial-date-time") => Some("2026-01-31T12:30:00"),
        Some("date") => Some("2026-01-31"),
        Some("partial-time" | "time") => Some("12:30:00"),
        Some("uri") => Some("https://example.com/page"),
        Some("uuid") => Some("67e55044-10b1-426f-9247-bb680e5fe0c8"),
        _ if schema.get("contentEncoding").is_some() => Some("aGVsbG8="),
        None if is_of_digits(schema) => Some("9007199254740993"),
        Some(_) => None,
        None => is_free.then_some("text"),
    }
}

/// An object of what it has to have; with its first members if it has to have nothing.
fn object(depth: usize, root: &Value, schema: &Value) -> Option<Value> {
    let Some(members) = schema.get("properties").and_then(Value::as_object) else {
        let value = schema.get("additionalProperties").filter(|values| values.is_object())?;
        let entry = ("key".to_owned(), example_within(depth, root, value)?);
        return Some(Map::from_iter([entry]).into());
    };
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|required| required.iter().any(|one| one == name));
    let mut example = Map::new();
    for (name, member) in members.iter().filter(|(name, _)| is_required(name)) {
        example.insert(name.clone(), example_within(depth, root, member)?);
    }
    if let (true, Some((name, member))) = (example.is_empty(), members.iter().next()) {
        example.insert(name.clone(), example_within(depth, root, member)?);
    }
    Some(Value::Object(example))
}
