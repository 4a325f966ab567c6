//! What `#[disco_sdk::test]` writes: the body inside a function that runs it in one cell, and beside that
//! a module of the same name with a test for each cell.

use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned as _;
use syn::{Attribute, FnArg, ItemFn, ReturnType};

use super::{Test, is_of_each, is_test, named};
use crate::place::{as_if_at, at, ours};

pub(super) fn test(test: &Test, mut body: ItemFn) -> TokenStream {
    let (of_each, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut body.attrs).into_iter().partition(is_of_each);
    let conditions: Vec<_> = kept.iter().filter(|one| one.path().is_ident("cfg")).collect();
    let visibility = body.vis.clone();
    body.vis = syn::Visibility::Inherited;
    let name = body.sig.ident.clone();
    let sdk = &test.sdk;
    let run = run(test, &body);
    let cells = cells(test, &name, &of_each);
    let name = at(name.span(), ours!(#name));
    ours! {
        #[allow(dead_code)]
        #(#kept)*
        #visibility fn #name(place: #sdk::__private::Place) {
            use #sdk::__private;
            #body
            #run
        }

        #(#conditions)*
        mod #name {
            #cells
        }
    }
}

/// Runs the body in the cell `place`.
fn run(test: &Test, body: &ItemFn) -> TokenStream {
    let name = &body.sig.ident;
    let values = body.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(parameter),
        FnArg::Receiver(_) => None,
    });
    let values = values.enumerate().map(|(at, parameter)| {
        let ty = &parameter.ty;
        let value = Ident::new(&format!("value{at}"), Span::mixed_site());
        // rustc points at the type, if it is none that a cell can give.
        let ask = as_if_at(ty.span(), ours!(__private::given::));
        (value, ours!(#ask<#ty>(cell)))
    });
    let (names, given): (Vec<_>, Vec<_>) = values.unzip();
    let server = &test.server;
    let answers = test.answers.iter();
    let reader = test.reader.iter();
    // And at the result, if it is none that a test can have.
    let judge = match &body.sig.output {
        ReturnType::Type(_, ty) => as_if_at(ty.span(), ours!(__private::judge::<#ty>)),
        ReturnType::Default => ours!(__private::judge::<()>),
    };
    ours! {
        let setup = __private::Setup::new(#server, place) #(.answers(#answers))* #(.reader(#reader))*;
        __private::run(place, setup, async |cell| {
            #(let #names = #given.await;)*
            let verdict = #name(#(#names),*).await;
            #judge(place, verdict);
        });
    }
}

fn cells(test: &Test, body: &Ident, of_each: &[Attribute]) -> TokenStream {
    let sdk = &test.sdk;
    let tests = test.cells.iter().map(|cell| {
        let name = named(&cell.name, body);
        let transport = Ident::new(cell.transport, Span::mixed_site());
        let version = Ident::new(cell.version, Span::mixed_site());
        ours! {
            #[::core::prelude::v1::test]
            #(#of_each)*
            fn #name() {
                super::#body(#sdk::__private::Place::new(
                    #sdk::__private::Transport::#transport,
                    #sdk::__private::Version::#version,
                ));
            }
        }
    });
    tests.collect()
}

/// The body alone, which nobody calls.
pub(super) fn refused(mut body: ItemFn, errors: &TokenStream) -> TokenStream {
    body.attrs.retain(|attribute| !is_of_each(attribute) && !is_test(attribute));
    ours! {
        #[allow(dead_code)]
        #body
        #errors
    }
}
