//! What stands in an object or a list, each part as it is written.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::vec::IntoIter;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Error;
use serde_json::value::RawValue;

use super::Place;
use crate::protocol::jsonrpc::Text;

/// A member as it is written.
pub(super) type Member<'de> = (Text<'de>, &'de RawValue);

/// The members of an object, in order, also those that stand there twice.
pub(crate) fn members(object: &str) -> Result<Vec<Member<'_>>, Error> {
    struct All<'de>(PhantomData<&'de str>);
    impl<'de> Visitor<'de> for All<'de> {
        type Value = Vec<Member<'de>>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }
    serde_json::Deserializer::from_str(object).deserialize_map(All(PhantomData))
}

/// The one member of an object that is called so. `None`: it is not there, or twice, or this is no object.
pub(crate) fn member<'a>(object: &'a str, name: &str) -> Option<&'a RawValue> {
    let mut members = members(object).ok()?.into_iter().filter(|(known, _)| known.as_str() == name);
    match (members.next(), members.next()) {
        (Some((_, value)), None) => Some(value),
        _ => None,
    }
}

/// The items of a list.
pub(super) fn items(list: &str) -> Result<Vec<&RawValue>, Error> {
    Vec::deserialize(&mut serde_json::Deserializer::from_str(list))
}

/// An object, member by member.
pub(super) struct Members<'de, 'w> {
    of: Place<'de, 'w>,
    rest: IntoIter<Member<'de>>,
    next: Option<Member<'de>>,
}

impl<'de, 'w> Members<'de, 'w> {
    pub(super) fn new(of: Place<'de, 'w>, members: Vec<Member<'de>>) -> Self {
        Self { of, rest: members.into_iter(), next: None }
    }
}

impl<'de> MapAccess<'de> for Members<'de, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.next = self.rest.next();
        self.next.as_ref().map(|(name, _)| seed.deserialize(Name(name.clone()))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some((name, value)) = self.next.take() else {
            return Err(Error::custom("a value was asked for before its name"));
        };
        self.of.passed(name.as_str(), seed.deserialize(self.of.at(value.get())))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// A list, item by item.
pub(super) struct Items<'de, 'w> {
    of: Place<'de, 'w>,
    rest: IntoIter<&'de RawValue>,
    index: usize,
}

impl<'de, 'w> Items<'de, 'w> {
    pub(super) fn new(of: Place<'de, 'w>, items: Vec<&'de RawValue>) -> Self {
        Self { of, rest: items.into_iter(), index: 0 }
    }
}

impl<'de> SeqAccess<'de> for Items<'de, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(item) = self.rest.next() else {
            return Ok(None);
        };
        let read = self.of.passed(&self.index.to_string(), seed.deserialize(self.of.at(item.get())));
        self.index += 1;
        read.map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The name of a member, which may be that of a number.
struct Name<'de>(Text<'de>);

macro_rules! numbers {
    ($($name:ident $visit:ident)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.as_str().parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Name<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.0 {
            Cow::Borrowed(name) => visitor.visit_borrowed_str(name),
            Cow::Owned(name) => visitor.visit_string(name),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let name: StrDeserializer<'_, Error> = self.0.as_str().into_deserializer();
        visitor.visit_enum(name)
    }

    numbers! {
        deserialize_bool visit_bool
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32 deserialize_i64 visit_i64
        deserialize_i128 visit_i128
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32 deserialize_u64 visit_u64
        deserialize_u128 visit_u128
    }

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

/// A variant of an enum: its name, or an object with its name and what belongs to it.
pub(super) struct Variant<'de, 'w> {
    of: Place<'de, 'w>,
    name: Text<'de>,
}

impl<'de, 'w> Variant<'de, 'w> {
    pub(super) fn new(place: Place<'de, 'w>) -> Result<Self, Error> {
        if place.kind() == b'"' {
            return Ok(Self { of: place.at("null"), name: place.text()? });
        }
        let mut members = members(place.json)?.into_iter();
        match (members.next(), members.next()) {
            (Some((name, value)), None) => Ok(Self { of: place.at(value.get()), name }),
            _ => Err(Error::custom("expected an object with one member, which names a variant")),
        }
    }
}

impl<'de> EnumAccess<'de> for Variant<'de, '_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let name: StrDeserializer<'_, Error> = self.name.as_str().into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.newtype_variant()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.of.passed(self.name.as_str(), seed.deserialize(self.of))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.of.passed(self.name.as_str(), self.of.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.of.passed(self.name.as_str(), self.of.deserialize_map(visitor))
    }
}
