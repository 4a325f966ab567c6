//! What a parameter's schema knows of its values, beside what its type does.

use serde_json::Value;

use super::check::{Checker, Found, Kind};
use super::expected::{alternatives, resolve};
use super::mend::mended;
use super::plain;
use super::problem::{Fault, Problem, pointer};
use super::rounded::{is_rounded, rounded};

/// The schema of a parameter, with its definitions, and whether there is more in it than its type knows.
#[derive(Debug)]
pub(crate) struct Shape {
    schema: Value,
    rules: Rules,
    /// `None`: it is plain.
    looking: Option<Looking>,
}

/// Reads a text as the type does, and says what is wrong with it.
type Decode<'a> = dyn Fn(&str) -> Option<Fault> + 'a;

/// How values are looked into that are more than a number, a text, or yes or no.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looking {
    found: fn(&Value, &str, &Value) -> Vec<Found>,
    broken: fn(&Shape, &str, &Decode<'_>) -> Vec<Problem>,
    mended: fn(&Value, &str, Value, bool) -> Option<Value>,
}

impl Looking {
    /// By all that a schema can say.
    pub(crate) const INSIDE: Self = Self {
        found: |schema, text, value| Checker::new(schema, text).check(value),
        broken: Shape::broken_inside,
        mended: |schema, text, value, is_lenient| mended(&Checker::new(schema, text), value, is_lenient),
    };
}

/// What a type does not look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Rules {
    /// Objects whose members are all known, and bounds.
    inside: bool,
    /// Integers.
    integers: bool,
}

impl Shape {
    /// `is_bounded` where the bounds of the whole value are looked at already.
    pub(crate) fn of(schema: Value, is_bounded: bool, looking: Option<Looking>) -> Self {
        let mut rules = Rules::default();
        gather(&schema, &mut rules, is_bounded);
        Self { schema, rules, looking }
    }

    /// What is wrong with a value that its type has read.
    pub(crate) fn broken(&self, text: &str, decode: &Decode<'_>) -> Vec<Problem> {
        let has_long_number = self.rules.integers && has_long_number(text);
        if !self.rules.inside && !has_long_number {
            return Vec::new();
        }
        match self.looking {
            Some(looking) => (looking.broken)(self, text, decode),
            None => self.broken_plain(text),
        }
    }

    #[cold]
    fn broken_plain(&self, text: &str) -> Vec<Problem> {
        let value = serde_json::from_str(text).ok();
        let found = value.and_then(|value| plain::found(&self.schema, &value));
        told(found.into_iter().filter(|found| found.kind == Kind::Bound), text)
    }

    #[cold]
    fn broken_inside(&self, text: &str, decode: &Decode<'_>) -> Vec<Problem> {
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return Vec::new();
        };
        let mut found = Checker::new(&self.schema, text).check(&value);
        let mut aliases =
            Aliases { value: &value, root: &self.schema, decode, left: AGAIN / text.len().max(1) };
        found.retain(|found| match found.kind {
            Kind::Shape | Kind::Choice => false,
            Kind::Bound => true,
            Kind::Unknown => !aliases.has(&found.path),
        });
        told(found, text)
    }

    /// Nothing was given.
    #[cold]
    pub(crate) fn missing(&self) -> Problem {
        Problem::missing(String::new()).by_schema(&self.schema, &self.schema)
    }

    /// All that is wrong with a value that its type has not read.
    #[cold]
    pub(crate) fn wrong(&self, fault: &Fault, text: &str) -> Vec<Problem> {
        let own = Problem::inside(fault, &self.schema, text);
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return vec![own];
        };
        let found = match self.looking {
            Some(looking) => (looking.found)(&self.schema, text, &value),
            None => plain::found(&self.schema, &value).into_iter().collect(),
        };
        let is_found = found.iter().any(|found| found.kind.is_of_type());
        let is_place_found = found.iter().any(|found| found.problem.pointer == own.pointer);
        let mut problems = told(found, text);
        if !is_place_found && (!is_found || fault.is_refusal()) {
            problems.push(own);
        }
        problems
    }

    /// The value that is meant, if there is no doubt of it.
    #[cold]
    pub(crate) fn mended(&self, text: &str, is_lenient: bool) -> Option<String> {
        let value = serde_json::from_str(text).ok()?;
        let mended = match self.looking {
            Some(looking) => (looking.mended)(&self.schema, text, value, is_lenient),
            None => plain::mended(&self.schema, &value, is_lenient),
        };
        mended.map(|value| value.to_string())
    }
}

