//! What it means when a schema changes: whoever sends must be let through as before, whoever reads must
//! find what was there before.

mod limits;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::drift::Drifts;

/// Who follows the schema.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// The client sends it.
    Input,
    /// The client reads it.
    Output,
}

pub(super) fn compare(direction: Direction, old: &Value, new: &Value, drifts: &mut Drifts<'_>) {
    Compare { direction, drifts, path: Vec::new() }.schemas(old, new);
}

struct Compare<'a, 'b> {
    direction: Direction,
    drifts: &'a mut Drifts<'b>,
    path: Vec<String>,
}

impl Compare<'_, '_> {
    /// The place, in words: ``argument `point.x` ``.
    fn place(&self) -> String {
        let (whole, member) = match self.direction {
            Direction::Input => ("what it takes", "argument"),
            Direction::Output => ("what it gives", "field"),
        };
        if self.path.is_empty() { whole.to_owned() } else { format!("{member} `{}`", self.path.join(".")) }
    }

    fn say(&mut self, is_breaking: bool, words: &str) {
        let place = self.place();
        self.drifts.add(is_breaking, format!("{place} {words}"));
    }

    /// Less is allowed than before: that breaks who sends.
    fn narrowed(&mut self, words: &str) {
        self.say(self.direction == Direction::Input, words);
    }

    /// More is possible than before: that breaks who reads.
    fn widened(&mut self, words: &str) {
        self.say(self.direction == Direction::Output, words);
    }

    fn below(&mut self, step: &str, compare: impl FnOnce(&mut Self)) {
        self.path.push(step.to_owned());
        compare(self);
        self.path.pop();
    }

    fn schemas(&mut self, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        let empty = Map::new();
        let (was, is) = (old.as_object().unwrap_or(&empty), new.as_object().unwrap_or(&empty));
        if kinds(was) != kinds(is) {
            return self.kinds(was, is);
        }
        self.values(was, is);
        self.limits(was, is);
        self.members(was, is);
        self.more(was, is);
        self.parts(was, is);
        self.told(was, is);
    }

