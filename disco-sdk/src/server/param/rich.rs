//! What arguments need that are more than a number, a text, or yes or no. A program all of whose arguments are plain has
//! none of this code: it is reached only through what [`Rich::of`] gives.

use serde_json::Value;

use crate::schema::Rewriting;
use crate::server::args::Looking;
use crate::server::mirror::Mirrors;

/// What an argument needs that is not plain.
#[derive(Debug)]
pub struct Rich {
    /// How the common dialect says its schema.
    pub(crate) rewriting: Rewriting,
    /// How its values are looked into.
    pub(crate) looking: Looking,
    /// Which of the arguments headers mirror, and what is wrong with what its schema says of that.
    pub(crate) mirrors: fn(&Value) -> (Mirrors, Vec<String>),
}

impl Rich {
    pub(crate) const YES: &Self =
        &Self { rewriting: Rewriting::COMMON, looking: Looking::INSIDE, mirrors: Mirrors::of };

    /// What an argument of this type needs. One pointer or none, so that the compiler sees that it is none.
    pub(crate) fn of<T>() -> Option<&'static Self> {
        if is_plain::<T>() { None } else { Some(Self::YES) }
    }
}

/// Whether it is a number, a text, or yes or no. The compiler knows the answer, and leaves out what follows from the
/// other one. It asks for the name, as an argument need not be `'static`.
fn is_plain<T>() -> bool {
    matches!(
        std::any::type_name::<T>(),
        "bool"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "f32"
            | "f64"
            | "alloc::string::String"
    )
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;
    use crate::schema::{Dialect, JsonSchema, of_input};
    use crate::server::args::{Shape, decode};

    /// Values of all kinds, those at the bounds of types among them.
    const VALUES: [&str; 24] = [
        "0",
        "1",
        "-1",
        "1.0",
        "1.5",
        "127",
        "128",
        "-129",
        "255",
        "256",
        "65536",
        "4294967296",
        "9007199254740991",
        "9007199254740992",
        "-9007199254740993",
        "18446744073709551616",
        "1e16",
        "1e400",
        "true",
        "null",
        "\"a\"",
        "\" 7 \"",
        "\"TRUE\"",
        "[1]",
    ];

    fn is_the_same_as_rich<T: DeserializeOwned + JsonSchema>() {
        let name = std::any::type_name::<T>();
        assert!(is_plain::<T>(), "{name}");
        let schema = of_input::<T>();
        let [plain, rich] =
            [None, Some(Looking::INSIDE)].map(|looking| Shape::of(schema.clone(), false, looking));
        for text in VALUES {
            let told = |shape: &Shape| -> Box<dyn Debug> {
                match decode::<T>(text) {
                    Ok(_) => Box::new(shape.broken(text, &|_| None)),
                    Err(fault) => Box::new((
                        shape.wrong(&fault, text),
                        shape.mended(text, false),
                        shape.mended(text, true),
                    )),
                }
            };
            assert_eq!(format!("{:?}", told(&plain)), format!("{:?}", told(&rich)), "{name} of {text}");
        }
    }

    fn stands_in_the_common_dialect<T: JsonSchema>() {
        let mut argument = of_input::<T>();
        argument["description"] = "What it is.".into();
        let mut with_default = argument.clone();
        with_default["default"] = json!(1);
        let properties = json!({"a": argument, "b": with_default});
        let schema = |properties: Value| json!({"type": "object", "properties": properties, "additionalProperties": false, "required": ["a"]});
        assert_eq!(Dialect::Common.rewrite(&schema(properties.clone())), schema(properties));
    }

    macro_rules! plain {
        ($($kind:ty)+) => {$(
            is_the_same_as_rich::<$kind>();
            stands_in_the_common_dialect::<$kind>();
        )+};
    }

    #[test]
    fn what_is_plain_is_judged_as_if_it_were_rich_and_is_in_the_common_dialect_as_it_stands() {
        plain!(bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 String);
        assert!(!is_plain::<Option<i64>>() && !is_plain::<Vec<String>>() && !is_plain::<char>());
        let nothing = json!({"type": "object", "properties": {}, "additionalProperties": false});
        assert_eq!(Dialect::Common.rewrite(&nothing), nothing);
    }
}
