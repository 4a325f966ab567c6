//! Dialects: the part of JSON Schema that a client, and the model behind it, takes in the schema of
//! a tool's arguments. What a dialect does not have is said in another way, or in words.

mod breach;
mod check;
mod read_back;
mod rewrite;
mod rules;
#[cfg(feature = "server")]
mod spoken;

use std::fmt;

use serde_json::Value;

pub use breach::{Breach, Rule};
#[cfg(feature = "server")]
pub(crate) use spoken::{Rewriting, Spoken};

/// Which schemas a list of tools shows.
///
/// The server keeps to the full schema whatever is shown: a dialect never lets more through, and what
/// it makes a client say is understood.
///
/// ```
/// use disco_sdk::schema::Dialect;
/// use serde_json::json;
///
/// let full = json!({
///     "type": "object",
///     "properties": {"unit": {"const": "cm"}, "size": {"type": "integer"}},
///     "required": ["unit"],
/// });
/// assert!(Dialect::Gemini.check(&full).iter().any(|breach| breach.pointer == "/properties/unit/const"));
///
/// let shown = Dialect::Gemini.rewrite(&full);
/// assert_eq!(shown["properties"]["unit"], json!({"type": "string", "enum": ["cm"]}));
/// assert!(Dialect::Gemini.check(&shown).is_empty());
///
/// // OpenAI's strict mode has no optional members: `null` says that there is none.
/// let strict = Dialect::OpenAi.rewrite(&full);
/// assert_eq!(strict["properties"]["size"]["type"], json!(["integer", "null"]));
/// assert_eq!(strict["required"], json!(["unit", "size"]));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// What Claude, Gemini, Cursor and OpenAI without its strict mode take alike. Maps and values of any
    /// kind, which Gemini does not have, stay as they are.
    #[default]
    Common,
    /// The schema as it was derived or written.
    Full,
    /// What Anthropic's API takes.
    Claude,
    /// What the strict mode of OpenAI's API takes.
    OpenAi,
    /// What Gemini's API and Vertex AI take.
    Gemini,
    /// What Cursor takes, whichever model it shows the tools to.
    Cursor,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Common, Self::Full, Self::Claude, Self::OpenAi, Self::Gemini, Self::Cursor];

    /// The schema of a tool's arguments in this dialect.
    #[must_use]
    pub fn rewrite(self, schema: &Value) -> Value {
        self.rewritten(schema).schema
    }

    /// What in the schema of a tool's arguments this dialect does not have.
    #[must_use]
    pub fn check(self, schema: &Value) -> Vec<Breach> {
        let mut breaches = Vec::new();
        if let Some(rules) = self.rules() {
            check::schema(rules, schema, &mut breaches);
        }
        breaches
    }

    /// The same for all tools of a server, by name and schema, and what is wrong with the names and
    /// the number of them. `server` is what people call the server: some clients put it before the names.
    #[must_use]
    pub fn check_all<'a>(
        self,
        server: &str,
        tools: impl IntoIterator<Item = (&'a str, &'a Value)>,
    ) -> Vec<Breach> {
        let Some(rules) = self.rules() else {
            return Vec::new();
        };
        check::list(rules, server, tools)
    }

    /// The schema in this dialect, and whether arguments that follow it have to be read back.
    pub(crate) fn rewritten(self, schema: &Value) -> Rewritten {
        match self.rules() {
            Some(rules) => rewrite::rewrite(rules, schema),
            None => Rewritten { schema: schema.clone(), is_read_back: false },
        }
    }

    /// Whether there are schemas whose arguments have to be read back.
    #[cfg(feature = "server")]
    pub(crate) fn may_be_read_back(self) -> bool {
        matches!(self, Self::OpenAi | Self::Gemini)
    }

    fn rules(self) -> Option<&'static rules::Rules> {
        match self {
            Self::Common => Some(&rules::COMMON),
            Self::Full => None,
            Self::Claude => Some(&rules::CLAUDE),
            Self::OpenAi => Some(&rules::OPENAI),
            Self::Gemini => Some(&rules::GEMINI),
            Self::Cursor => Some(&rules::CURSOR),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Common => "the common dialect",
            Self::Full => "JSON Schema",
            Self::Claude => "Claude",
            Self::OpenAi => "OpenAI's strict mode",
            Self::Gemini => "Gemini",
            Self::Cursor => "Cursor",
        })
    }
}

/// A schema in a dialect.
#[derive(Clone, Debug)]
pub(crate) struct Rewritten {
    pub(crate) schema: Value,
    /// Whether it makes callers say something in another way than the full schema would.
    pub(crate) is_read_back: bool,
}

#[cfg(test)]
mod tests;
