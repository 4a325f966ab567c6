//! The servers of `examples/everything.rs` and of the fixture, over every transport and in every
//! revision. Whatever they say has to fit the official schema of the revision.

mod asking;
mod changes;
mod child;
mod content;
mod every_message;
mod first_revision;
mod in_flight;
mod reading;
mod refusing;
mod speaking;

use disco_everything::server as everything;
use disco_sdk::client::{Answers, Question};
use disco_tests::fixture;
use serde_json::{Value, json};

use crate::wire::check;

/// A person with a model and a folder, who can be asked everything.
fn person() -> Answers {
    let capabilities = json!({"elicitation": {"form": {}, "url": {}}, "sampling": {}, "roots": {}});
    Answers::new(capabilities, |question| {
        Some(match question.method.as_str() {
            "roots/list" => {
                json!({"roots": [{"uri": "file:///home", "name": "Home"}, {"uri": "file:///srv"}]})
            }
            "sampling/createMessage" => {
                json!({"role": "assistant", "content": {"type": "text", "text": "Paris"}, "model": "m"})
            }
            _ => json!({"action": "accept", "content": filled_in(question)}),
        })
    })
}

/// A form as the person fills it in: with what is there already, or else with something of its kind.
fn filled_in(question: &Question) -> Value {
    let fields = question.params["requestedSchema"]["properties"].as_object().expect("a form has fields");
    let fill = |name: &str, field: &Value| match name {
        _ if !field["default"].is_null() => field["default"].clone(),
        "email" => json!("ada@example.com"),
        "color" => json!("green"),
        _ if field["type"] == "boolean" => json!(true),
        _ if field["type"] == "number" || field["type"] == "integer" => json!(36),
        _ if field["type"] == "array" => json!([first(&field["items"])]),
        _ if field.get("enum").is_some() || field.get("oneOf").is_some() => first(field),
        _ => json!("Ada"),
    };
    fields
        .iter()
        .map(|(name, field)| (name.clone(), fill(name, field)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The first choice of a list.
fn first(field: &Value) -> Value {
    ["/enum/0", "/oneOf/0/const", "/anyOf/0/const"]
        .iter()
        .find_map(|place| field.pointer(place))
        .expect("there is something to choose")
        .clone()
}
