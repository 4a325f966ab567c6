//! The one pass over an object of arguments.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::problem::{Problem, pointer};
use crate::server::nearest::nearest;

/// Puts each member of `object` into the slot of its name.
pub(crate) fn sort<'a>(
    object: &'a RawValue,
    names: &[Option<&'static str>],
    slots: &mut [Option<&'a RawValue>],
    problems: &mut Vec<Problem>,
) {
    let mut deserializer = serde_json::Deserializer::from_str(object.get());
    let sorted = deserializer.deserialize_map(Sorter { names, slots, problems });
    if sorted.is_err() {
        problems.push(Problem::unexpected(String::new(), object.get(), "an object"));
    }
}

struct Sorter<'s, 'a> {
    names: &'s [Option<&'static str>],
    slots: &'s mut [Option<&'a RawValue>],
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
                        let name = self.names.get(index).copied().flatten();
                        self.problem(Problem::twice(pointer([name.unwrap_or_default()])));
                    }
                }
                Key::Unknown(name) => {
                    let problem = unknown(&name, self.names);
                    self.problem(problem);
                }
            }
        }
        Ok(())
    }
}

impl Sorter<'_, '_> {
    /// Keeps a problem in mind, unless the caller sends nothing but problems.
    fn problem(&mut self, problem: Problem) {
        const MOST: usize = 20;
        if self.problems.len() < MOST {
            self.problems.push(problem);
        }
    }
}

fn unknown(name: &str, names: &[Option<&'static str>]) -> Problem {
    let known = || names.iter().copied().flatten();
    let hint = match nearest(name, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known().next().is_none() => "there are none".to_owned(),
        None => {
            let known: Vec<String> = known().map(|name| format!("`{name}`")).collect();
            format!("there are {}", known.join(", "))
        }
    };
    Problem::unknown(&pointer([name]), &hint)
}

enum Key {
    Known(usize),
    Unknown(String),
}

/// Reads a key without copying it, and finds its slot.
struct KeyOf<'s>(&'s [Option<&'static str>]);

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
        let index = self.0.iter().position(|known| *known == Some(name));
        Ok(index.map_or_else(|| Key::Unknown(name.to_owned()), Key::Known))
    }
}
