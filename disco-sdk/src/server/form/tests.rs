//! What forms look like on the wire, and what is read from them.

#![allow(dead_code, reason = "only the shapes of these types are looked at")]

use disco_sdk::Form;
use serde_json::json;

use super::*;

#[derive(Debug, PartialEq, Form)]
#[form(rename_all = "lowercase")]
enum Colour {
    Red,
    Green,
}

#[derive(Debug, PartialEq, Form)]
enum Size {
    /// Fits children.
    Small,
    #[form(title = "Fits everybody.")]
    Large,
}

#[derive(Debug, PartialEq, Form)]
#[form(enum_names)]
enum Old {
    /// The first
    One,
    Two,
}

#[derive(Debug, PartialEq, Form)]
#[form(rename_all = "camelCase")]
struct Order {
    /// How many.
    #[form(range(1..))]
    how_many: u8,
    #[form(len(2..5))]
    note: Option<String>,
    colour: Option<Colour>,
    size: Size,
    #[form(len(1..=2), title = "What else?")]
    extras: Vec<Colour>,
    sizes: Option<Vec<Size>>,
    #[form(default)]
    gift: bool,
    #[form(default = "Ada", rename = "for")]
    name: String,
    #[form(range(0.0..1.0), default = 0.5)]
    share: f64,
    #[form(default = Old::Two)]
    old: Old,
    #[form(format = "date")]
    day: Option<String>,
}

#[test]
fn a_struct_is_a_flat_form_in_declared_order() {
    let titled = json!([{"const": "Small", "title": "Fits children."}, {"const": "Large", "title": "Fits everybody."}]);
    let expected = json!({
        "type": "object",
        "properties": {
            "howMany": {"type": "integer", "minimum": 1, "maximum": 255, "description": "How many."},
            "note": {"type": "string", "minLength": 2, "maxLength": 4},
            "colour": {"type": "string", "enum": ["red", "green"]},
            "size": {"type": "string", "oneOf": titled},
            "extras": {
                "type": "array",
                "items": {"type": "string", "enum": ["red", "green"]},
                "title": "What else?",
                "minItems": 1,
                "maxItems": 2,
            },
            "sizes": {"type": "array", "items": {"anyOf": titled}},
            "gift": {"type": "boolean", "default": false},
            "for": {"type": "string", "default": "Ada"},
            "share": {"type": "number", "minimum": 0.0, "exclusiveMaximum": 1.0, "default": 0.5},
            "old": {"type": "string", "enum": ["One", "Two"], "enumNames": ["The first", "Two"], "default": "Two"},
            "day": {"type": "string", "format": "date"},
        },
        "required": ["howMany", "size", "extras"],
    });
    let schema = Order::schema().to_json();
    assert_eq!(schema, expected);
    let names =
        |schema: &Value| schema["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&schema), names(&expected));
}

fn read<T: Form>(content: &Value) -> Result<T, String> {
    T::schema().read(content.as_object().unwrap())
}

#[test]
fn a_bare_value_is_one_field() {
    let schema = <bool as Form>::schema().to_json();
    assert_eq!(schema["properties"], json!({"value": {"type": "boolean"}}));
    assert_eq!(schema["required"], json!(["value"]));
    assert_eq!(read::<bool>(&json!({"value": true})), Ok(true));
    assert_eq!(read::<Colour>(&json!({"value": "green"})), Ok(Colour::Green));
    assert_eq!(<Option<String> as Form>::schema().to_json().get("required"), None);
    assert_eq!(read::<Option<String>>(&json!({})), Ok(None));
    assert_eq!(<() as Form>::schema().to_json()["properties"], json!({}));
    assert_eq!(read::<()>(&json!({"whatever": 1})), Ok(()));
}

#[test]
fn what_is_left_out_is_its_default_and_null_is_left_out() {
    let content = json!({"howMany": 2, "size": "Small", "extras": ["red"], "note": null, "gift": null});
    let order: Order = read(&content).unwrap();
    let expected = Order {
        how_many: 2,
        note: None,
        colour: None,
        size: Size::Small,
        extras: vec![Colour::Red],
        sizes: None,
        gift: false,
        name: "Ada".to_owned(),
        share: 0.5,
        old: Old::Two,
        day: None,
    };
    assert_eq!(order, expected);
}

#[test]
fn an_answer_that_does_not_fit_says_where() {
    let good = json!({"howMany": 2, "size": "Small", "extras": ["red"]});
    assert!(read::<Order>(&good).is_ok());
    for (name, value, words) in [
        ("howMany", json!(0), "howMany: must be at least 1"),
        ("howMany", json!("two"), "howMany: invalid type"),
        ("howMany", json!(1.5), "howMany: invalid type"),
        ("note", json!("x"), "note: must have at least 2 characters"),
        ("note", json!("xxxxx"), "note: must have at most 4 characters"),
        ("size", json!("Huge"), "size: must be one of"),
        ("size", json!(1), "size: must be one of"),
        ("extras", json!(["blue"]), "extras: must be one of"),
        ("extras", json!([]), "extras: choose at least 1"),
        ("extras", json!("red"), "extras: must be a list"),
        ("share", json!(1.0), "share: must be below 1"),
        ("gift", json!("yes"), "gift: invalid type"),
    ] {
        let mut content = good.clone();
        content[name] = value;
        let told = read::<Order>(&content).unwrap_err();
        assert!(told.starts_with(words), "{told}");
    }
    assert_eq!(read::<Order>(&json!({})).unwrap_err(), "howMany: is missing");
}
