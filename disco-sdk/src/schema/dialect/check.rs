//! Finds what a dialect does not have.

use serde_json::{Map, Value};

use super::breach::{Breach, Rule};
use super::rules::{Names, Rules};

/// All tools of a server, by name and schema.
pub(super) fn list<'a>(
    rules: &Rules,
    server: &str,
    tools: impl IntoIterator<Item = (&'a str, &'a Value)>,
) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let mut count = 0;
    for (name, input) in tools {
        count += 1;
        let from = breaches.len();
        self::name(&rules.names, server, name, &mut breaches);
        schema(rules, input, &mut breaches);
        for breach in &mut breaches[from..] {
            breach.tool = Some(name.to_owned());
        }
    }
    if let Some(most) = rules.most_tools.filter(|most| count > *most) {
        breaches.push(Breach { tool: None, pointer: String::new(), rule: Rule::ManyTools(most) });
    }
    breaches
}

fn name(names: &Names, server: &str, name: &str, breaches: &mut Vec<Breach>) {
    let mut broken = |rule| breaches.push(Breach { tool: None, pointer: String::new(), rule });
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if names.has_dots {
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !begins || !name.chars().all(|c| is_plain(c) || matches!(c, '.' | ':')) {
            broken(Rule::ToolName("a letter or `_` first, then `A-Z a-z 0-9 _ - . :`"));
        }
    } else if name.is_empty() || !name.chars().all(is_plain) {
        broken(Rule::ToolName("`A-Z a-z 0-9 _ -`"));
    }
    let prefix = names.prefix.map_or(0, |more| more + server.chars().count());
    if prefix + name.chars().count() > names.most {
        broken(Rule::LongName(names.most));
    }
}

/// The schema of a tool's arguments.
pub(super) fn schema(rules: &Rules, schema: &Value, breaches: &mut Vec<Breach>) {
    let mut walk =
        Walk { rules, pointer: String::new(), breaches, levels: 0, deepest: 0, members: 0, values: 0 };
    let is_object = schema.get("type").is_some_and(|kind| kind == "object");
    let is_choice = ["anyOf", "oneOf", "allOf"].iter().any(|key| schema.get(key).is_some());
    if !is_object || is_choice {
        walk.broken(Rule::Root);
    }
    walk.schema(schema);
    let (deepest, members, values) = (walk.deepest, walk.members, walk.values);
    if let Some(size) = &rules.size {
        if deepest > size.levels {
            walk.broken(Rule::Deep(size.levels));
        }
        if members > size.members {
            walk.broken(Rule::Large(size.members));
        }
        if values > size.values {
            walk.broken(Rule::Large(size.values));
        }
    }
}

struct Walk<'a> {
    rules: &'a Rules,
    pointer: String,
    breaches: &'a mut Vec<Breach>,
    levels: usize,
    deepest: usize,
    members: usize,
    values: usize,
}

