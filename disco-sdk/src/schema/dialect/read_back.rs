//! Understands arguments that follow a rewritten schema: brings them into the shape of the full one.
//!
//! Three things are said otherwise: that there is no value (`null`), maps (an array of entries), and what has
//! no shape (JSON text). Whatever follows the full schema already stays as it is.

use serde_json::{Map, Value};

/// The arguments as the full schema has them.
pub(crate) fn read_back(schema: &Value, mut arguments: Value) -> Value {
    Reader { root: schema }.read(schema, &mut arguments);
    arguments
}

struct Reader<'a> {
    root: &'a Value,
}

impl<'a> Reader<'a> {
    fn read(&self, schema: &'a Value, value: &mut Value) {
        let schema = self.resolved(schema);
        self.unpack(schema, value);
        match value {
            Value::Object(members) => self.object(schema, members),
            Value::Array(items) => self.array(schema, items),
            _ => {}
        }
    }

    /// Follows references; a chain of them is followed for some steps only.
    fn resolved(&self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..8 {
            let reference = schema.get("$ref").and_then(Value::as_str);
            let target =
                reference.and_then(|path| path.strip_prefix('#')).and_then(|path| self.root.pointer(path));
            match target {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    /// Text where no text is allowed, or anything is, may be JSON; an array where a map has to be, its entries.
    fn unpack(&self, schema: &'a Value, value: &mut Value) {
        match value {
            Value::String(text) if !self.takes_text(schema) => {
                if let Ok(inner) = serde_json::from_str::<Value>(text)
                    && (is_any(schema)
                        || (inner.is_object() || inner.is_array()) && self.fits(schema, &inner))
                {
                    *value = inner;
                }
            }
            Value::Array(entries) if self.is_map(schema) => {
                let entry = |entry: &Value| {
                    Some((entry.get("key")?.as_str()?.to_owned(), entry.get("value")?.clone()))
                };
                if let Some(members) = entries.iter().map(entry).collect::<Option<Map<_, _>>>() {
                    *value = Value::Object(members);
                }
            }
            _ => {}
        }
    }

    fn object(&self, schema: &'a Value, members: &mut Map<String, Value>) {
        let choices = choices(schema);
        let is_required = |schema: &Value, name: &str| {
            let required = schema.get("required").and_then(Value::as_array);
            required.is_some_and(|required| required.iter().any(|one| one == name))
        };
        // Shown as one object, with the members of every choice.
        let is_whole = schema.get("properties").is_some() || std::ptr::eq(schema, self.root);
        let is_mixed = is_whole && !choices.is_empty();
        members.retain(|name, value| {
            let is_listed = is_mixed || schema.get("properties").is_some_and(|all| all.get(name).is_some());
            let is_in_all = || choices.iter().all(|choice| is_required(self.resolved(choice), name));
            let is_needed = is_required(schema, name) || is_mixed && is_in_all();
            !value.is_null() || is_needed || !is_listed
        });
        let chosen = self.chosen(choices, || Value::Object(members.clone()));
        if let Some(chosen) = chosen.filter(|_| !is_mixed) {
            return self.object(chosen, members);
        }
        for (name, value) in members.iter_mut() {
            let member = |schema: &'a Value| schema.get("properties").and_then(|all| all.get(name));
            let more = schema.get("additionalProperties");
            if let Some(found) = member(schema).or_else(|| chosen.and_then(member)).or(more) {
                self.read(found, value);
            }
        }
    }

    fn array(&self, schema: &'a Value, items: &mut [Value]) {
        let schema = self.chosen(choices(schema), || Value::Array(items.to_vec())).unwrap_or(schema);
        let first = schema.get("prefixItems").and_then(Value::as_array);
        for (at, item) in items.iter_mut().enumerate() {
            let of_tuple = first.and_then(|kinds| kinds.get(at));
            if let Some(kind) = of_tuple.or_else(|| schema.get("items")) {
                self.read(kind, item);
            }
        }
    }

    /// The first of the choices that a value fits.
    fn chosen(&self, choices: &'a [Value], value: impl FnOnce() -> Value) -> Option<&'a Value> {
        if choices.is_empty() {
            return None;
        }
        let value = value();
        choices.iter().map(|choice| self.resolved(choice)).find(|choice| self.fits(choice, &value))
    }

    /// Whether a value is of this kind, as far as can be seen from outside. What is packed is taken for
    /// what it may be.
    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let schema = self.resolved_here(schema);
        if let Some(only) = schema.get("const") {
            return only == value;
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            return values.contains(value);
        }
        let kind = schema.get("type").and_then(Value::as_str);
        if kind.is_some_and(|kind| !is_of(kind, value)) {
            return false;
        }
        let all = choices(schema);
        if !all.is_empty() && !all.iter().any(|choice| self.fits(choice, value)) {
            return false;
        }
        let Value::Object(members) = value else {
            return true;
        };
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let has_required = required.filter_map(Value::as_str).all(|name| members.contains_key(name));
        let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        let properties = schema.get("properties");
        has_required
            && members.iter().all(|(name, member)| match properties.and_then(|all| all.get(name)) {
                Some(property) if member.is_string() && self.takes_text(property) => {
                    self.fits(property, member)
                }
                Some(_) => true,
                None => !is_closed || member.is_null(),
            })
    }

    fn resolved_here<'s>(&self, schema: &'s Value) -> &'s Value
    where
        'a: 's,
    {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let target =
            reference.and_then(|path| path.strip_prefix('#')).and_then(|path| self.root.pointer(path));
        target.unwrap_or(schema)
    }

    fn takes_text(&self, schema: &Value) -> bool {
        let schema = self.resolved_here(schema);
        let is_text = |value: &Value| value == "string";
        let by_type = match schema.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().any(is_text),
            kind => kind.is_some_and(is_text),
        };
        let values = schema.get("enum").and_then(Value::as_array);
        by_type
            || schema.get("const").is_some_and(Value::is_string)
            || values.is_some_and(|values| values.iter().any(Value::is_string))
            || choices(schema).iter().any(|choice| self.takes_text(choice))
    }

    fn is_map(&self, schema: &Value) -> bool {
        let schema = self.resolved_here(schema);
        let is_object = schema.get("type").is_some_and(|kind| kind == "object");
        is_object && schema.get("properties").is_none() && schema.get("additionalProperties").is_some()
            || choices(schema).iter().any(|choice| self.is_map(choice))
    }
}

fn is_any(schema: &Value) -> bool {
    let kinds = ["type", "enum", "const", "anyOf", "oneOf", "allOf"];
    !kinds.iter().any(|key| schema.get(key).is_some())
}

fn choices(schema: &Value) -> &[Value] {
    let choices = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
    choices.map_or(&[], Vec::as_slice)
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => value.is_null(),
    }
}
