//! What may be given to a typed call in place of an argument.

use std::fmt::Display;

use serde::Serialize;
use serde_json::{Value, to_value};

/// What a typed call takes for an argument of the type `T`: a `T`, a `&str` for a `String`, and for an
/// `Option` also what would be in it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as the argument, which is `{T}`",
    label = "another type, or one that cannot be written as JSON",
    note = "give a `{T}`; if it is one already, add `#[derive(serde::Serialize)]` to it, or `#[arg(inject)]` to a parameter that is a value of the call"
)]
pub trait Argument<T> {
    /// The argument as JSON; `null` if it is not given.
    ///
    /// # Errors
    /// It cannot be written as JSON, such as a map whose keys are no text.
    fn into_json(self) -> serde_json::Result<Value>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> Argument<T> for T {
    fn into_json(self) -> serde_json::Result<Value> {
        to_value(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> Argument<Option<T>> for T {
    fn into_json(self) -> serde_json::Result<Value> {
        to_value(self)
    }
}

#[diagnostic::do_not_recommend]
impl Argument<String> for &str {
    fn into_json(self) -> serde_json::Result<Value> {
        to_value(self)
    }
}

#[diagnostic::do_not_recommend]
impl Argument<Option<String>> for &str {
    fn into_json(self) -> serde_json::Result<Value> {
        to_value(self)
    }
}

/// Says that a [`TextArgument`] is given as it is.
#[derive(Debug)]
pub struct AsGiven;

/// Says that a [`TextArgument`] is given in an `Option`.
#[derive(Debug)]
pub struct AsOption;

/// Says that a [`TextArgument`] is given as the text that a person would type.
#[derive(Debug)]
pub struct AsTyped;

/// What a typed call of a prompt takes for an argument of the type `T`: a `T` that can be printed, the
/// text that a person would type, and for an `Option` also what would be in it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as the argument, which is `{T}`",
    label = "another type, or one that cannot be printed",
    note = "give a `{T}` that implements `std::fmt::Display`, or the text that a person would type"
)]
pub trait TextArgument<T, Via> {
    /// The argument as text; `None` if it is not given.
    fn into_text(self) -> Option<String>;
}

#[diagnostic::do_not_recommend]
impl<T: Display> TextArgument<T, AsGiven> for T {
    fn into_text(self) -> Option<String> {
        Some(self.to_string())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display> TextArgument<Option<T>, AsGiven> for T {
    fn into_text(self) -> Option<String> {
        Some(self.to_string())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display> TextArgument<Self, AsOption> for Option<T> {
    fn into_text(self) -> Option<String> {
        self.map(|value| value.to_string())
    }
}

#[diagnostic::do_not_recommend]
impl<T> TextArgument<T, AsTyped> for &str {
    fn into_text(self) -> Option<String> {
        Some(self.to_owned())
    }
}
