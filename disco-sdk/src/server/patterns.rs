//! What reads patterns. A program has it if a pattern is written somewhere in it: in `#[arg(pattern = "..")]`, in a type
//! with our `#[derive(JsonSchema)]`, or by [`patterns!`](crate::patterns). Most programs are without, and smaller.

use regex_lite::Regex;
use serde_json::Value;

use crate::exact::is_of_digits;

/// Whether a text fits a pattern.
pub(crate) type Pattern = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// Reads patterns.
#[derive(Debug)]
pub struct Patterns {
    read: fn(&str) -> Result<Pattern, String>,
}

inventory::collect!(Patterns);

impl Patterns {
    /// By regular expressions.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "an expansion needs a constant")]
    pub const fn new() -> Self {
        Self {
            read: |pattern| {
                let regex = Regex::new(pattern).map_err(|error| error.to_string())?;
                Ok(Box::new(move |text| regex.is_match(text)))
            },
        }
    }

    /// Those of the program.
    fn of_program() -> Option<&'static Self> {
        inventory::iter::<Self>.into_iter().next()
    }
}

/// Reads a pattern.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(pattern: &str) -> Result<Pattern, String> {
    let patterns = Patterns::of_program().ok_or("this program has nothing that reads patterns")?;
    (patterns.read)(pattern)
}

/// What is wrong with the schema of a tool's arguments that has a pattern, in a program that cannot read it.
pub(crate) fn fault(schema: &Value) -> Option<String> {
    const UNREAD: &str = "a type of its arguments has a pattern, and nothing in this program reads patterns: \
                          write `disco_sdk::patterns!();` beside the tool, or derive the type's schema with \
                          `disco_sdk::JsonSchema`";
    (Patterns::of_program().is_none() && has_pattern(schema)).then(|| UNREAD.to_owned())
}

fn has_pattern(schema: &Value) -> bool {
    let Some(members) = schema.as_object() else {
        return false;
    };
    members.iter().any(|(keyword, value)| match (keyword.as_str(), value) {
        // An `Exact` reads its digits by itself.
        ("pattern", Value::String(_)) => !is_of_digits(schema),
        ("const" | "default" | "enum" | "example" | "examples", _) => false,
        ("properties" | "patternProperties" | "$defs" | "definitions", Value::Object(schemas)) => {
            schemas.values().any(has_pattern)
        }
        (_, Value::Array(schemas)) => schemas.iter().any(has_pattern),
        (_, schema) => has_pattern(schema),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pattern_is_found_wherever_a_schema_can_stand_and_nowhere_else() {
        let pattern = json!({"type": "string", "pattern": "^a"});
        for schema in [
            json!({"properties": {"default": pattern}}),
            json!({"anyOf": [{"type": "null"}, pattern]}),
            json!({"items": pattern}),
            json!({"additionalProperties": pattern}),
            json!({"$defs": {"Name": pattern}}),
        ] {
            assert!(has_pattern(&schema), "{schema}");
        }
        for schema in [
            json!({"properties": {"pattern": {"type": "string"}}}),
            json!({"default": {"pattern": "*.rs"}, "examples": [{"pattern": "*.rs"}]}),
            json!({"type": "string", "pattern": "^[0-9]+$"}),
        ] {
            assert!(!has_pattern(&schema), "{schema}");
        }
    }
}
