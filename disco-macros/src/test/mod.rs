//! `#[test]`: one body, a test for each cell of the matrix.

mod expand;
mod matrix;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, FnArg, Ident, Item, ItemFn};

use crate::attr::{Grammar, Keys, Takes};
use crate::body;
use crate::diag::Errors;
use crate::driver::what_it_is;
use crate::fallback;
use crate::handler;
use crate::place::head;

const GRAMMAR: Grammar = Grammar {
    attribute: "#[disco_sdk::test]",
    keys: &[
        ("answers", Takes::Expression),
        ("crate", Takes::Path),
        ("reader", Takes::Expression),
        ("server", Takes::Expression),
        ("since", Takes::Name),
        ("transports", Takes::List),
        ("until", Takes::Name),
    ],
    has_leading: false,
};

/// What is said of a test.
struct Test {
    sdk: TokenStream,
    server: Option<syn::Expr>,
    answers: Option<syn::Expr>,
    reader: Option<syn::Expr>,
    cells: Vec<matrix::Cell>,
}

/// `#[disco_sdk::test]`
pub(crate) fn attribute(keys: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let function = match body::function(item) {
        Ok(function) => function,
        Err(error) => {
            match syn::parse2::<Item>(item.clone()) {
                Ok(other) => errors.push(
                    head(item),
                    format!("`{}` goes on a function, not on {}", GRAMMAR.attribute, what_it_is(&other)),
                    "write it above `async fn ...`",
                ),
                Err(_) => errors.syntax(error),
            }
            return fallback::bare(item, errors);
        }
    };
    let keys = Keys::parse(&GRAMMAR, keys, &mut errors);
    let test = Test {
        sdk: handler::sdk(&keys, &handler::default_sdk()),
        server: keys.expression("server"),
        answers: keys.expression("answers"),
        reader: keys.expression("reader"),
        cells: matrix::cells(&keys, &mut errors),
    };
    if test.server.is_none() && keys.key("server").is_none() {
        errors.push(
            &function.sig.ident,
            "this test names no server",
            "write `#[disco_sdk::test(server = ...)]`: an expression that gives the `Server` under test",
        );
    }
    check(&function, &mut errors);
    match errors.finish() {
        Ok(()) => expand::test(&test, function),
        Err(errors) => expand::refused(function, &errors),
    }
}

fn check(function: &ItemFn, errors: &mut Errors) {
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        errors.push(
            signature.fn_token,
            "the body of a test is `async`",
            "write `async fn`: its client is awaited",
        );
    }
    if !signature.generics.params.is_empty() {
        errors.push(
            &signature.generics,
            "the body of a test cannot be generic",
            "every cell runs the same one: use concrete types",
        );
    }
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        errors.push(receiver, "the body of a test is no method", "write it outside of the `impl` block");
    }
    if let Some(other) = function.attrs.iter().find(|attribute| is_test(attribute)) {
        errors.push(other, "a test is marked twice", "take this away: each cell is a `#[test]` already");
    }
}

fn is_test(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "test")
}

/// Attributes that belong to each test, not to the body.
fn is_of_each(attribute: &Attribute) -> bool {
    ["ignore", "should_panic"].iter().any(|name| attribute.path().is_ident(name))
}

/// A name of our own making at the body's name, where errors and editors point.
fn named(text: &str, like: &Ident) -> Ident {
    Ident::new(text, Span::call_site().located_at(like.span()))
}
