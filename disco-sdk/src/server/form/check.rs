//! Whether an answer keeps the bounds of its field.

use serde_json::Value;

/// Whether `value` keeps the bounds of its field, in words for the person.
pub(super) fn check(field: &Value, value: &Value) -> Result<(), String> {
    let bound = |key: &str| field.get(key).and_then(Value::as_f64);
    if let Some(number) = value.as_f64() {
        match (bound("minimum"), bound("maximum")) {
            (Some(least), _) if number < least => return Err(format!("must be at least {least}")),
            (_, Some(most)) if number > most => return Err(format!("must be at most {most}")),
            _ => {}
        }
        match (bound("exclusiveMinimum"), bound("exclusiveMaximum")) {
            (Some(least), _) if number <= least => return Err(format!("must be above {least}")),
            (_, Some(most)) if number >= most => return Err(format!("must be below {most}")),
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
