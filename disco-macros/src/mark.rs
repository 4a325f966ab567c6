//! The attribute that makes a handler of a function: one of three.

use proc_macro2::TokenStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Path, Token};

use crate::diag::Errors;
use crate::handler::Kind;

/// The kind that an attribute of this path makes, by the last word.
fn kind_of(path: &Path) -> Option<Kind> {
    let last = path.segments.last()?.ident.to_string();
    [Kind::Tool, Kind::Resource, Kind::Prompt].into_iter().find(|kind| kind.word() == last)
}

/// Takes its mark off a method: the kind, and the keys in it. `None` if it has none.
pub(crate) fn taken(attributes: &mut Vec<Attribute>, errors: &mut Errors) -> Option<(Kind, TokenStream)> {
    attributes.retain(|attribute| !is_hidden(attribute, errors));
    let at = attributes.iter().position(|attribute| kind_of(attribute.path()).is_some())?;
    let mark = attributes.remove(at);
    let kind = kind_of(mark.path())?;
    check_one(attributes, errors);
    let keys = match mark.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens,
        Meta::NameValue(pair) => {
            let attribute = kind.attribute();
            errors.push(
                pair.value,
                format!("`{attribute}` takes no value"),
                format!("write `{attribute}`, or `#[{kind}(...)]` with keys"),
            );
            TokenStream::new()
        }
    };
    Some((kind, keys))
}

/// Takes a second mark off, and blames it.
pub(crate) fn check_one(attributes: &mut Vec<Attribute>, errors: &mut Errors) {
    attributes.retain(|attribute| {
        let is_mark = kind_of(attribute.path()).is_some();
        if is_mark {
            errors.push(
                attribute,
                "a function is one of a tool, a resource and a prompt",
                "write a second one that calls this one",
            );
        }
        !is_mark
    });
}

/// Whether it is a mark under a condition, which `#[handlers]` cannot see: it is told.
fn is_hidden(attribute: &Attribute, errors: &mut Errors) -> bool {
    if !attribute.path().is_ident("cfg_attr") {
        return false;
    }
    let Ok(metas) = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) else {
        return false;
    };
    let Some(kind) = metas.iter().skip(1).find_map(|meta| kind_of(meta.path())) else {
        return false;
    };
    errors.push(
        attribute,
        format!("`#[handlers]` does not know whether this is a {kind}"),
        format!(
            "write `{}` alone, and `#[cfg(...)]` above it: the method then is there or not",
            kind.attribute()
        ),
    );
    true
}
