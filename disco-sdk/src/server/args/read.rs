//! The one pass over an object of arguments.

use serde_json::value::RawValue;

use super::check::hint;
use super::problem::{Problem, pointer};
use crate::protocol::reading;
use crate::protocol::scan::Scan;

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
        let Some(object) = object.map(RawValue::get) else {
            return Self::empty();
        };
        let mut sorted = Self::empty();
        let scanned = Scan::new(object, usize::MAX).members(|scan, name| {
            sorted.put(names, name, scan.raw()?);
            Some(())
        });
        if scanned.is_none() {
            // There are escapes in a name, it goes deeper than that looks, or it is no object.
            sorted = Self::empty();
            match reading::members(object) {
                Ok(members) => {
                    for (name, value) in &members {
                        sorted.put(names, name.as_str(), value);
                    }
                }
                Err(_) => sorted.problems.push(Problem::unexpected(String::new(), object, "an object")),
            }
        }
        sorted
    }

    fn empty() -> Self {
        Self { slots: [None; N], flattened: Vec::new(), problems: Vec::new() }
    }

    /// Puts a member at the place of its name.
    fn put(&mut self, names: Names<'_>, name: &str, value: &'a RawValue) {
        if let Some(index) = names.slots.iter().position(|known| *known == Some(name)) {
            let slot = self.slots.get_mut(index);
            if slot.is_some_and(|slot| slot.replace(value).is_some()) {
                self.problem(|| Problem::twice(pointer([name])));
            }
        } else if let Some(index) = names.flattened.iter().position(|(known, _)| known == name) {
            if self.flattened.iter().any(|(known, _)| *known == index) {
                self.problem(|| Problem::twice(pointer([name])));
            } else {
                self.flattened.push((index, value));
            }
        } else {
            self.problem(|| {
                let known: Vec<&str> = names.all().collect();
                Problem::unknown(&pointer([name]), "argument", &hint(name, &known))
            });
        }
    }

    /// Keeps a problem in mind, unless the caller sends nothing but problems.
    #[cold]
    fn problem(&mut self, problem: impl FnOnce() -> Problem) {
        if self.problems.len() < MOST {
            self.problems.push(problem());
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
