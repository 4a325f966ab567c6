//! `#[handlers] impl T`: its marked methods, each handed to the files of its kind.

mod block;
mod client;
mod method;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use crate::attr::{Grammar, Keys, Takes};
use crate::body;
use crate::diag::Errors;
use crate::fallback;
use crate::handler;
use crate::place::head;

const GRAMMAR: Grammar = Grammar {
    attribute: "#[handlers]",
    keys: &[("client", Takes::Name), ("crate", Takes::Path), ("layer", Takes::Value)],
    has_leading: false,
};

/// `#[handlers]`.
pub(crate) fn attribute(keys: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut block = match body::block(item) {
        Ok(block) => block,
        Err(error) => {
            match syn::parse2::<Item>(item.clone()) {
                Ok(_) => errors.push(
                    head(item),
                    "`#[handlers]` goes on an `impl` block",
                    "write `#[handlers] impl Type { ... }`; a free function takes `#[tool]` alone",
                ),
                Err(_) => errors.syntax(error),
            }
            return fallback::bare(item, errors);
        }
    };
    let keys = Keys::parse(&GRAMMAR, keys, &mut errors);
    let sdk = handler::sdk(&keys, &handler::default_sdk());
    if let Some((path, _)) = &block.trait_ {
        errors.push(
            path,
            "`#[handlers]` goes on the `impl` block of a type, not of a trait",
            "write the methods in `impl Type { ... }`; they can call the trait's",
        );
        // Its methods are read for their marks, which nobody else takes off.
        block::methods(&mut block, &sdk, &mut Errors::default());
        return fallback::bare(&block, errors);
    }
    let methods = block::methods(&mut block, &sdk, &mut errors);
    block::check(&block, &methods, &mut errors);
    let layer = keys.layer(&mut errors);
    let client = keys.name("client");
    if client.is_some() {
        client::check(&methods, &mut errors);
    }
    let uris = block::uris(&block, &methods);
    let client = client.map(|name| client::expand(&name, &block, &methods, &sdk));
    let errors = errors.finish().err();
    let implementation = match errors {
        None => block::expand(&block, &methods, layer.as_ref(), &uris, &sdk),
        Some(_) => block::expand(&block, &[], None, &uris, &sdk),
    };
    quote!(#block #implementation #client #errors)
}
