//! The one pass over an object of arguments.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::check::hint;
use super::problem::{Problem, pointer};

/// How many problems are told in one answer, at most.
pub(super) const MOST: usize = 20;

/// The names that members may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'s> {
    /// Those of the slots.
    pub(crate) slots: &'s [Option<&'static str>],
    /// Those of the members of flattened parameters, each with the index of its parameter.
    pub(crate) flattened: &'s [(String, usize)],
}

/// The members of an object, each at its place.
#[derive(Debug)]
pub(crate) struct Sorted<'a, const N: usize> {
    pub(crate) slots: [Option<&'a RawValue>; N],
    /// Members of flattened parameters, with the index of their names.
    pub(crate) flattened: Vec<(usize, &'a RawValue)>,
    pub(crate) problems: Vec<Problem>,
}

impl<'a, const N: usize> Sorted<'a, N> {
    /// Puts each member of `object` at the place of its name.
    pub(crate) fn of(object: Option<&'a RawValue>, names: Names<'_>) -> Self {
        let mut sorted = Self { slots: [None; N], flattened: Vec::new(), problems: Vec::new() };
        if let Some(object) = object {
            let Self { slots, flattened, problems } = &mut sorted;
            let places = Sorter { names, slots, flattened, problems };
            let mut deserializer = serde_json::Deserializer::from_str(object.get());
            if deserializer.deserialize_map(places).is_err() {
                sorted.problems.push(Problem::unexpected(String::new(), object.get(), "an object"));
            }
        }
        sorted
    }
}

struct Sorter<'s, 'a> {
    names: Names<'s>,
    slots: &'s mut [Option<&'a RawValue>],
    flattened: &'s mut Vec<(usize, &'a RawValue)>,
    problems: &'s mut Vec<Problem>,
}

impl<'a> Visitor<'a> for Sorter<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(mut self, mut members: M) -> Result<(), M::Error> {
        while let Some(key) = members.next_key_seed(KeyOf(self.names))? {
            let value: &'a RawValue = members.next_value()?;
            match key {
                Key::Known(index) => {
                    let slot = self.slots.get_mut(index).ok_or_else(|| M::Error::custom("no such slot"))?;
                    if slot.replace(value).is_some() {
                        let name = self.names.slots.get(index).copied().flatten();
                        self.problem(Problem::twice(pointer([name.unwrap_or_default()])));
                    }
                }
                Key::Flattened(index) => {
                    if self.flattened.iter().any(|(known, _)| *known == index) {
                        let name = self.names.flattened.get(index).map(|(name, _)| name.as_str());
                        self.problem(Problem::twice(pointer([name.unwrap_or_default()])));
                    } else {
                        self.flattened.push((index, value));
                    }
                }
                Key::Unknown(name) => {
                    let known: Vec<&str> = self.names.all().collect();
                    let hint = hint(&name, &known);
                    self.problem(Problem::unknown(&pointer([name.as_str()]), "argument", &hint));
                }
            }
        }
        Ok(())
    }
}

impl Sorter<'_, '_> {
    /// Keeps a problem in mind, unless the caller sends nothing but problems.
    fn problem(&mut self, problem: Problem) {
        if self.problems.len() < MOST {
            self.problems.push(problem);
        }
    }
}

impl<'s> Names<'s> {
    /// All of them, in their order.
    fn all(self) -> impl Iterator<Item = &'s str> {
        let flattened = self.flattened.iter().map(|(name, _)| name.as_str());
        self.slots.iter().copied().flatten().chain(flattened)
    }
}

enum Key {
    Known(usize),
    Flattened(usize),
    Unknown(String),
}

/// Reads a key without copying it, and finds its slot.
struct KeyOf<'s>(Names<'s>);

impl<'de> DeserializeSeed<'de> for KeyOf<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyOf<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an argument")
    }

    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        if let Some(index) = self.0.slots.iter().position(|known| *known == Some(name)) {
            return Ok(Key::Known(index));
        }
        let flattened = self.0.flattened.iter().position(|(known, _)| known == name);
        Ok(flattened.map_or_else(|| Key::Unknown(name.to_owned()), Key::Flattened))
    }
}
