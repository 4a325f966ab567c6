//! `$ref`: written out where a dialect does not have it. What refers to itself is written out twice, and
//! from there on said in words.

use serde_json::{Map, Value, json};

use super::{Members, Rewriter};

/// How often a definition is written out inside of itself.
const UNROLLED: usize = 2;
/// How many references are written out in one schema.
const MOST: usize = 256;

/// The keywords that hold values and no schemas.
const VALUES: [&str; 5] = ["const", "default", "enum", "example", "examples"];

/// The schema, with the references that its dialect has.
pub(super) fn settled(rewriter: &mut Rewriter<'_>, root: &Value) -> Value {
    let is_kept = rewriter.rules.knows("$ref");
    let mut unroller = Unroller { root, is_kept, path: Vec::new(), written: 0, rewriter };
    let mut schema = unroller.schema(root);
    if let Some(members) = schema.as_object_mut().filter(|_| !is_kept) {
        members.shift_remove("$defs");
        members.shift_remove("definitions");
    }
    schema
}

struct Unroller<'a, 'b, 'r> {
    root: &'a Value,
    /// Whether references stay, wherever they stand alone.
    is_kept: bool,
    /// The references that lead here.
    path: Vec<&'a str>,
    written: usize,
    rewriter: &'b mut Rewriter<'r>,
}

impl<'a> Unroller<'a, '_, '_> {
    fn schema(&mut self, schema: &'a Value) -> Value {
        let Some(members) = schema.as_object() else {
            return schema.clone();
        };
        match members.get("$ref").and_then(Value::as_str) {
            Some(reference) if !self.is_kept || members.len() > 1 => self.reference(reference, members),
            _ => Value::Object(self.members(members)),
        }
    }

    fn members(&mut self, members: &'a Members) -> Members {
        let is_definitions = |keyword: &str| matches!(keyword, "$defs" | "definitions") && !self.is_kept;
        let kept: Vec<_> = members.iter().filter(|(keyword, _)| !is_definitions(keyword)).collect();
        kept.into_iter().map(|(keyword, value)| (keyword.clone(), self.below(keyword, value))).collect()
    }

    fn below(&mut self, keyword: &str, value: &'a Value) -> Value {
        match value {
            _ if VALUES.contains(&keyword) => value.clone(),
            Value::Object(schemas) if matches!(keyword, "properties" | "patternProperties" | "$defs") => {
                schemas.iter().map(|(name, schema)| (name.clone(), self.schema(schema))).collect()
            }
            Value::Object(_) => self.schema(value),
            Value::Array(schemas) => schemas.iter().map(|schema| self.schema(schema)).collect(),
            _ => value.clone(),
        }
    }

    /// What `reference` leads to, with what stands beside it.
    fn reference(&mut self, reference: &'a str, beside: &'a Members) -> Value {
        let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        let times = self.path.iter().filter(|one| **one == reference).count();
        let mut found = match target.and_then(Value::as_object) {
            Some(target) if self.is_kept => target.clone(),
            Some(target) if times < UNROLLED && self.written < MOST => {
                self.written += 1;
                self.path.push(reference);
                let found = self.members(target);
                self.path.pop();
                found
            }
            target => self.cut(reference, target),
        };
        let besides = beside.iter().filter(|(keyword, _)| *keyword != "$ref");
        for (keyword, value) in besides {
            let value = self.below(keyword, value);
            found.insert(keyword.clone(), value);
        }
        Value::Object(found)
    }

    /// The same again, which is not written out any more.
    fn cut(&mut self, reference: &str, target: Option<&Members>) -> Members {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        let is_object = target.and_then(|target| target.get("type")).is_some_and(|kind| kind == "object");
        let schema = match (self.rewriter.rules.is_open(), is_object) {
            (true, true) => json!({"type": "object", "description": format!("`{name}` again, as above")}),
            (true, false) => json!({"description": format!("`{name}` again, as above")}),
            (false, _) => {
                self.rewriter.is_read_back = true;
                json!({"type": "string", "description": format!("`{name}` again, as above, as JSON text")})
            }
        };
        schema.as_object().cloned().unwrap_or_else(Map::new)
    }
}
