//! The members of an object, each taken for what it has to be: a few functions that all types share, where
//! a reader of its own for each would be far more code.

use std::collections::HashMap;

use serde::de::Error as _;
use serde_json::value::RawValue;
use serde_json::{Error, Map, Value};

use super::inside::{Member, items, members};
use super::{LEVELS, Misfit, Place, RefCell, misfit};
use crate::protocol::jsonrpc::Text;
use crate::protocol::shape::Shape;

/// What is made of the members of an object.
pub(crate) trait FromObject<'de>: Sized {
    /// Takes the members that it knows. What is `null` is as good as not there, where it need not be there.
    ///
    /// # Errors
    /// One of them is not what it has to be, is not there, or is there twice.
    fn from_object(object: &Object<'de, '_>) -> Result<Self, Error>;
}

/// Reads well-formed JSON that has to be an object.
///
/// # Errors
/// Where it is no `T`, and why.
pub(crate) fn read_object<'de, T: FromObject<'de>>(json: &'de str) -> Result<T, Misfit> {
    let way = RefCell::default();
    let place = Place { json: json.trim_ascii(), levels: LEVELS, way: &way };
    place.object().and_then(|object| T::from_object(&object)).map_err(|error| misfit(&error, way))
}

/// An object, split into its members.
pub(crate) struct Object<'de, 'w> {
    of: Place<'de, 'w>,
    members: Vec<Member<'de>>,
}

impl<'de, 'w> Object<'de, 'w> {
    /// A member as it is written, also if that is `null`.
    pub(crate) fn given(&self, name: &'static str) -> Result<Option<&'de RawValue>, Error> {
        let mut found = self.members.iter().filter(|(known, _)| known.as_str() == name);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(Error::duplicate_field(name)),
            (first, _) => Ok(first.map(|(_, value)| *value)),
        }
    }

