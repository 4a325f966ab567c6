//! Which types accept to be absent: those that serde lets be absent as members of a struct.

use serde::de::value::Error;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// The value of a `T` that was not given: `None` for an `Option`, also behind an alias.
pub(crate) fn absent<T: DeserializeOwned>() -> Option<T> {
    <T as Deserialize>::deserialize(Missing).ok()
}

/// Nothing; only what is optional can be read from it.
struct Missing;

impl<'de> Deserializer<'de> for Missing {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("missing"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Perhaps<T> = Option<T>;

    #[test]
    fn only_an_option_may_be_absent() {
        assert_eq!(absent::<Perhaps<i64>>(), Some(None));
        assert_eq!(absent::<i64>(), None);
        assert_eq!(absent::<serde_json::Value>(), None);
        assert_eq!(absent::<()>(), None);
    }
}
