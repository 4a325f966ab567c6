//! The official schema of a revision, as a source of messages: what a client may send, and which places
//! in it can be wrong.

use std::path::Path;

use disco_sdk::Version;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// What stands for the name of a member that may have any.
const ANY_NAME: &str = "x";
/// How deep places are looked for: deeper than any message of a client goes.
const DEEPEST: usize = 8;

pub(super) struct Schema {
    version: Version,
    root: Value,
    definitions: &'static str,
}

/// One kind of message that a client may send.
pub(super) struct Kind {
    pub(super) definition: String,
    pub(super) method: String,
}

/// A place in a message.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) pointer: String,
    pub(super) role: Role,
    schema: Value,
}

/// What a place is to what it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A member that has to be there.
    Required,
    /// A member that may be left out.
    Optional,
    /// An element of an array, or a member of an object whose members have any name.
    Element,
}

impl Schema {
    pub(super) fn of(version: Version) -> Self {
        let file = format!("wire/{version}.schema.json");
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let mut root: Value = serde_json::from_str(&text).unwrap();
        let definitions = if root.get("$defs").is_some() { "$defs" } else { "definitions" };
        if let Some(any) = root[definitions].get_mut("JSONValue") {
            // What was made of `schema.ts` has lost `null` and fractions: there it is any value.
            *any = json!({});
        }
        Self { version, root, definitions }
    }

    fn definition(&self, name: &str) -> &Value {
        &self.root[self.definitions][name]
    }

    /// Follows references.
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.resolve(self.root.pointer(&reference[1..]).unwrap()),
            None => schema,
        }
    }

    /// Every kind of request that a client may send.
    pub(super) fn requests(&self) -> Vec<Kind> {
        self.kinds("ClientRequest")
    }

    /// Every kind of notification that a client may send.
    pub(super) fn notifications(&self) -> Vec<Kind> {
        self.kinds("ClientNotification")
    }

    fn kinds(&self, union: &str) -> Vec<Kind> {
        let name = |schema: &Value| schema["$ref"].as_str()?.rsplit('/').next().map(str::to_owned);
        let names = match self.definition(union)["anyOf"].as_array() {
            Some(kinds) => kinds.iter().filter_map(name).collect(),
            None => vec![union.to_owned()],
        };
        let kind = |definition: String| {
            let method = self.definition(&definition)["properties"]["method"]["const"].as_str().unwrap();
            Kind { method: method.to_owned(), definition }
        };
        names.into_iter().map(kind).collect()
    }

    pub(super) fn validator(&self, definition: &str) -> Validator {
        let mut schema = self.root.clone();
        schema["$ref"] = format!("#/{}/{definition}", self.definitions).into();
        jsonschema::options().should_validate_formats(false).build(&schema).unwrap()
    }

    /// Every place that the schema knows in such a message. Where it leaves a choice, the one of this
    /// number is taken.
    pub(super) fn places(&self, envelope: &str, kind: &Kind, choice: usize) -> Vec<Place> {
        let mut places = Vec::new();
        for definition in [envelope, &kind.definition] {
            self.collect(self.definition(definition), "", choice, &mut places);
        }
        places.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        // Early revisions say what a method wants in the second definition only.
        places.reverse();
        places.dedup_by(|later, earlier| {
            let is_same = later.pointer == earlier.pointer;
            if is_same && later.role == Role::Required {
                earlier.role = Role::Required;
            }
            is_same
        });
        places.reverse();
        places
    }

    fn collect(&self, schema: &Value, pointer: &str, choice: usize, places: &mut Vec<Place>) {
        let schema = self.chosen(schema, choice);
        if pointer.matches('/').count() >= DEEPEST {
            return;
        }
        let mut add = |name: &str, role: Role, schema: &Value| {
            let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
            places.push(Place { pointer: pointer.clone(), role, schema: self.chosen(schema, choice) });
            self.collect(schema, &pointer, choice, places);
        };
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let required = schema["required"].as_array();
            let is_required = required.is_some_and(|names| names.contains(&json!(name)));
            add(name, if is_required { Role::Required } else { Role::Optional }, member);
        }
        let others = &schema["additionalProperties"];
        if others.as_object().is_some_and(|others| !others.is_empty()) {
            add(ANY_NAME, Role::Element, others);
        }
        if schema["items"].is_object() {
            add("0", Role::Element, &schema["items"]);
        }
    }

    /// A schema without references, choices and parts.
    fn chosen(&self, schema: &Value, choice: usize) -> Value {
        let schema = self.resolve(schema);
        if let Some(choices) = schema["anyOf"].as_array() {
            return self.chosen(&choices[choice % choices.len()], choice);
        }
        let Some(parts) = schema["allOf"].as_array() else {
            return schema.clone();
        };
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for part in parts {
            let part = self.chosen(part, choice);
            properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
            required.extend(part["required"].as_array().cloned().unwrap_or_default());
        }
        json!({"type": "object", "properties": properties, "required": required})
    }

    /// A right message with every member that `fit` does not leave out, and with the values that it gives.
    pub(super) fn sample(&self, kind: &Kind, choice: usize, fit: &dyn Fn(&str) -> Fit) -> Value {
        let mut message = self.value(self.definition(&kind.definition), "", choice, fit).unwrap();
        message["jsonrpc"] = json!("2.0");
        if let Fit::Value(id) = fit("/id") {
            message["id"] = id;
        }
        message
    }

    fn value(
        &self,
        schema: &Value,
        pointer: &str,
        choice: usize,
        fit: &dyn Fn(&str) -> Fit,
    ) -> Option<Value> {
        match fit(pointer) {
            Fit::Value(value) => return Some(value),
            Fit::LeftOut => return None,
            Fit::Any => {}
        }
        let schema = self.chosen(schema, choice);
        if let Some(value) = schema.get("const").or_else(|| schema["enum"].get(0)) {
            return Some(value.clone());
        }
        let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("object");
        Some(match kind {
            "string" if pointer.ends_with("protocolVersion") => self.version.as_str().into(),
            "string" => "text".into(),
            "integer" | "number" => 1.into(),
            "boolean" => true.into(),
            "array" => {
                let item = self.value(&schema["items"], &format!("{pointer}/0"), choice, fit);
                item.into_iter().collect()
            }
            _ => {
                let mut members = Map::new();
                for (name, member) in schema["properties"].as_object().into_iter().flatten() {
                    let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                    if let Some(value) = self.value(member, &pointer, choice, fit) {
                        members.insert(name.clone(), value);
                    }
                }
                Value::Object(members)
            }
        })
    }
}

/// What a right message has at a place.
pub(super) enum Fit {
    /// Whatever the schema allows.
    Any,
    /// This.
    Value(Value),
    /// Nothing.
    LeftOut,
}

impl Place {
    /// The words that may stand here, if it is one of some words.
    pub(super) fn word(&self) -> Option<&str> {
        self.schema.get("const").or_else(|| self.schema["enum"].get(0))?.as_str()
    }

    /// Whether a text may stand here.
    pub(super) fn takes_text(&self) -> bool {
        let kind = &self.schema["type"];
        kind == "string" || kind.as_array().is_some_and(|kinds| kinds.contains(&json!("string")))
    }
}
