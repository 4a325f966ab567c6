//! Integers that every client holds exactly.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};

/// An integer that travels as a string of digits, so that every client holds it exactly.
///
/// Clients in JavaScript round integers beyond 2^53 - 1 (9,007,199,254,740,991) as they read them, without a word
/// (RFC 7493, 2.2). So an argument that is a number beyond that is refused: nobody can know whether it is the one that was
/// meant. Ids and amounts that may be larger are `Exact`, as arguments, in them, and in results.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::Exact;
///
/// /// Finds the message that came after another.
/// #[tool(read_only)]
/// fn next(id: Exact<u64>) -> Json<Exact<u64>> {
///     Json(Exact(id.0 + 1))
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let client = Server::new("demo", "1.0.0").with(tools![next]).client().await?;
/// let answer = client.call("next", serde_json::json!({"id": "1145628923471859712"})).await?;
/// assert_eq!(answer.text(), r#""1145628923471859713""#);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact<T>(
    /// The integer.
    pub T,
);

/// An integer of Rust.
pub trait Integer: Copy + Display + FromStr<Err: Display> + sealed::Sealed {
    /// The texts that it is read from.
    #[doc(hidden)]
    const PATTERN: &'static str;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! integers {
    ($($pattern:literal: $($integer:ident)+;)+) => {
        $($(
            impl sealed::Sealed for $integer {}

            impl Integer for $integer {
                const PATTERN: &'static str = $pattern;
            }
        )+)+
    };
}

integers! {
    "^-?[0-9]+$": i8 i16 i32 i64 i128 isize;
    "^[0-9]+$": u8 u16 u32 u64 u128 usize;
}

/// Whether it is the schema of an [`Exact`].
#[cfg(feature = "server")]
pub(crate) fn is_of_digits(schema: &serde_json::Value) -> bool {
    let pattern = schema.get("pattern").and_then(serde_json::Value::as_str);
    pattern.is_some_and(|pattern| [<i64 as Integer>::PATTERN, <u64 as Integer>::PATTERN].contains(&pattern))
}

impl<T> From<T> for Exact<T> {
    fn from(integer: T) -> Self {
        Self(integer)
    }
}

impl<T: Display> Display for Exact<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: FromStr> FromStr for Exact<T> {
    type Err = T::Err;

    fn from_str(digits: &str) -> Result<Self, T::Err> {
        digits.parse().map(Self)
    }
}

impl<T: Integer> Serialize for Exact<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: Integer> Deserialize<'de> for Exact<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = Cow::<'de, str>::deserialize(deserializer)?;
        digits.parse().map(Self).map_err(D::Error::custom)
    }
}

impl<T: Integer> JsonSchema for Exact<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Exact".into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("disco_sdk::Exact<{}>", std::any::type_name::<T>()).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": T::PATTERN})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_and_the_smallest_travel_as_digits() {
        let largest = serde_json::to_string(&Exact(u128::MAX)).unwrap();
        assert_eq!(largest, format!("\"{}\"", u128::MAX));
        assert_eq!(serde_json::from_str::<Exact<u128>>(&largest).unwrap(), Exact(u128::MAX));
        let smallest: Exact<i64> = serde_json::from_str("\"-9223372036854775808\"").unwrap();
        assert_eq!((smallest.0, smallest.to_string().as_str()), (i64::MIN, "-9223372036854775808"));
        for wrong in ["\"\"", "\"1.0\"", "\"-1\"", "\"18446744073709551616\"", "7"] {
            assert!(serde_json::from_str::<Exact<u64>>(wrong).is_err(), "{wrong}");
        }
    }
}
