//! The dialects that a server speaks: the one for all, until it is told of others. What the others need is code that a
//! server is without until then.

use std::fmt;

use serde_json::Value;

use super::read_back::read_back;
use super::{Dialect, Rewritten, rewrite, rules};

/// How the common dialect says the schema of a tool, where that is not in it as it stands.
#[derive(Clone, Copy)]
pub(crate) struct Rewriting(fn(&Value) -> Rewritten);

impl Rewriting {
    pub(crate) const COMMON: Self = Self(|schema| rewrite::rewrite(&rules::COMMON, schema));
}

/// The dialects that a server speaks.
#[derive(Clone, Copy)]
pub(crate) struct Spoken {
    rewritten: fn(Dialect, &Value, Option<Rewriting>) -> Rewritten,
    read_back: fn(&Value, Value) -> Value,
}

impl Spoken {
    /// [`Dialect::Common`] alone.
    pub(crate) const COMMON: Self = Self {
        rewritten: |_, schema, rewriting| match rewriting {
            Some(Rewriting(rewrite)) => rewrite(schema),
            None => Rewritten { schema: schema.clone(), is_read_back: false },
        },
        read_back: |_, arguments| arguments,
    };

    /// All that there are.
    pub(crate) const ALL: Self =
        Self { rewritten: |dialect, schema, _| dialect.rewritten(schema), read_back };

    /// The schema of a tool in a dialect, and whether arguments that follow it have to be read back.
    pub(crate) fn rewritten(
        self,
        dialect: Dialect,
        schema: &Value,
        rewriting: Option<Rewriting>,
    ) -> Rewritten {
        (self.rewritten)(dialect, schema, rewriting)
    }

    /// The arguments as the full schema has them.
    pub(crate) fn read_back(self, schema: &Value, arguments: Value) -> Value {
        (self.read_back)(schema, arguments)
    }
}

impl fmt::Debug for Rewriting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rewriting").finish_non_exhaustive()
    }
}

impl fmt::Debug for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spoken").finish_non_exhaustive()
    }
}
