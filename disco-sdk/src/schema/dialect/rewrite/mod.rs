//! Says a schema in a dialect. What cannot be said any more is told in words, in the description.
//!
//! From the leaves up, so that what is joined has been settled before.

mod choice;
mod open;
mod references;
mod value;
mod words;

use serde_json::{Map, Value};

use super::Rewritten;
use super::rules::Rules;

/// A schema as its members.
type Members = Map<String, Value>;

/// The schema of a tool's arguments by these rules.
pub(super) fn rewrite(rules: &Rules, schema: &Value) -> Rewritten {
    let mut rewriter = Rewriter { rules, is_read_back: false };
    let mut schema = references::settled(&mut rewriter, schema);
    rewriter.schema(&mut schema, true);
    Rewritten { schema, is_read_back: rewriter.is_read_back }
}

struct Rewriter<'r> {
    rules: &'r Rules,
    /// Whether callers are made to say something in another way.
    is_read_back: bool,
}

impl Rewriter<'_> {
    fn schema(&mut self, schema: &mut Value, is_root: bool) {
        if self.rules.is_typed && !schema.is_object() {
            *schema = Value::Object(Map::new());
        }
        let Some(members) = schema.as_object_mut() else {
            return;
        };
        self.children(members, is_root);
        if self.rules.is_typed {
            value::settle(self.rules, members);
        }
        choice::settle(self.rules, members, is_root);
        if !self.rules.is_open && !is_root {
            self.is_read_back |= open::settle(self.rules, members);
        }
        words::tell(self.rules, members);
        if self.rules.has_lone_choices {
            choice::stand_alone(members);
        }
        if self.rules.is_strict {
            self.is_read_back |= strict(members);
        }
    }

    fn children(&mut self, members: &mut Members, is_root: bool) {
        for (keyword, value) in members.iter_mut() {
            match (keyword.as_str(), value) {
                ("properties" | "$defs" | "definitions", Value::Object(schemas)) => {
                    for schema in schemas.values_mut() {
                        self.schema(schema, false);
                    }
                }
                ("anyOf" | "oneOf" | "allOf", Value::Array(schemas)) => {
                    for schema in schemas {
                        self.schema(schema, is_root);
                    }
                }
                ("prefixItems", Value::Array(schemas)) => {
                    for schema in schemas {
                        self.schema(schema, false);
                    }
                }
                ("items", schema) | ("additionalProperties", schema @ Value::Object(_)) => {
                    self.schema(schema, false);
                }
                _ => {}
            }
        }
    }
}

/// Closes an object and requires all its members: those that were optional may be `null`. Whether any was.
fn strict(members: &mut Members) -> bool {
    if members.get("type").is_none_or(|kind| kind != "object") {
        return false;
    }
    members.insert("additionalProperties".to_owned(), Value::Bool(false));
    let required = members.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let properties = members.entry("properties").or_insert_with(|| Value::Object(Map::new()));
    let Some(properties) = properties.as_object_mut() else {
        return false;
    };
    let mut has_optional = false;
    for (_, schema) in properties.iter_mut().filter(|(name, _)| !required.iter().any(|one| one == *name)) {
        has_optional = true;
        allow_null(schema);
    }
    let all: Vec<Value> = properties.keys().map(|name| name.as_str().into()).collect();
    members.insert("required".to_owned(), all.into());
    has_optional
}

fn allow_null(schema: &mut Value) {
    let null = || Value::from("null");
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
        if !choices.iter().any(|choice| choice.get("type") == Some(&null())) {
            choices.push(serde_json::json!({"type": "null"}));
        }
        return;
    }
    if members.contains_key("$ref") {
        let reference = Value::Object(std::mem::take(members));
        members.insert("anyOf".to_owned(), serde_json::json!([reference, {"type": "null"}]));
        return;
    }
    if let Some(kind @ Value::String(_)) = members.get_mut("type") {
        *kind = Value::Array(vec![kind.take(), null()]);
    }
    if let Some(Value::Array(values)) = members.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}
