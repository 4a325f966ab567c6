//! Arguments that follow a schema, as a model would write them: another set for each number.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// How deep a recursive schema is followed.
const DEEPEST: usize = 6;

/// Arguments that follow `schema`.
pub(super) fn of(schema: &Value, choice: usize) -> Value {
    Sampler { root: schema, choice }.value(schema, 0)
}

struct Sampler<'a> {
    root: &'a Value,
    choice: usize,
}

impl Sampler<'_> {
    fn value(&self, schema: &Value, depth: usize) -> Value {
        let is_deep = depth > DEEPEST;
        if let Some(reference) = schema["$ref"].as_str() {
            return self.value(self.root.pointer(&reference[1..]).unwrap(), depth + 1);
        }
        if let Some(choices) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) {
            let null = choices.iter().find(|choice| choice["type"] == "null").filter(|_| is_deep);
            // The first choice of a recursive type is the one that ends.
            let nth = if is_deep { 0 } else { (self.choice + depth) % choices.len() };
            let mut chosen = self.value(null.unwrap_or(&choices[nth]), depth + 1);
            if schema.get("properties").is_some()
                && let (Value::Object(chosen), Value::Object(more)) =
                    (&mut chosen, self.object(schema, depth))
            {
                chosen.extend(more);
            }
            return chosen;
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema["enum"].as_array() {
            return values[self.choice % values.len()].clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) if is_deep || self.choice % 2 == 1 => kinds.last().unwrap(),
            Value::Array(kinds) => kinds.first().unwrap(),
            kind => kind,
        };
        match kind.as_str() {
            Some("object") => self.object(schema, depth),
            Some("array") => self.array(schema, depth),
            Some("string") => Self::text(schema).into(),
            Some("integer" | "number") => {
                let least = schema["minimum"].as_i64().unwrap_or(-3);
                let most = schema["maximum"].as_i64().unwrap_or(least + 7);
                (least + i64::try_from(self.choice).unwrap() % (most - least + 1)).into()
            }
            Some("boolean") => self.choice.is_multiple_of(2).into(),
            Some("null") => Value::Null,
            // Where the recursion is cut in words, or anything goes.
            _ if tells_of(schema, "`Sum`") => json!({"Number": 1}),
            _ => json!({"any": self.choice}),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        if tells_of(schema, "`Tree`") {
            return json!({"label": "leaf", "children": []});
        }
        let set = self.set(schema);
        let mut members = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let is_required =
                schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
            let value = || self.value(property, depth + 1);
            match set.as_ref().map(|set| set.get(name)) {
                Some(Some(Some(only))) => members.insert(name.clone(), only.clone()),
                Some(Some(None)) => members.insert(name.clone(), value()),
                // Of another set: strict mode wants a word of it all the same.
                Some(None) if is_required && property["type"].is_array() => {
                    members.insert(name.clone(), Value::Null)
                }
                Some(None) if !is_required => None,
                _ if is_required || depth <= DEEPEST && !self.choice.is_multiple_of(3) => {
                    members.insert(name.clone(), value())
                }
                _ => None,
            };
        }
        if let Some(more @ Value::Object(_)) = schema.get("additionalProperties") {
            members.insert("more".to_owned(), self.value(more, depth + 1));
        }
        members.into()
    }

    /// The members that one has to give together, where that is told in words, with the only value of each.
    fn set(&self, schema: &Value) -> Option<BTreeMap<String, Option<Value>>> {
        let told = schema["description"].as_str()?.split_once("one of these together: ")?.1;
        let sets: Vec<&str> = told.trim_end_matches(')').split("; ").collect();
        let members =
            sets[self.choice % sets.len()].split(", ").map(|member| match member.split_once(": ") {
                Some((name, only)) => (name.to_owned(), Some(serde_json::from_str(only).unwrap())),
                None => (member.trim_end_matches('?').to_owned(), None),
            });
        Some(members.collect())
    }

    fn array(&self, schema: &Value, depth: usize) -> Value {
        if let Some(items) = schema["prefixItems"].as_array() {
            return items.iter().map(|item| self.value(item, depth + 1)).collect();
        }
        let bound = |key: &str| schema[key].as_u64().map(|bound| usize::try_from(bound).unwrap());
        let (least, most) = (bound("minItems").unwrap_or(0), bound("maxItems").unwrap_or(1));
        let length = if depth > DEEPEST { least } else { least.max(most.min(1)) };
        let order = schema["description"].as_str().and_then(|told| told.split_once("in this order: "));
        let order: Vec<&str> =
            order.map_or_else(Vec::new, |(_, order)| order.trim_end_matches(')').split(", ").collect());
        let items = &schema["items"];
        let kind = |at: usize| {
            let kind = *order.get(at)?;
            items["anyOf"].as_array()?.iter().find(|choice| choice["type"] == kind)
        };
        (0..length).map(|at| self.value(kind(at).unwrap_or(items), depth + 1)).collect()
    }

    fn text(schema: &Value) -> String {
        if tells_of(schema, "JSON text") {
            return if tells_of(schema, "`Tree`") {
                r#"{"label": "leaf", "children": [], "parent": null}"#.to_owned()
            } else if tells_of(schema, "`Sum`") {
                r#"{"Of": {"all": [], "name": null}}"#.to_owned()
            } else {
                "{}".to_owned()
            };
        }
        let least = schema["minLength"].as_u64().unwrap_or(1);
        "x".repeat(usize::try_from(least).unwrap())
    }
}

fn tells_of(schema: &Value, words: &str) -> bool {
    schema["description"].as_str().is_some_and(|told| told.contains(words))
}
