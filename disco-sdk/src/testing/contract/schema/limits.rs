//! Bounds, patterns and defaults.

use serde_json::{Map, Value};

use super::{Compare, Direction};

/// Keywords that allow less the greater they are.
const LEAST: [&str; 5] = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
/// Keywords that allow less the smaller they are.
const MOST: [&str; 5] = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];
/// Keywords that allow less than none of them, and cannot be compared with each other.
const DEMANDS: [&str; 8] = [
    "pattern",
    "format",
    "multipleOf",
    "uniqueItems",
    "propertyNames",
    "patternProperties",
    "not",
    "contains",
];
/// Keywords whose every change is one that clients have to follow.
const STRICT: [&str; 5] = ["$ref", "x-mcp-header", "if", "then", "else"];

impl Compare<'_, '_> {
    pub(super) fn limits(&mut self, was: &Map<String, Value>, is: &Map<String, Value>) {
        let keywords = LEAST.map(|key| (key, true)).into_iter().chain(MOST.map(|key| (key, false)));
        for (keyword, is_least) in keywords {
            let bound = |schema: &Map<String, Value>| schema.get(keyword).and_then(Value::as_f64);
            match (bound(was), bound(is)) {
                (None, Some(now)) => self.narrowed(&format!("has a `{keyword}` of {now}")),
                (Some(before), None) => self.widened(&format!("has no `{keyword}` of {before} any more")),
                (Some(before), Some(now)) if (before - now).abs() > f64::EPSILON => {
                    let words = format!("has a `{keyword}` of {now}, which was {before}");
                    if (now > before) == is_least { self.narrowed(&words) } else { self.widened(&words) }
                }
                _ => {}
            }
        }
        for keyword in DEMANDS {
            match (was.get(keyword), is.get(keyword)) {
                (None, Some(now)) => self.narrowed(&format!("has the `{keyword}` {now}")),
                (Some(before), None) => self.widened(&format!("has not the `{keyword}` {before} any more")),
                (before, now) if before != now => self.say(true, &format!("has another `{keyword}`")),
                _ => {}
            }
        }
        for keyword in STRICT.into_iter().filter(|keyword| was.get(*keyword) != is.get(*keyword)) {
            self.say(true, &format!("has another `{keyword}`"));
        }
        self.default(was.get("default"), is.get("default"));
    }

    /// Who leaves an argument out means what it was.
    fn default(&mut self, was: Option<&Value>, is: Option<&Value>) {
        if self.direction == Direction::Output || was == is {
            return;
        }
        match (was, is) {
            (Some(was), Some(is)) => self.say(true, &format!("is {is} when it is left out, and was {was}")),
            (Some(was), None) => self.say(true, &format!("is not {was} any more when it is left out")),
            (None, Some(is)) => self.say(false, &format!("is {is} when it is left out")),
            (None, None) => {}
        }
    }
}
