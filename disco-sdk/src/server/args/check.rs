//! A value beside the schema that was published for it.
//!
//! The type of a parameter decides what it can be read from. The schema knows two things more: all that
//! is wrong, where a type stops at the first thing; and what a type lets pass in silence, such as a member
//! that it does not know. A client that keeps to the schema never notices.

use std::cell::{Cell, RefCell};

use serde_json::{Map, Value};

use super::expected::{alternatives, resolve};
use super::kind::{is_in_range, is_length_in, is_of_type};
use super::problem::{Problem, pointer};
use super::read::MOST;
use super::rounded::{is_rounding, rounded};
use crate::server::nearest::nearest;
use crate::server::patterns::{self, Pattern};

/// One thing that does not fit.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) problem: Problem,
    pub(super) path: Vec<String>,
    pub(super) kind: Kind,
}

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Another type, or a missing member: the type of the parameter decides.
    Shape,
    /// Another value than those that are listed: the type decides here, too.
    Choice,
    /// A bound, or an integer that some clients would round: types do not look at these.
    Bound,
    /// A member that the schema does not know.
    Unknown,
}

impl Kind {
    /// Whether the type of the parameter decides.
    pub(super) fn is_of_type(self) -> bool {
        matches!(self, Self::Shape | Self::Choice)
    }
}

/// Looks at values beside one schema.
pub(super) struct Checker<'s> {
    pub(super) root: &'s Value,
    /// How many places may still be looked at: where alternatives are nested, each level tries all of them.
    left: Cell<usize>,
    patterns: RefCell<Vec<(String, Option<Pattern>)>>,
}

impl<'s> Checker<'s> {
    /// For a value of this text.
    pub(super) fn new(root: &'s Value, text: &str) -> Self {
        const TIMES: usize = 4;
        let left = Cell::new(TIMES * text.len().max(1000));
        Self { root, left, patterns: RefCell::default() }
    }

    /// All that does not fit, as far as it is told.
    pub(super) fn check(&self, value: &Value) -> Vec<Found> {
        self.against(self.root, value, Vec::new())
    }

    /// Whether `value` fits a schema that stands somewhere in the root.
    pub(super) fn fits(&self, schema: &Value, value: &Value) -> bool {
        self.against(schema, value, Vec::new()).is_empty()
    }

    fn against(&self, schema: &Value, value: &Value, path: Vec<String>) -> Vec<Found> {
        let mut check = Check { checker: self, root: self.root, path, found: Vec::new() };
        check.value(schema, value);
        check.found
    }

    /// Whether one place more may be looked at.
    pub(super) fn goes_on(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    fn fits_pattern(&self, pattern: &str, text: &str) -> bool {
        let mut patterns = self.patterns.borrow_mut();
        let at = patterns.iter().position(|(known, _)| known == pattern).unwrap_or_else(|| {
            patterns.push((pattern.to_owned(), patterns::read(pattern).ok()));
            patterns.len() - 1
        });
        patterns[at].1.as_ref().is_none_or(|fits| fits(text))
    }
}

struct Check<'c> {
    checker: &'c Checker<'c>,
    root: &'c Value,
    path: Vec<String>,
    found: Vec<Found>,
}