impl Walk<'_> {
    fn broken(&mut self, rule: Rule) {
        self.breaches.push(Breach { tool: None, pointer: self.pointer.clone(), rule });
    }

    /// Looks at what `step` leads to.
    fn below(&mut self, step: &str, look: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        look(self);
        self.pointer.truncate(length);
    }

    fn schema(&mut self, schema: &Value) {
        let Some(members) = schema.as_object() else {
            if self.rules.is_typed {
                self.broken(Rule::Boolean);
            }
            return;
        };
        for keyword in members.keys().filter(|keyword| !self.rules.knows(keyword)) {
            self.below(keyword, |walk| walk.broken(Rule::Keyword(keyword.clone())));
        }
        self.kind(members);
        self.object(members);
        self.children(members);
    }

    /// `type`, and what speaks of the value as a whole.
    fn kind(&mut self, schema: &Map<String, Value>) {
        let rules = self.rules;
        let has = |key: &str| schema.contains_key(key);
        let stands_alone = ["anyOf", "$ref"].into_iter().find(|key| has(key));
        match schema.get("type") {
            Some(Value::Array(kinds)) if rules.is_typed => {
                let is_nullable = kinds.len() == 2 && kinds.contains(&Value::from("null"));
                if !(rules.has_null && is_nullable) {
                    self.below("type", |walk| walk.broken(Rule::Types));
                }
            }
            None if rules.is_typed && stands_alone.is_none() && !has("oneOf") && !has("allOf") => {
                match (rules.is_open(), has("enum") || has("const")) {
                    (_, true) => self.broken(Rule::Untyped),
                    (false, false) => self.broken(Rule::Open),
                    (true, false) => {}
                }
            }
            _ => {}
        }
        let is_lone = |key: &&str| *key == "$ref" || rules.has_lone_choices;
        if let Some(key) = stands_alone.filter(|key| is_lone(key) && rules.knows(key))
            && schema.keys().any(|other| other != key && !other.starts_with("x-") && !other.starts_with('$'))
        {
            self.broken(Rule::Beside(key.to_owned()));
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            self.values += values.len();
            if rules.has_text_enums && !values.iter().all(Value::is_string) {
                self.below("enum", |walk| walk.broken(Rule::EnumOfOthers));
            }
        }
        if let Some(format) = schema.get("format").and_then(Value::as_str)
            && !rules.knows_format(format)
        {
            self.below("format", |walk| walk.broken(Rule::Format(format.to_owned())));
        }
    }

    /// What only objects and arrays have.
    fn object(&mut self, schema: &Map<String, Value>) {
        let rules = self.rules;
        let is = |kind: &str| match schema.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
            other => other.is_some_and(|one| one == kind),
        };
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let more = schema.get("additionalProperties");
        if is("object") {
            let is_closed = more == Some(&Value::Bool(false));
            let is_listed =
                !properties.is_empty() || self.pointer.is_empty() || rules.is_strict() && is_closed;
            if !rules.is_open() && (!is_listed || more.is_some() && !is_closed) {
                self.broken(Rule::Open);
            } else if rules.is_strict() && !is_closed {
                self.broken(Rule::NotClosed);
            }
        }
        if is("array") && !rules.is_open() && !schema.contains_key("items") {
            self.broken(Rule::Open);
        }
        let required = schema.get("required").and_then(Value::as_array);
        for name in properties.keys() {
            self.members += 1;
            let is_required = required.is_some_and(|required| required.iter().any(|one| one == name));
            self.below("properties", |walk| {
                walk.below(name, |walk| {
                    if rules.is_strict() && !is_required {
                        walk.broken(Rule::Optional);
                    }
                    if rules.has_plain_members && !is_plain_member(name) {
                        walk.broken(Rule::MemberName);
                    }
                });
            });
        }
    }

    fn children(&mut self, schema: &Map<String, Value>) {
        let is_level = schema.contains_key("properties") || schema.contains_key("items");
        self.levels += usize::from(is_level);
        self.deepest = self.deepest.max(self.levels);
        for (keyword, value) in schema {
            match (keyword.as_str(), value) {
                ("properties" | "patternProperties" | "$defs" | "definitions", Value::Object(schemas)) => {
                    for (name, schema) in schemas {
                        self.below(keyword, |walk| walk.below(name, |walk| walk.schema(schema)));
                    }
                }
                ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(schemas)) => {
                    for (at, schema) in schemas.iter().enumerate() {
                        self.below(keyword, |walk| walk.below(&at.to_string(), |walk| walk.schema(schema)));
                    }
                }
                ("items" | "not" | "if" | "then" | "else" | "contains" | "propertyNames", schema)
                | ("additionalProperties", schema @ Value::Object(_)) => {
                    self.below(keyword, |walk| walk.schema(schema));
                }
                _ => {}
            }
        }
        self.levels -= usize::from(is_level);
    }
}

fn is_plain_member(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (1..=64).contains(&name.len()) && name.chars().all(is_plain)
}
