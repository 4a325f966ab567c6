//! `#[handlers] impl T`: its marked methods, each handed to the files of its kind.

mod block;
mod client;
mod method;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, ItemImpl};

use crate::attr::{Grammar, Keys, Takes};
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
    let mut block = match syn::parse2::<ItemImpl>(item.clone()) {
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
    let methods = block::methods(&mut block, &sdk, &mut errors);
    block::check(&block, &methods, &mut errors);
    let client = keys.name("client");
    if client.is_some() {
        client::check(&methods, &mut errors);
    }
    if block.trait_.is_some() {
        return fallback::bare(&block, errors);
    }
    match errors.finish() {
        Ok(()) => {
            let layer = keys.expression("layer");
            let implementation = block::expand(&block, &methods, layer.as_ref(), &sdk);
            let client = client.map(|name| client::expand(&name, &block, &methods, &sdk));
            quote!(#block #implementation #client)
        }
        Err(errors) => {
            let implementation = block::expand(&block, &[], None, &sdk);
            quote!(#block #implementation #errors)
        }
    }
}
