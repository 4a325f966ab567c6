//! The `impl` block of `#[handlers]` as a whole.

use std::rc::Rc;

use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned;
use syn::{Expr, Ident, ImplItem, ImplItemFn, ItemImpl};

use super::method::{self, Method};
use crate::diag::Errors;
use crate::expansion::{Sibling, scope};
use crate::place::{at, ours};

/// Reads the marked methods, and takes their marks off.
pub(super) fn methods(block: &mut ItemImpl, sdk: &TokenStream, errors: &mut Errors) -> Vec<Method> {
    let methods = block.items.iter_mut().filter_map(|item| match item {
        ImplItem::Fn(method) => Method::parse(method, sdk, errors),
        _ => None,
    });
    methods.collect()
}

/// The rules for the block.
pub(super) fn check(block: &ItemImpl, methods: &[Method], errors: &mut Errors) {
    if methods.is_empty() {
        errors.push(
            &block.self_ty,
            "no method here is a tool, a resource or a prompt",
            "put `#[tool]` on one, or take `#[handlers]` away",
        );
    }
    doubles(methods, errors);
}

/// Two methods of one name. Those under `#[cfg]` may be alternatives; `build()` looks at them.
fn doubles(methods: &[Method], errors: &mut Errors) {
    let methods: Vec<&Method> = methods.iter().filter(|method| method.cfgs.is_empty()).collect();
    for (index, later) in methods.iter().enumerate() {
        let (kind, identity) = (later.model.kind(), later.model.identity());
        let is_same = |earlier: &&&Method| {
            earlier.model.kind() == kind
                && earlier.model.identity().key == identity.key
                && !identity.key.is_empty()
        };
        let Some(earlier) = methods.iter().take(index).find(is_same) else {
            continue;
        };
        let (words, other) = (identity.words, earlier.model.identity().words);
        let wrong = if words == other {
            format!("{kind} `{words}` is defined twice")
        } else {
            format!("{kind} `{words}` fits the same URIs as `{other}`")
        };
        let method = &earlier.model.handler().signature.ident;
        let help = format!("method `{method}` is this {kind} already: change one of the two");
        errors.push_at(identity.span, wrong, help);
    }
}

/// The implementation of `Handlers`.
pub(super) fn expand(
    block: &ItemImpl,
    methods: &[Method],
    layer: Option<&Expr>,
    uris: &TokenStream,
    sdk: &TokenStream,
) -> TokenStream {
    let self_ty = &block.self_ty;
    let (impl_generics, _, where_clause) = block.generics.split_for_impl();
    let predicates = where_clause.map(|clause| clause.predicates.iter()).into_iter().flatten();
    let shared = at(self_ty.span(), ours!(__private::Shared));
    let siblings: Rc<[Sibling]> = functions(block).filter_map(method::sibling).collect();
    let entries = methods.iter().map(|method| {
        let list = Ident::new(&format!("{}s", method.model.kind()), Span::mixed_site());
        let (cfgs, value) = (&method.cfgs, method.value(&siblings));
        ours! {
            #(#cfgs)*
            {
                let handler = { #value };
                __private::Vec::push(&mut catalog.#list, handler);
            }
        }
    });
    // What stands around all of them is put there once: they share it.
    let begin = layer.map(|_| ours!(let (outer, catalog) = (catalog, &mut __private::Catalog::default());));
    let end = layer.map(|layer| ours!(__private::surround(outer, catalog, &__private::layer(#layer));));
    let implementation = ours! {
        #[allow(deprecated, unused_qualifications)]
        impl #impl_generics __private::Handlers for #self_ty
        where
            #(#predicates,)*
            #self_ty: #shared,
        {
            fn handlers(self: __private::Arc<Self>, catalog: &mut __private::Catalog) {
                #begin
                #(#entries)*
                #end
            }
        }
    };
    scope(sdk, &ours!(#uris #implementation))
}

/// `note_uri` beside each resource `note`, unless the user has written such a function.
pub(super) fn uris(block: &ItemImpl, methods: &[Method]) -> TokenStream {
    let beside: Vec<TokenStream> = methods
        .iter()
        .filter_map(|method| {
            let (name, function) = method.model.beside()?;
            let cfgs = &method.cfgs;
            let is_taken = functions(block).any(|function| function.sig.ident == name);
            (!is_taken).then(|| ours!(#(#cfgs)* #function))
        })
        .collect();
    if beside.is_empty() {
        return TokenStream::new();
    }
    let self_ty = &block.self_ty;
    let (impl_generics, _, where_clause) = block.generics.split_for_impl();
    ours! {
        impl #impl_generics #self_ty #where_clause {
            #(#beside)*
        }
    }
}

fn functions(block: &ItemImpl) -> impl Iterator<Item = &ImplItemFn> {
    block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}
