//! Whether a value looks as it has to, by a table: a type of its own for each would be far more code.

use serde::de::Error as _;
use serde_json::Error;
use serde_json::value::RawValue;

use super::inside::{items, members};
use super::{LEVELS, Misfit, Place, RefCell, misfit};
use crate::protocol::shape::{Member, NO_TOKEN, Shape, is_token};

/// Looks at well-formed JSON.
///
/// # Errors
/// Where it does not look like `shape`, and how.
pub(crate) fn check(json: &str, shape: &Shape) -> Result<(), Misfit> {
    let way = RefCell::default();
    let place = Place { json: json.trim_ascii(), levels: LEVELS, way: &way };
    place.fits(shape).map_err(|error| misfit(&error, way))
}

impl Place<'_, '_> {
    pub(super) fn fits(self, shape: &Shape) -> Result<(), Error> {
        match (shape, self.kind()) {
            (Shape::Text, b'"') | (Shape::Bool, b't' | b'f') | (Shape::Any, b'{') => Ok(()),
            (Shape::Token, _) if is_token(self.json) => Ok(()),
            (Shape::Word(words), b'"') => match self.text()?.as_str() {
                word if words.contains(&word) => Ok(()),
                other => Err(Error::unknown_variant(other, words)),
            },
            (Shape::Object(known), b'{') => self.has(known),
            (Shape::MapOf(shape), b'{') => {
                self.check_levels()?;
                members(self.json)?
                    .iter()
                    .try_for_each(|(name, value)| self.part(name.as_str(), value, shape))
            }
            (Shape::List(shape), b'[') => {
                self.check_levels()?;
                let mut items = items(self.json)?.into_iter().enumerate();
                items.try_for_each(|(index, value)| self.part(&index.to_string(), value, shape))
            }
            (Shape::Token, _) => Err(Error::custom(NO_TOKEN)),
            (Shape::Text | Shape::Word(_), _) => self.unexpected(&"a string"),
            (Shape::Bool, _) => self.unexpected(&"a boolean"),
            (Shape::Any | Shape::Object(_) | Shape::MapOf(_), _) => self.unexpected(&"an object"),
            (Shape::List(_), _) => self.unexpected(&"a sequence"),
        }
    }

    fn has(self, known: &[Member]) -> Result<(), Error> {
        self.check_levels()?;
        let members = members(self.json)?;
        for (at, (name, value)) in members.iter().enumerate() {
            let Some(member) = known.iter().find(|member| member.name == name.as_str()) else {
                continue;
            };
            if members[..at].iter().any(|(earlier, _)| earlier.as_str() == member.name) {
                return Err(Error::duplicate_field(member.name));
            }
            if member.is_required || value.get() != "null" {
                self.part(member.name, value, &member.shape)?;
            }
        }
        let is_there = |member: &Member| members.iter().any(|(name, _)| name.as_str() == member.name);
        match known.iter().find(|member| member.is_required && !is_there(member)) {
            Some(member) => Err(Error::missing_field(member.name)),
            None => Ok(()),
        }
    }

    fn part(self, name: &str, value: &RawValue, shape: &Shape) -> Result<(), Error> {
        self.passed(name, self.at(value.get()).fits(shape))
    }
}
