//! Reads a type from JSON text, and knows the place where that fails.
//!
//! `serde_json` is faster, and tells a line. Here an object is split into its members as they are written, by
//! code that is the same for all types, and each member is read by itself: so the way to a fault is known
//! without a second reading, which would double what the compiler makes of every type.

mod inside;
mod object;
mod shaped;

use std::borrow::Cow;
use std::cell::RefCell;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, Unexpected, Visitor};
use serde_json::{Error, Number};

use self::inside::{Items, Members, Variant, items};
pub(crate) use self::inside::{member, members};
pub(crate) use self::object::{FromObject, Object, read_object};
pub(crate) use self::shaped::check;
use super::jsonrpc::Text;
use crate::error::shortened;

/// How deep it looks, which is as deep as `serde_json` does: each level is a few frames of the stack.
const LEVELS: u8 = 127;

/// How a text is no value of a type.
#[derive(Debug)]
pub(crate) struct Misfit {
    /// The names and indices that lead to the place.
    pub(crate) way: Vec<String>,
    /// What is wrong there.
    pub(crate) words: String,
    /// Whether what stands there is not even JSON: a text may have half of a character.
    pub(crate) is_no_json: bool,
}

impl Misfit {
    /// The JSON pointer of the place, beginning with `root`. What is not there or there twice is named too.
    pub(crate) fn pointer(&self, root: &str) -> String {
        let mut pointer = root.to_owned();
        for name in self.way.iter().map(String::as_str).chain(self.member()) {
            pointer.push('/');
            pointer.push_str(&shortened(name).replace('~', "~0").replace('/', "~1"));
        }
        pointer
    }

    /// The name of the member that is not there or there twice, if that is the fault.
    fn member(&self) -> Option<&str> {
        let faults = ["missing field `", "duplicate field `"];
        faults.iter().find_map(|fault| self.words.strip_prefix(fault))?.strip_suffix('`')
    }
}

/// Reads well-formed JSON.
///
/// # Errors
/// Where it is no `T`, and why.
pub(crate) fn read<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T, Misfit> {
    let way = RefCell::default();
    T::deserialize(Place { json: json.trim_ascii(), levels: LEVELS, way: &way })
        .map_err(|error| misfit(&error, way))
}

#[cold]
fn misfit(error: &Error, way: RefCell<Vec<String>>) -> Misfit {
    let mut words = error.to_string();
    if let Some(end) = words.find(" at line ") {
        words.truncate(end);
    }
    let mut way = way.into_inner();
    way.reverse();
    Misfit { way, words, is_no_json: !error.is_data() }
}

/// A value as it is written.
#[derive(Clone, Copy)]
struct Place<'de, 'w> {
    json: &'de str,
    /// How many more may stand in each other.
    levels: u8,
    /// The way to a fault, from its end: each that it fails within adds its name.
    way: &'w RefCell<Vec<String>>,
}

impl<'de> Place<'de, '_> {
    /// The same for a part of it.
    fn at(self, json: &'de str) -> Self {
        Self { json, levels: self.levels.saturating_sub(1), ..self }
    }

    fn check_levels(self) -> Result<(), Error> {
        if self.levels > 0 { Ok(()) } else { Err(Error::custom("recursion limit exceeded")) }
    }

    fn kind(self) -> u8 {
        self.json.bytes().next().unwrap_or(b'n')
    }

    /// What came of a part that is called `name`.
    fn passed<T>(self, name: &str, read: Result<T, Error>) -> Result<T, Error> {
        self.note(name, read.is_ok());
        read
    }

    #[inline(never)]
    fn note(self, name: &str, is_read: bool) {
        let mut way = self.way.borrow_mut();
        if is_read {
            // A fault further inside that somebody has got over.
            way.clear();
        } else {
            way.push(name.to_owned());
        }
    }

    fn unexpected<T>(self, visitor: &dyn serde::de::Expected) -> Result<T, Error> {
        let unexpected = |kind| Err(Error::invalid_type(kind, visitor));
        match self.kind() {
            b'{' => unexpected(Unexpected::Map),
            b'[' => unexpected(Unexpected::Seq),
            b'"' => unexpected(Unexpected::Str(self.text()?.as_str())),
            b'n' => unexpected(Unexpected::Unit),
            b't' | b'f' => unexpected(Unexpected::Bool(self.kind() == b't')),
            _ => {
                let number: Number = serde_json::from_str(self.json)?;
                match (number.as_u64(), number.as_i64()) {
                    (Some(number), _) => unexpected(Unexpected::Unsigned(number)),
                    (_, Some(number)) => unexpected(Unexpected::Signed(number)),
                    _ => unexpected(Unexpected::Float(number.as_f64().unwrap_or_default())),
                }
            }
        }
    }

    fn text(self) -> Result<Text<'de>, Error> {
        serde_json::from_str(self.json)
    }

    fn scalar<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.kind() {
            b'{' | b'[' => self.unexpected(&visitor),
            b'"' => match self.text()?.0 {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            b'n' => visitor.visit_unit(),
            b't' | b'f' => visitor.visit_bool(self.kind() == b't'),
            _ => serde_json::from_str::<Number>(self.json)?.deserialize_any(visitor),
        }
    }
}

/// What is read from what is no object and no list.
macro_rules! scalars {
    ($($name:ident)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.scalar(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Place<'de, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.kind() {
            b'{' => self.deserialize_map(visitor),
            b'[' => self.deserialize_seq(visitor),
            _ => self.scalar(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.check_levels()?;
        match self.kind() {
            b'{' => visitor.visit_map(Members::new(self, members(self.json)?)),
            _ => self.unexpected(&visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.check_levels()?;
        match self.kind() {
            b'[' => visitor.visit_seq(Items::new(self, items(self.json)?)),
            _ => self.unexpected(&visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.kind() {
            b'n' => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        // Types of serde_json, such as `RawValue`, have an understanding with its own reader.
        if name.starts_with("$serde_json") {
            return serde_json::Deserializer::from_str(self.json).deserialize_newtype_struct(name, visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.kind() {
            b'"' | b'{' => visitor.visit_enum(Variant::new(self)?),
            _ => self.unexpected(&visitor),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.scalar(visitor)
    }

    scalars! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32
        deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_unit
        deserialize_identifier
    }
}

#[cfg(test)]
mod tests;
