//! Bounds of lengths: `len(1..=80)`.

use std::ops::{Bound as End, RangeBounds};

use serde_json::{Map, Value};

use super::Bound;

/// What has a length that can have bounds: a text, or a list.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no length",
    label = "neither a text nor a list",
    note = "`len` bounds the characters of a `String` and the items of a `Vec`, and of `Option`s of them"
)]
pub trait Measured {
    /// What its parts are called, and what JSON schema calls the least and the greatest length.
    #[doc(hidden)]
    const UNIT: Unit;

    /// The characters of a text, or the items of a list; `None` if there is neither.
    fn measure(&self) -> Option<usize>;
}

/// What is counted.
#[doc(hidden)]
#[derive(Debug)]
pub struct Unit {
    whole: &'static str,
    parts: &'static str,
    pub(crate) least: &'static str,
    pub(crate) most: &'static str,
}

impl Measured for String {
    const UNIT: Unit = Unit { whole: "a string", parts: "characters", least: "minLength", most: "maxLength" };

    fn measure(&self) -> Option<usize> {
        Some(self.chars().count())
    }
}

#[diagnostic::do_not_recommend]
impl<T> Measured for Vec<T> {
    const UNIT: Unit = Unit { whole: "a list", parts: "items", least: "minItems", most: "maxItems" };

    fn measure(&self) -> Option<usize> {
        Some(self.len())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Measured> Measured for Option<T> {
    const UNIT: Unit = T::UNIT;

    fn measure(&self) -> Option<usize> {
        self.as_ref().and_then(Measured::measure)
    }
}

/// The least and the greatest length, both included.
#[derive(Clone, Copy)]
pub(crate) struct Lengths {
    least: usize,
    most: Option<usize>,
}

impl Lengths {
    pub(crate) fn of(range: &impl RangeBounds<usize>) -> Self {
        let least = match range.start_bound() {
            End::Included(&least) => least,
            End::Excluded(&below) => below.saturating_add(1),
            End::Unbounded => 0,
        };
        let most = match range.end_bound() {
            End::Included(&most) => Some(most),
            End::Excluded(&above) => Some(above.saturating_sub(1)),
            End::Unbounded => None,
        };
        Self { least, most }
    }

    fn contains(self, length: usize) -> bool {
        self.least <= length && self.most.is_none_or(|most| length <= most)
    }

    pub(crate) fn schema(self, unit: &Unit) -> Map<String, Value> {
        let mut schema = Map::new();
        if self.least > 0 {
            schema.insert(unit.least.to_owned(), self.least.into());
        }
        if let Some(most) = self.most {
            schema.insert(unit.most.to_owned(), most.into());
        }
        schema
    }

    fn words(self, unit: &Unit) -> String {
        let Unit { whole, parts, .. } = unit;
        match (self.least, self.most) {
            (least, Some(most)) if least == most => format!("{whole} of {least} {parts}"),
            (0, Some(most)) => format!("{whole} of at most {most} {parts}"),
            (least, Some(most)) => format!("{whole} of {least} to {most} {parts}"),
            (least, None) => format!("{whole} of at least {least} {parts}"),
        }
    }
}

impl<T: Measured> Bound<T> {
    /// A length in `range`.
    pub(crate) fn length(range: &impl RangeBounds<usize>) -> Self {
        let lengths = Lengths::of(range);
        Self {
            allows: Box::new(move |value| value.measure().is_none_or(|length| lengths.contains(length))),
            words: lengths.words(&T::UNIT),
            schema: lengths.schema(&T::UNIT),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_counted_by_characters_and_a_list_by_items() {
        let bound = Bound::<String>::length(&(2..=3));
        let keeps = |text: &str| bound.allows(&text.to_owned());
        assert!(keeps("äö") && keeps("äöü") && !keeps("ä") && !keeps("äöüß"));
        assert_eq!(bound.words(), "a string of 2 to 3 characters");
        let bound = Bound::<Option<Vec<u8>>>::length(&(1..));
        assert!(bound.allows(&None) && bound.allows(&Some(vec![1])) && !bound.allows(&Some(vec![])));
        assert_eq!(Value::Object(bound.schema), json!({"minItems": 1}));
        assert_eq!(Bound::<String>::length(&(..4)).words(), "a string of at most 3 characters");
    }
}
