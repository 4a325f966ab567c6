//! Fields with a fixed list of answers.

use serde_json::{Value, json};

use super::field::FieldSchema;

/// An enum without data, one of whose variants is chosen. Derived by `#[derive(Form)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of choices",
    label = "not an enum with `#[derive(Form)]`",
    note = "put `#[derive(Form)]` on an enum whose variants hold no data"
)]
pub trait Choice: Sized + 'static {
    /// All that can be chosen, in the order in which it is shown.
    const OPTIONS: Options;

    /// The variant of this name.
    fn named(name: &str) -> Option<Self>;

    /// The name on the wire.
    fn name(&self) -> &'static str;

    /// A field in which one of them is chosen.
    #[must_use]
    fn one() -> FieldSchema<Self> {
        one_of(Self::OPTIONS)
    }

    /// Reads the one that was chosen.
    ///
    /// # Errors
    /// What can be chosen, when this cannot.
    fn read_one(value: Option<Value>) -> Result<Self, String> {
        let value = value.ok_or("is missing")?;
        let chosen = value.as_str().and_then(Self::named);
        chosen.ok_or_else(|| format!("must be one of {}", Self::OPTIONS.names().join(", ")))
    }
}

/// All that can be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The names on the wire, each with what people read instead.
    pub all: &'static [(&'static str, Option<&'static str>)],
    /// Whether the titles are sent in `enumNames`, as clients before 2025-11-25 know them.
    pub has_enum_names: bool,
}

impl Options {
    fn names(self) -> Vec<&'static str> {
        self.all.iter().map(|(name, _)| *name).collect()
    }

    fn has_titles(self) -> bool {
        self.all.iter().any(|(_, title)| title.is_some())
    }

    fn titled(self) -> Value {
        self.all.iter().map(|(name, title)| json!({"const": name, "title": title.unwrap_or(name)})).collect()
    }
}

fn one_of<T>(options: Options) -> FieldSchema<T> {
    FieldSchema::of(match (options.has_titles(), options.has_enum_names) {
        (false, _) => json!({"type": "string", "enum": options.names()}),
        (true, false) => json!({"type": "string", "oneOf": options.titled()}),
        (true, true) => {
            let titles: Vec<_> = options.all.iter().map(|(name, title)| title.unwrap_or(name)).collect();
            json!({"type": "string", "enum": options.names(), "enumNames": titles})
        }
    })
}

/// A field in which several of them are chosen.
pub(super) fn some_of<T>(options: Options) -> FieldSchema<T> {
    let items = if options.has_titles() {
        json!({"anyOf": options.titled()})
    } else {
        json!({"type": "string", "enum": options.names()})
    };
    FieldSchema::of(json!({"type": "array", "items": items}))
}

/// Reads those that were chosen.
pub(super) fn read_some<T: Choice>(value: Option<Value>) -> Result<Vec<T>, String> {
    match value {
        Some(Value::Array(values)) => values.into_iter().map(|value| T::read_one(Some(value))).collect(),
        Some(_) => Err("must be a list".to_owned()),
        None => Err("is missing".to_owned()),
    }
}
