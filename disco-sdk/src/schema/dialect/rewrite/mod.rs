//! Says a schema in a dialect. What cannot be said any more is told in words, in the description.
//!
//! From the leaves up, so that what is joined has been settled before.

mod choice;
pub(super) mod open;
mod references;
pub(super) mod strict;
mod value;
mod words;

use serde_json::{Map, Value};

use super::Rewritten;
use super::rules::Rules;

/// A schema as its members.
pub(super) type Members = Map<String, Value>;

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
        if let Some(describe) = self.rules.described.filter(|_| !is_root) {
            self.is_read_back |= describe(self.rules, members);
        }
        words::tell(self.rules, members);
        if self.rules.has_lone_choices {
            choice::stand_alone(members);
        }
        if let Some(close) = self.rules.closed {
            self.is_read_back |= close(self.rules, members);
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
