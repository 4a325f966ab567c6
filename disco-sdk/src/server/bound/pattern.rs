//! Texts of a form: `pattern = "^[a-z]+$"`.
//!
//! The pattern goes into the schema, where clients read it as a regular expression of ECMAScript. Only
//! what that has in common with ours is taken: classes, groups, alternatives, repetition, anchors. As in
//! JSON schema, it may fit anywhere in the text unless it is anchored.

use serde_json::{Map, Value};

use super::Bound;
use crate::server::patterns;

/// A parameter that can have a pattern: a text, or an optional one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no pattern",
    label = "not a text",
    note = "`pattern` bounds `String`s, and `Option`s of them"
)]
pub trait Textual {
    /// The text, if there is one.
    fn text(&self) -> Option<&str>;
}

impl Textual for String {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Textual> Textual for Option<T> {
    fn text(&self) -> Option<&str> {
        self.as_ref().and_then(Textual::text)
    }
}

impl<T: Textual> Bound<T> {
    /// A text that fits `pattern`.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub(crate) fn pattern(pattern: &str) -> Result<Self, String> {
        let fits = patterns::read(pattern)?;
        Ok(Self {
            allows: Box::new(move |value| value.text().is_none_or(&fits)),
            words: format!("a string that fits `{pattern}`"),
            schema: Map::from_iter([("pattern".to_owned(), Value::from(pattern))]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    disco_sdk::patterns!();

    #[test]
    fn a_pattern_fits_anywhere_unless_it_is_anchored() {
        let keeps = |pattern: &str, text: &str| {
            Bound::<Option<String>>::pattern(pattern).unwrap().allows(&Some(text.to_owned()))
        };
        assert!(keeps("[0-9]{2}", "a12b") && !keeps("^[0-9]{2}$", "a12b") && keeps("^[0-9]{2}$", "12"));
        assert!(Bound::<String>::pattern("(").is_err());
    }
}
