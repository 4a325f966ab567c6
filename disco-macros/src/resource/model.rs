//! What `#[resource(..)]` says.

use proc_macro2::TokenStream;
use syn::{Expr, LitStr, Path};

use super::template::Template;
use crate::attr::{Grammar, Keys, Takes};
use crate::diag::Errors;
use crate::handler::{Function, Handler, Kind};

const GRAMMAR: Grammar = Grammar {
    attribute: "#[resource]",
    keys: &[
        ("annotations", Takes::Value),
        ("audience", Takes::Value),
        ("cache", Takes::Value),
        ("crate", Takes::Path),
        ("description", Takes::Text),
        ("icon", Takes::Value),
        ("layer", Takes::Value),
        ("list", Takes::Path),
        ("mime_type", Takes::Text),
        ("name", Takes::Text),
        ("size", Takes::Value),
        ("tags", Takes::List),
        ("title", Takes::Text),
        ("type", Takes::Name),
        ("watch", Takes::Path),
    ],
    has_leading: true,
};

/// A function with `#[resource]`.
pub(crate) struct Resource {
    pub(crate) handler: Handler,
    /// The text in the attribute; `None` if there is none, which is an error.
    pub(crate) uri: Option<LitStr>,
    /// The same taken apart; `None` if it is wrong.
    pub(crate) template: Option<Template>,
    pub(crate) mime_type: Option<LitStr>,
    /// Hints for the client.
    pub(crate) annotations: Option<Expr>,
    /// How long what is read may be kept.
    pub(crate) cache: Option<Expr>,
    /// How many bytes it has.
    pub(crate) size: Option<Expr>,
    /// What names the members of the family.
    pub(crate) list: Option<Path>,
    /// What runs while somebody is subscribed.
    pub(crate) watch: Option<Path>,
}

impl Resource {
    /// Whether its URI has no variables.
    pub(super) fn is_one(&self) -> bool {
        self.template.as_ref().is_some_and(|template| template.variables.is_empty())
    }
}

pub(super) fn parse(keys: TokenStream, function: Function<'_>, errors: &mut Errors) -> Resource {
    let keys = Keys::parse(&GRAMMAR, keys, errors);
    let handler = Handler::parse(Kind::Resource, &keys, function, errors);
    let uri = keys.leading.clone();
    let template = uri.as_ref().and_then(|uri| match Template::parse(&uri.value()) {
        Ok(template) => Some(template),
        Err((wrong, help)) => {
            errors.push(uri, wrong, help);
            None
        }
    });
    if uri.is_none() {
        errors.push(
            &handler.signature.ident,
            "`#[resource]` needs a URI",
            "write `#[resource(\"note://{id}\")]`, with a parameter for each variable",
        );
    }
    Resource {
        handler,
        uri,
        template,
        mime_type: keys.text("mime_type"),
        annotations: keys.expression("annotations"),
        cache: keys.expression("cache"),
        size: keys.expression("size"),
        list: keys.path("list"),
        watch: keys.path("watch"),
    }
}
