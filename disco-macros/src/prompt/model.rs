//! What `#[prompt(..)]` says.

use proc_macro2::TokenStream;

use crate::attr::{Grammar, Keys, Takes};
use crate::diag::Errors;
use crate::handler::{Function, Handler, Kind};

const GRAMMAR: Grammar = Grammar {
    attribute: "#[prompt]",
    keys: &[
        ("audience", Takes::Value),
        ("crate", Takes::Path),
        ("description", Takes::Text),
        ("icon", Takes::Value),
        ("layer", Takes::Value),
        ("name", Takes::Text),
        ("tags", Takes::List),
        ("title", Takes::Text),
        ("type", Takes::Name),
    ],
    has_leading: false,
};

/// A function with `#[prompt]`.
pub(crate) struct Prompt {
    pub(crate) handler: Handler,
}

pub(super) fn parse(keys: TokenStream, function: Function<'_>, errors: &mut Errors) -> Prompt {
    let keys = Keys::parse(&GRAMMAR, keys, errors);
    Prompt { handler: Handler::parse(Kind::Prompt, &keys, function, errors) }
}
