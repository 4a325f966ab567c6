//! What is demanded of an argument beside its type: `#[arg(range(..), len(..), pattern = "..", one_of(..))]`.

use std::fmt;

use serde_json::{Map, Value};

pub mod length;
pub mod listed;
pub mod pattern;
pub mod range;

/// One thing that is demanded of a `T`.
pub(crate) struct Bound<T> {
    allows: Box<dyn Fn(&T) -> bool + Send + Sync>,
    words: String,
    schema: Map<String, Value>,
}

impl<T> fmt::Debug for Bound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl<T> Bound<T> {
    /// Whether the value keeps it.
    pub(crate) fn allows(&self, value: &T) -> bool {
        (self.allows)(value)
    }

    /// What is expected, such as `a number from 0 to 100`.
    pub(crate) fn words(&self) -> &str {
        &self.words
    }

    /// The values, if it lists them.
    pub(crate) fn listed(&self) -> Option<&Vec<Value>> {
        self.schema.get("enum")?.as_array()
    }

    /// Writes it into the schema of the argument.
    pub(crate) fn describe(&self, schema: &mut Map<String, Value>) {
        for (key, bound) in &self.schema {
            schema.insert(key.clone(), bound.clone());
        }
    }
}