impl Check<'_> {
    fn value(&mut self, schema: &Value, value: &Value) {
        if self.found.len() >= MOST || !self.checker.goes_on() {
            return;
        }
        let schema = resolve(self.root, schema);
        let is_listed = match (schema.get("const"), schema.get("enum").and_then(Value::as_array)) {
            (Some(only), _) => only == value,
            (None, Some(values)) => values.contains(value),
            (None, None) => true,
        };
        if !is_of_type(schema, value) {
            return self.unexpected(Kind::Shape, schema, value);
        }
        if !is_listed {
            return self.unexpected(Kind::Choice, schema, value);
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.value(part, value);
        }
        self.one_of(schema, value);
        match value {
            Value::Number(_) => self.number(schema, value),
            Value::String(text) => self.text(schema, text, value),
            Value::Array(items) => self.array(schema, items, value),
            Value::Object(members) => self.object(schema, members),
            _ => {}
        }
    }

    fn found(&mut self, kind: Kind, problem: impl FnOnce(String) -> Problem) {
        if self.found.len() >= MOST {
            return;
        }
        let pointer = pointer(self.path.iter().map(String::as_str));
        self.found.push(Found { problem: problem(pointer), path: self.path.clone(), kind });
    }

    fn unexpected(&mut self, kind: Kind, schema: &Value, value: &Value) {
        let root = self.root;
        self.found(kind, |pointer| {
            Problem::unexpected(pointer, &value.to_string(), "something else").by_schema(root, schema)
        });
    }

    fn inside(&mut self, step: &str, schema: &Value, value: &Value) {
        self.path.push(step.to_owned());
        self.value(schema, value);
        self.path.pop();
    }

    /// Looks at the alternative that was most likely meant.
    fn one_of(&mut self, schema: &Value, value: &Value) {
        let Some(alternatives) = alternatives(schema) else {
            return;
        };
        let meant = alternatives.iter().filter(|alternative| has_tags(self.root, alternative, value));
        let meant: Vec<&Value> = meant.collect();
        let meant = if meant.is_empty() { alternatives.iter().collect() } else { meant };
        let tries =
            meant.iter().map(|alternative| self.checker.against(alternative, value, self.path.clone()));
        let Some(best) =
            tries.min_by_key(|found| found.iter().map(|found| self.weight(found)).sum::<usize>())
        else {
            return;
        };
        let is_none = matches!(best.as_slice(), [only] if only.kind.is_of_type() && only.path == self.path);
        if is_none {
            self.unexpected(Kind::Shape, schema, value);
        } else {
            self.found.extend(best);
        }
    }

    /// How unlikely it is that an alternative was meant in which this is wrong. Another value in a member,
    /// its tag perhaps, says more than another type; both say more than what is missing.
    fn weight(&self, found: &Found) -> usize {
        match (found.kind, found.path.len() == self.path.len()) {
            (Kind::Choice, false) => 1000,
            (Kind::Choice | Kind::Shape, true) => 500,
            (Kind::Shape, false) => 10,
            (Kind::Bound | Kind::Unknown, _) => 1,
        }
    }

    fn number(&mut self, schema: &Value, value: &Value) {
        if !is_in_range(schema, value) {
            self.unexpected(Kind::Bound, schema, value);
        } else if is_rounding(schema, value) {
            self.found(Kind::Bound, |pointer| rounded(pointer, &value.to_string()));
        }
    }

    fn text(&mut self, schema: &Value, text: &str, value: &Value) {
        let is_in = is_length_in(schema, ("minLength", "maxLength"), || text.chars().count());
        let pattern = schema.get("pattern").and_then(Value::as_str);
        if !is_in || pattern.is_some_and(|pattern| !self.checker.fits_pattern(pattern, text)) {
            self.unexpected(Kind::Bound, schema, value);
        }
    }

    fn array(&mut self, schema: &Value, items: &[Value], value: &Value) {
        if !is_length_in(schema, ("minItems", "maxItems"), || items.len()) {
            self.unexpected(Kind::Bound, schema, value);
        }
        let first = schema.get("prefixItems").and_then(Value::as_array);
        for (index, item) in items.iter().enumerate() {
            let of_place = first.and_then(|first| first.get(index)).or_else(|| schema.get("items"));
            if let Some(schema) = of_place {
                self.inside(&index.to_string(), schema, item);
            }
        }
    }

    fn object(&mut self, schema: &Value, members: &Map<String, Value>) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        let required = schema.get("required").and_then(Value::as_array);
        let required: Vec<&str> = required.into_iter().flatten().filter_map(Value::as_str).collect();
        let known = |name: &str| properties.and_then(|properties| properties.get(name));
        for (name, value) in members {
            match (known(name), others) {
                // `null` says that it is absent.
                (Some(_), _) if value.is_null() && !required.contains(&name.as_str()) => {}
                (Some(schema), _) => self.inside(name, schema, value),
                (None, Some(Value::Bool(false))) => {
                    let names: Vec<&str> =
                        properties.into_iter().flat_map(Map::keys).map(String::as_str).collect();
                    self.path.push(name.clone());
                    self.found(Kind::Unknown, |pointer| {
                        Problem::unknown(&pointer, "member", &hint(name, &names))
                    });
                    self.path.pop();
                }
                (None, Some(others)) => self.inside(name, others, value),
                (None, None) => {}
            }
        }
        for name in required.into_iter().filter(|name| !members.contains_key(*name)) {
            let root = self.root;
            self.path.push(name.to_owned());
            self.found(Kind::Shape, |pointer| {
                let problem = Problem::missing(pointer);
                known(name).map_or(problem.clone(), |schema| problem.by_schema(root, schema))
            });
            self.path.pop();
        }
    }
}

/// Whether an object has the constant members of an alternative, such as its tag.
fn has_tags(root: &Value, alternative: &Value, value: &Value) -> bool {
    let members = resolve(root, alternative).get("properties").and_then(Value::as_object);
    members.into_iter().flatten().all(|(name, schema)| match schema.get("const") {
        Some(tag) => value.get(name) == Some(tag),
        None => true,
    })
}

/// What may be meant by a name that is not known.
pub(crate) fn hint(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there are none".to_owned(),
        None => {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("there are {}", known.join(", "))
        }
    }
}
