//! The dialects that a server speaks: the one for all, until it is told of others. What the others need is code that a
//! server is without until then.

use std::fmt;

use serde_json::Value;

use super::read_back::read_back;
use super::{Dialect, Rewritten, rewrite, rules};

/// How the common dialect says the schema of a tool. A tool whose arguments are plain, as [`is_plain`] says, is
/// without it: its schema is in that dialect as it stands, and a server of such tools has none of the code.
#[derive(Clone, Copy)]
pub struct Rewriting(fn(&Value) -> Rewritten);

impl Rewriting {
    pub(crate) const COMMON: Self = Self(|schema| rewrite::rewrite(&rules::COMMON, schema));

    /// What an argument of this type needs.
    pub(crate) fn of<T>() -> Option<Self> {
        if is_plain::<T>() { None } else { Some(Self::COMMON) }
    }
}

/// Whether it is a number, a text, or yes or no. The compiler knows the answer, and leaves out what follows from the
/// other one; by the name, as an argument need not be `'static`.
fn is_plain<T>() -> bool {
    matches!(
        std::any::type_name::<T>(),
        "bool" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "f32" | "f64" | "alloc::string::String"
    )
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
    pub(crate) const ALL: Self = Self { rewritten: |dialect, schema, _| dialect.rewritten(schema), read_back };

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

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde_json::json;

    use super::*;
    use crate::schema::of_input;

    fn stands<T: JsonSchema>() {
        assert!(is_plain::<T>(), "{}", std::any::type_name::<T>());
        let mut argument = of_input::<T>();
        argument["description"] = "What it is.".into();
        argument["x-mcp-header"] = "A".into();
        let mut with_default = argument.clone();
        with_default["default"] = json!(1);
        let schema = json!({
            "type": "object",
            "properties": {"a": argument, "b": with_default},
            "additionalProperties": false,
            "required": ["a"],
        });
        assert_eq!(rewrite::rewrite(&rules::COMMON, &schema).schema, schema);
    }

    #[test]
    fn so_is_a_tool_without_arguments() {
        let schema = json!({"type": "object", "properties": {}, "additionalProperties": false});
        assert_eq!(rewrite::rewrite(&rules::COMMON, &schema).schema, schema);
    }

    #[test]
    fn what_is_plain_is_in_the_common_dialect_as_it_stands() {
        stands::<bool>();
        stands::<i8>();
        stands::<i16>();
        stands::<i32>();
        stands::<i64>();
        stands::<u8>();
        stands::<u16>();
        stands::<u32>();
        stands::<u64>();
        stands::<f32>();
        stands::<f64>();
        stands::<String>();
        assert!(!is_plain::<Option<i64>>() && !is_plain::<Vec<String>>() && !is_plain::<char>());
    }
}
