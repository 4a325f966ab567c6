//! What `#[tool(..)]` says.

use proc_macro2::TokenStream;
use syn::{Expr, Ident};

use crate::attr::{Grammar, Keys, Takes};
use crate::diag::Errors;
use crate::handler::{Function, Handler, Kind};

const GRAMMAR: Grammar = Grammar {
    attribute: "#[tool]",
    keys: &[
        ("audience", Takes::Value),
        ("crate", Takes::Path),
        ("description", Takes::Text),
        ("destructive", Takes::Flag),
        ("icon", Takes::Value),
        ("idempotent", Takes::Flag),
        ("name", Takes::Text),
        ("open_world", Takes::Flag),
        ("read_only", Takes::Flag),
        ("timeout", Takes::Value),
        ("title", Takes::Text),
        ("type", Takes::Name),
    ],
    has_leading: false,
};

/// A function with `#[tool]`.
pub(crate) struct Tool {
    pub(crate) handler: Handler,
    /// What it promises: the words, to be blamed.
    pub(crate) read_only: Option<Ident>,
    pub(crate) destructive: Option<Ident>,
    pub(crate) idempotent: Option<Ident>,
    pub(crate) open_world: Option<Ident>,
    /// How long a call may take.
    pub(crate) timeout: Option<Expr>,
}

pub(super) fn parse(keys: TokenStream, function: Function<'_>, errors: &mut Errors) -> Tool {
    let keys = Keys::parse(&GRAMMAR, keys, errors);
    let handler = Handler::parse(Kind::Tool, &keys, function, errors);
    let flag = |key: &str| keys.key(key).cloned();
    Tool {
        handler,
        read_only: flag("read_only"),
        destructive: flag("destructive"),
        idempotent: flag("idempotent"),
        open_world: flag("open_world"),
        timeout: keys.expression("timeout"),
    }
}
