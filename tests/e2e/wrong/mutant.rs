//! A right message with one thing wrong in it.

use serde_json::{Map, Value, json};

use super::schema::{Fit, Kind, Place, Role, Schema};

/// Longer than any text of the protocol is, far shorter than the longest message.
pub(super) const TOO_LONG: usize = 20_000;

/// A right message with one thing wrong in it.
pub(super) struct Mutant {
    pub(super) message: Value,
    pub(super) place: Place,
    pub(super) change: Change,
    /// Whether the schema allows it all the same.
    pub(super) is_right: bool,
}

/// What was done to it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    Missing,
    Null,
    OtherType(Value),
    /// Where the schema allows any text, it allows this one.
    TooLong,
}

/// A right message, and every wrong one that can be made of it by one change.
pub(super) struct Family {
    pub(super) right: Value,
    pub(super) mutants: Vec<Mutant>,
}

impl Family {
    /// What the schema says about `kind`: a message that is wrong by it, or has a text that is too long.
    pub(super) fn of(schema: &Schema, envelope: &str, kind: &Kind, fit: &dyn Fn(&str) -> Fit) -> Self {
        let validators = [schema.validator(envelope), schema.validator(&kind.definition)];
        let is_right = |message: &Value| validators.iter().all(|validator| validator.is_valid(message));
        let right = schema.sample(kind, 0, fit);
        let mut mutants: Vec<Mutant> = Vec::new();
        for choice in 0..2 {
            let sample = schema.sample(kind, choice, fit);
            assert!(is_right(&sample), "{sample}");
            if choice > 0 && sample == right {
                break;
            }
            for place in schema.places(envelope, kind, choice) {
                for (change, message) in changed(&sample, &place) {
                    let is_right = is_right(&message);
                    if change == Change::TooLong || !is_right {
                        mutants.push(Mutant { message, place: place.clone(), change, is_right });
                    }
                }
            }
        }
        Self { right, mutants }
    }
}

fn changed(sample: &Value, place: &Place) -> Vec<(Change, Value)> {
    let put = |value: Value| {
        let mut message = sample.clone();
        set(&mut message, &place.pointer, value);
        message
    };
    let mut others = vec![
        json!(true),
        json!(7),
        json!(1.5),
        json!("text"),
        json!([]),
        json!({}),
        json!([null]),
        json!(["text"]),
        json!({"text": 7}),
    ];
    if let Some(members) = sample.pointer(&place.pointer).and_then(Value::as_object) {
        // The same values in an array, in the order in which they stand.
        others.push(members.values().cloned().collect());
        let with = |name: &str, value: Value| Value::Object(Map::from_iter([(name.to_owned(), value)]));
        others.push(with("", Value::Null));
    }
    if let Some(word) = place.word() {
        others.push(json!({ word: null }));
        others.push(json!([word]));
        others.push(json!(word.to_uppercase()));
    }
    let mut all: Vec<(Change, Value)> =
        others.into_iter().map(|value| (Change::OtherType(value.clone()), put(value))).collect();
    all.push((Change::Null, put(Value::Null)));
    if place.role == Role::Required {
        let mut message = sample.clone();
        remove(&mut message, &place.pointer);
        all.push((Change::Missing, message));
    }
    if place.takes_text() {
        all.push((Change::TooLong, put("x".repeat(TOO_LONG).into())));
    }
    all
}

/// Puts a value at a place, and the objects and arrays around it where there are none.
pub(super) fn set(message: &mut Value, pointer: &str, value: Value) {
    let mut at = message;
    for name in names(pointer) {
        at = if let Ok(index) = name.parse::<usize>() {
            if !at.is_array() {
                *at = json!([]);
            }
            let items = at.as_array_mut().unwrap();
            items.resize(items.len().max(index + 1), Value::Null);
            &mut items[index]
        } else {
            if !at.is_object() {
                *at = json!({});
            }
            at.as_object_mut().unwrap().entry(name).or_insert(Value::Null)
        };
    }
    *at = value;
}

fn remove(message: &mut Value, pointer: &str) {
    let (parent, _) = pointer.rsplit_once('/').unwrap();
    let name = names(pointer).pop().unwrap();
    if let Some(members) = message.pointer_mut(parent).and_then(Value::as_object_mut) {
        members.shift_remove(&name);
    }
}

fn names(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~")).collect()
}