    /// A member as it is written.
    pub(crate) fn raw(&self, name: &'static str) -> Result<Option<&'de RawValue>, Error> {
        Ok(self.given(name)?.filter(|value| value.get() != "null"))
    }

    /// A text that has to be there.
    pub(crate) fn text(&self, name: &'static str) -> Result<Text<'de>, Error> {
        self.part(name, self.needed(name)?, Place::as_text)
    }

    /// A text.
    pub(crate) fn optional_text(&self, name: &'static str) -> Result<Option<Text<'de>>, Error> {
        self.raw(name)?.map(|value| self.part(name, value, Place::as_text)).transpose()
    }

    /// The same, to be kept.
    pub(crate) fn string(&self, name: &'static str) -> Result<Option<String>, Error> {
        Ok(self.optional_text(name)?.map(Text::into_string))
    }

    /// One of some words that has to be there, and what it means.
    pub(crate) fn word<T>(
        &self,
        name: &'static str,
        words: &'static [&'static str],
        meaning: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Error> {
        let word = self.text(name)?;
        match meaning(word.as_str()) {
            Some(meant) => Ok(meant),
            None => self.fail(name, Error::unknown_variant(word.as_str(), words)),
        }
    }

    /// A string or a whole number, as it is written.
    pub(crate) fn token(&self, name: &'static str) -> Result<Option<&'de RawValue>, Error> {
        self.check(name, &Shape::Token)?;
        self.raw(name)
    }

    /// `true` or `false`.
    pub(crate) fn bool(&self, name: &'static str) -> Result<Option<bool>, Error> {
        self.raw(name)?.map(|value| self.part(name, value, Place::as_bool)).transpose()
    }

    /// An object that has to be there.
    pub(crate) fn object<T: FromObject<'de>>(&self, name: &'static str) -> Result<T, Error> {
        self.part(name, self.needed(name)?, |place| T::from_object(&place.object()?))
    }

    /// An object.
    pub(crate) fn optional_object<T: FromObject<'de>>(&self, name: &'static str) -> Result<Option<T>, Error> {
        let read = |value| self.part(name, value, |place| T::from_object(&place.object()?));
        self.raw(name)?.map(read).transpose()
    }

    /// A list of texts.
    pub(crate) fn strings(&self, name: &'static str) -> Result<Option<Vec<String>>, Error> {
        self.list(name, |item| item.as_text().map(Text::into_string))
    }

    /// A list of objects.
    pub(crate) fn objects<T: FromObject<'de>>(&self, name: &'static str) -> Result<Option<Vec<T>>, Error> {
        self.list(name, |item| T::from_object(&item.object()?))
    }

    /// What looks like this, if it is there, and is not kept.
    pub(crate) fn check(&self, name: &'static str, shape: &Shape) -> Result<(), Error> {
        self.raw(name)?.map_or(Ok(()), |value| self.part(name, value, |place| place.fits(shape)))
    }

    /// An object that has to be there, and whatever is in it.
    pub(crate) fn map(&self, name: &'static str) -> Result<Map<String, Value>, Error> {
        self.part(name, self.needed(name)?, Place::as_map)
    }

    /// An object of texts.
    pub(crate) fn texts(&self, name: &'static str) -> Result<Option<HashMap<String, String>>, Error> {
        Ok(self.optional_object::<Texts>(name)?.map(|Texts(texts)| texts))
    }

    /// Says that a member is wrong, by a fault that only its own type knows.
    pub(crate) fn fail<T>(&self, name: &'static str, fault: Error) -> Result<T, Error> {
        self.of.passed(name, Err(fault))
    }

    fn needed(&self, name: &'static str) -> Result<&'de RawValue, Error> {
        self.given(name)?.ok_or_else(|| Error::missing_field(name))
    }

    fn list<T>(
        &self,
        name: &'static str,
        read: impl Fn(Place<'de, 'w>) -> Result<T, Error>,
    ) -> Result<Option<Vec<T>>, Error> {
        let Some(value) = self.raw(name)? else {
            return Ok(None);
        };
        let all = self.part(name, value, |place| {
            let items = place.items()?.into_iter().enumerate();
            items.map(|(index, item)| place.passed(&index.to_string(), read(place.at(item.get())))).collect()
        });
        all.map(Some)
    }

    fn part<T>(
        &self,
        name: &str,
        value: &'de RawValue,
        read: impl FnOnce(Place<'de, 'w>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.of.passed(name, read(self.of.at(value.get())))
    }
}

/// An object each of whose members is a text.
struct Texts(HashMap<String, String>);

impl FromObject<'_> for Texts {
    fn from_object(object: &Object<'_, '_>) -> Result<Self, Error> {
        let text = |(name, value): &Member<'_>| {
            let text = object.part(name.as_str(), value, Place::as_text)?;
            Ok((name.as_str().to_owned(), text.into_string()))
        };
        object.members.iter().map(text).collect::<Result<_, _>>().map(Self)
    }
}

impl<'de, 'w> Place<'de, 'w> {
    fn object(self) -> Result<Object<'de, 'w>, Error> {
        self.check_levels()?;
        match self.kind() {
            b'{' => Ok(Object { of: self, members: members(self.json)? }),
            _ => self.unexpected(&"an object"),
        }
    }

    fn items(self) -> Result<Vec<&'de RawValue>, Error> {
        self.check_levels()?;
        match self.kind() {
            b'[' => items(self.json),
            _ => self.unexpected(&"a sequence"),
        }
    }

    fn as_text(self) -> Result<Text<'de>, Error> {
        if self.kind() == b'"' { self.text() } else { self.unexpected(&"a string") }
    }

    fn as_map(self) -> Result<Map<String, Value>, Error> {
        if self.kind() == b'{' { serde_json::from_str(self.json) } else { self.unexpected(&"an object") }
    }

    fn as_bool(self) -> Result<bool, Error> {
        match self.kind() {
            kind @ (b't' | b'f') => Ok(kind == b't'),
            _ => self.unexpected(&"a boolean"),
        }
    }
}
