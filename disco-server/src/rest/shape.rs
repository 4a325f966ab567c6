//! Makes of JSON what the description means by it: an object is no list of its fields, and `5.0` is a whole number.

use serde_json::Value;

use crate::error::{Error, ErrorCode, Result};

/// From here on not every whole number can be written with a point.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// Refuses a list that stands where the schema has no list, and makes whole numbers of those that are.
pub(super) fn fit(schema: &Value, value: &mut Value) -> Result<()> {
    look(schema, value, "the body").map_err(|at| {
        Error::new(ErrorCode::InvalidRequest, format!("{at} is a list, but must not be"))
            .suggest("compare it with the description at /openapi.json")
    })
}

fn look(schema: &Value, value: &mut Value, at: &str) -> std::result::Result<(), String> {
    // Beside `properties` it tells only which of them go together.
    if let (Some(Value::Array(choices)), None) = (schema.get("anyOf"), schema.get("properties")) {
        let fits = |value: &mut Value| choices.iter().any(|choice| look(choice, value, at).is_ok());
        return if fits(value) { Ok(()) } else { Err(at.to_owned()) };
    }
    match value {
        Value::Array(_) if !takes(schema, "array", true) => Err(at.to_owned()),
        Value::Array(items) => {
            let schema = schema.get("items").unwrap_or(&Value::Null);
            items.iter_mut().try_for_each(|item| look(schema, item, &format!("an item of {at}")))
        }
        Value::Object(fields) => fields.iter_mut().try_for_each(|(name, value)| {
            let of_all = schema.get("additionalProperties").unwrap_or(&Value::Null);
            let own = schema.get("properties").and_then(|properties| properties.get(name));
            look(own.unwrap_or(of_all), value, &format!("`{name}`"))
        }),
        Value::Number(number) if number.is_f64() && takes(schema, "integer", false) => {
            if let Some(whole) = number.as_f64().and_then(whole) {
                *value = whole.into();
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "there is nothing behind its point")]
    (number.fract() == 0.0 && number.abs() < WHOLE).then_some(number as i64)
}

/// Whether something of this kind may stand here; `otherwise` where the schema does not say.
fn takes(schema: &Value, wanted: &str, otherwise: bool) -> bool {
    match schema.get("type") {
        None => otherwise,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == wanted),
        Some(kind) => kind == wanted,
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
        }, "anyOf": [{"properties": {"names": {"minItems": 1}}}]});
        for mut good in [json!({}), json!({"limits": {"cpus": 1}, "wish": null, "names": ["a"]})] {
            fit(&schema, &mut good).unwrap();
        }
        for mut bad in [json!([]), json!({"limits": [1]}), json!({"wish": [1]}), json!({"names": [["a"]]})] {
            fit(&schema, &mut bad).unwrap_err();
        }
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        let schema =
            json!({"properties": {"days": {"type": ["integer", "null"]}, "cpus": {"type": "number"}}});
        let mut value = json!({"days": 5.0, "cpus": 5.0});
        fit(&schema, &mut value).unwrap();
        assert_eq!(value, json!({"days": 5, "cpus": 5.0}));
        let mut other = json!({"days": 5.5});
        fit(&schema, &mut other).unwrap();
        assert_eq!(other, json!({"days": 5.5}));
    }
}
