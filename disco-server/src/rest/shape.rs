//! Objects have to be objects: what reads structs would take a list of their fields as well, which nobody means.

use serde_json::Value;

use crate::error::{Error, ErrorCode, Result};

/// Refuses a list that stands where the schema has no list.
pub(super) fn check(schema: &Value, value: &Value) -> Result<()> {
    look(schema, value, "the body").map_err(|at| {
        Error::new(ErrorCode::InvalidRequest, format!("{at} is a list, but must not be"))
            .suggest("compare it with the description at /openapi.json")
    })
}

fn look(schema: &Value, value: &Value, at: &str) -> std::result::Result<(), String> {
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        let fits = choices.iter().any(|choice| look(choice, value, at).is_ok());
        return if fits { Ok(()) } else { Err(at.to_owned()) };
    }
    match value {
        Value::Array(_) if !takes_lists(schema) => Err(at.to_owned()),
        Value::Array(items) => {
            let schema = schema.get("items").unwrap_or(&Value::Null);
            items.iter().try_for_each(|item| look(schema, item, &format!("an item of {at}")))
        }
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            let of_all = schema.get("additionalProperties").unwrap_or(&Value::Null);
            let own = schema.get("properties").and_then(|properties| properties.get(name));
            look(own.unwrap_or(of_all), value, &format!("`{name}`"))
        }),
        _ => Ok(()),
    }
}

fn takes_lists(schema: &Value) -> bool {
    match schema.get("type") {
        None => true,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "array"),
        Some(kind) => kind == "array",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_no_object_however_deep_it_stands() {
        let limits = json!({"type": "object", "properties": {"cpus": {"type": ["number", "null"]}}});
        let schema = json!({"type": "object", "properties": {
            "limits": limits,
            "wish": {"anyOf": [limits, {"type": "null"}]},
            "names": {"type": ["array", "null"], "items": {"type": "string"}},
        }});
        for good in [json!({}), json!({"limits": {"cpus": 1}, "wish": null, "names": ["a"]})] {
            check(&schema, &good).unwrap();
        }
        for bad in [json!([]), json!({"limits": [1]}), json!({"wish": [1]}), json!({"names": [["a"]]})] {
            check(&schema, &bad).unwrap_err();
        }
    }
}