/// The problems; a long number is told as it was written.
fn told(found: impl IntoIterator<Item = Found>, text: &str) -> Vec<Problem> {
    let is_number = !text.starts_with(['[', '{']);
    let told = |found: Found| {
        if is_number && is_rounded(&found.problem) {
            rounded(found.problem.pointer, text)
        } else {
            found.problem
        }
    };
    found.into_iter().map(told).collect()
}

/// How much text may be read again to know aliases.
const AGAIN: usize = 4 << 20;

/// Tells unknown members from known ones under another name (`#[serde(alias)]`), which no schema has: of
/// these a type takes only one at a time.
struct Aliases<'a> {
    value: &'a Value,
    root: &'a Value,
    decode: &'a Decode<'a>,
    /// How often the value may still be read.
    left: usize,
}

impl Aliases<'_> {
    /// Whether the member at `path` is an alias.
    fn has(&mut self, path: &[String]) -> bool {
        let Some((name, parents)) = path.split_last() else {
            return false;
        };
        let place = pointer(parents.iter().map(String::as_str));
        let Some(given) = self.value.pointer(&place).and_then(|object| object.get(name)) else {
            return false;
        };
        known_names(self.root, parents).into_iter().any(|known| {
            let Some(left) = self.left.checked_sub(1) else {
                return false;
            };
            self.left = left;
            let mut twice = self.value.clone();
            let Some(Value::Object(members)) = twice.pointer_mut(&place) else {
                return false;
            };
            members.insert(known, given.clone());
            (self.decode)(&twice.to_string()).is_some_and(|fault| fault.is_duplicate())
        })
    }
}

/// The members that the schema knows at `path`.
fn known_names(root: &Value, path: &[String]) -> Vec<String> {
    let mut places = vec![root];
    for step in path {
        places = places
            .into_iter()
            .flat_map(|schema| all_of(root, schema))
            .filter_map(|schema| {
                let member = schema.get("properties").and_then(|members| members.get(step));
                member.or_else(|| schema.get("items")).or_else(|| schema.get("additionalProperties"))
            })
            .collect();
    }
    let schemas = places.into_iter().flat_map(|schema| all_of(root, schema));
    let members = schemas.filter_map(|schema| schema.get("properties")?.as_object());
    members.flat_map(|members| members.keys().cloned()).collect()
}

/// The schema itself and its alternatives.
fn all_of<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s Value> {
    let schema = resolve(root, schema);
    let others = alternatives(schema).into_iter().flatten().map(|one| resolve(root, one));
    std::iter::once(schema).chain(others).collect()
}

/// What is in a schema; `is_bounded` where its own bounds are looked at already.
fn gather(schema: &Value, rules: &mut Rules, is_bounded: bool) {
    let Some(members) = schema.as_object() else {
        return;
    };
    let is_integer = members.get("type").is_some_and(|kind| kind == "integer");
    rules.integers |= is_integer;
    rules.inside |= members.contains_key("$ref")
        || members.get("additionalProperties").is_some_and(|others| *others == Value::Bool(false))
        || (!is_bounded && has_bounds(schema));
    for (key, value) in members {
        match (key.as_str(), value) {
            ("properties" | "$defs", Value::Object(schemas)) => {
                for schema in schemas.values() {
                    gather(schema, rules, false);
                }
            }
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(schemas)) => {
                for schema in schemas {
                    gather(schema, rules, false);
                }
            }
            ("items" | "additionalProperties", schema) => gather(schema, rules, false),
            _ => {}
        }
    }
}

/// Whether there are bounds that are not just those of a type of Rust.
fn has_bounds(schema: &Value) -> bool {
    const BOUNDS: [&str; 7] =
        ["exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "pattern"];
    let bound = |key: &str| schema.get(key).and_then(Value::as_i64);
    let of_type = matches!(
        (bound("minimum"), bound("maximum")),
        (None | Some(0), None)
            | (Some(0), Some(255 | 65535))
            | (Some(-128), Some(127))
            | (Some(-32768), Some(32767))
    );
    !of_type || BOUNDS.iter().any(|key| schema.get(*key).is_some())
}

/// Whether there may be an integer that is too long for some clients: 2^53 has 16 digits.
fn has_long_number(text: &str) -> bool {
    const DIGITS: usize = 16;
    let mut run = 0;
    text.len() >= DIGITS
        && !text.starts_with('"')
        && text.bytes().any(|byte| {
            run = if byte.is_ascii_digit() { run + 1 } else { 0 };
            run >= DIGITS || matches!(byte, b'e' | b'E')
        })
}