    fn kinds(&mut self, was: &Map<String, Value>, is: &Map<String, Value>) {
        let name = |schema| kinds(schema).map_or_else(|| "anything".to_owned(), |kinds| kinds.join(" or "));
        let takes_all =
            |wide: &Map<String, Value>, narrow: &Map<String, Value>| match (kinds(wide), kinds(narrow)) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(wide), Some(narrow)) => narrow
                    .iter()
                    .all(|kind| wide.contains(kind) || *kind == "integer" && wide.contains(&"number")),
            };
        let words = format!("was {} and is {}", name(was), name(is));
        match (takes_all(is, was), takes_all(was, is)) {
            (true, false) => self.widened(&words),
            (false, true) => self.narrowed(&words),
            _ => self.say(true, &words),
        }
    }

    /// `enum` and `const`.
    fn values(&mut self, was: &Map<String, Value>, is: &Map<String, Value>) {
        let listed = |missing: Vec<&Value>| {
            missing.iter().map(|value| format!("`{value}`").replace('"', "")).collect::<Vec<_>>().join(", ")
        };
        match (values(was), values(is)) {
            (Some(was), Some(is)) => {
                let gone: Vec<_> = was.iter().filter(|value| !is.contains(value)).copied().collect();
                let come: Vec<_> = is.iter().filter(|value| !was.contains(value)).copied().collect();
                if !gone.is_empty() {
                    self.narrowed(&format!("cannot be {} any more", listed(gone)));
                }
                if !come.is_empty() {
                    self.widened(&format!("can also be {}", listed(come)));
                }
            }
            (None, Some(is)) => self.narrowed(&format!("can only be {}", listed(is))),
            (Some(_), None) => self.widened("can be more than what was listed"),
            (None, None) => {}
        }
    }

    /// The members of an object.
    fn members(&mut self, was: &Map<String, Value>, is: &Map<String, Value>) {
        let (before, after) = (named(was, "properties"), named(is, "properties"));
        let (had, has) = (required(was), required(is));
        for (name, old) in before {
            self.below(name, |compare| match after.get(name) {
                None => compare.say(true, "is gone"),
                Some(new) => {
                    match (had.contains(name.as_str()), has.contains(name.as_str())) {
                        (false, true) => compare.narrowed("is required"),
                        (true, false) if compare.direction == Direction::Input => {
                            compare.widened("is optional");
                        }
                        (true, false) => compare.widened("may be missing"),
                        _ => {}
                    }
                    compare.schemas(old, new);
                }
            });
        }
        for name in after.keys().filter(|name| !before.contains_key(*name)) {
            let is_demanded = self.direction == Direction::Input && has.contains(name.as_str());
            let words = if is_demanded { "is new, and required" } else { "is new" };
            self.below(name, |compare| compare.say(is_demanded, words));
        }
    }

    /// Members that are not listed.
    fn more(&mut self, was: &Map<String, Value>, is: &Map<String, Value>) {
        let closed = Value::Bool(false);
        match (was.get("additionalProperties"), is.get("additionalProperties")) {
            (before, after) if before == after => {}
            (Some(old @ Value::Object(_)), Some(new @ Value::Object(_))) => {
                self.below("*", |compare| compare.schemas(old, new));
            }
            (before, Some(after)) if *after == closed && before != Some(&closed) => {
                self.narrowed("takes no other members any more");
            }
            (Some(before), _) if *before == closed => self.widened("can have other members"),
            (None | Some(Value::Bool(true)), Some(Value::Object(_))) => {
                self.narrowed("takes other members of one kind only");
            }
            _ => self.widened("takes other members of any kind"),
        }
    }

    /// Items, choices and definitions.
    fn parts(&mut self, was: &Map<String, Value>, is: &Map<String, Value>) {
        let any = Value::Bool(true);
        if was.contains_key("items") || is.contains_key("items") {
            let (old, new) = (was.get("items").unwrap_or(&any), is.get("items").unwrap_or(&any));
            self.below("[]", |compare| compare.schemas(old, new));
        }
        for keyword in ["anyOf", "oneOf", "allOf", "prefixItems"] {
            let list = |schema: &Map<String, Value>| schema.get(keyword).and_then(Value::as_array).cloned();
            match (list(was), list(is)) {
                (None, None) => {}
                (old, new) => self.choices(keyword, &old.unwrap_or_default(), &new.unwrap_or_default()),
            }
        }
        let (before, after) = (named(was, "$defs"), named(is, "$defs"));
        for (name, old) in before {
            if let Some(new) = after.get(name) {
                self.below(name, |compare| compare.schemas(old, new));
            }
        }
    }

    fn choices(&mut self, keyword: &str, old: &[Value], new: &[Value]) {
        let gone: Vec<&Value> = old.iter().filter(|one| !new.contains(one)).collect();
        let come: Vec<&Value> = new.iter().filter(|one| !old.contains(one)).collect();
        if gone.len() == come.len() {
            for (old, new) in gone.into_iter().zip(come) {
                self.schemas(old, new);
            }
            return;
        }
        // A part of `allOf` is one more demand, and a place of a tuple is one more item.
        let is_choice = matches!(keyword, "anyOf" | "oneOf");
        if !is_choice {
            return self.say(true, &format!("has another `{keyword}`"));
        }
        match (gone.len(), come.len()) {
            (_, 0) => self.narrowed("has fewer shapes to choose from"),
            (0, _) => self.widened("has more shapes to choose from"),
            _ => self.say(true, "has other shapes to choose from"),
        }
    }

    /// What only tells.
    fn told(&mut self, was: &Map<String, Value>, is: &Map<String, Value>) {
        if ["description", "title", "examples"].iter().any(|key| was.get(*key) != is.get(*key)) {
            self.say(false, "is described otherwise");
        }
    }
}

/// The types that a value may have, in order; `None`: any.
fn kinds(schema: &Map<String, Value>) -> Option<Vec<&str>> {
    let mut kinds: Vec<&str> = match schema.get("type")? {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    kinds.sort_unstable();
    Some(kinds)
}

fn values(schema: &Map<String, Value>) -> Option<Vec<&Value>> {
    match (schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(values)), _) => Some(values.iter().collect()),
        (_, Some(value)) => Some(vec![value]),
        _ => None,
    }
}

/// The schemas under a keyword, by name.
fn named<'a>(schema: &'a Map<String, Value>, keyword: &str) -> &'a Map<String, Value> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    schema.get(keyword).and_then(Value::as_object).unwrap_or(&NONE)
}

fn required(schema: &Map<String, Value>) -> BTreeSet<&str> {
    let names = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).collect()
}
