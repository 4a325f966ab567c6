//! The dialects that a server speaks: the one for all, until it is told of others. What the others need is code that a
//! server is without until then.

use std::fmt;

use serde_json::Value;

use super::read_back::read_back;
use super::{Dialect, Rewritten, rewrite, rules};

/// The dialects that a server speaks.
#[derive(Clone, Copy)]
pub(crate) struct Spoken {
    rewritten: fn(Dialect, &Value) -> Rewritten,
    read_back: fn(&Value, Value) -> Value,
}

impl Spoken {
    /// [`Dialect::Common`] alone.
    pub(crate) const COMMON: Self = Self {
        rewritten: |_, schema| rewrite::rewrite(&rules::COMMON, schema),
        read_back: |_, arguments| arguments,
    };

    /// All that there are.
    pub(crate) const ALL: Self = Self { rewritten: Dialect::rewritten, read_back };

    /// The schema in a dialect, and whether arguments that follow it have to be read back.
    pub(crate) fn rewritten(self, dialect: Dialect, schema: &Value) -> Rewritten {
        (self.rewritten)(dialect, schema)
    }

    /// The arguments as the full schema has them.
    pub(crate) fn read_back(self, schema: &Value, arguments: Value) -> Value {
        (self.read_back)(schema, arguments)
    }
}

impl fmt::Debug for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spoken").finish_non_exhaustive()
    }
}
