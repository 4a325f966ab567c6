//! `#[handlers(client = NotesClient)]`: a type that calls the methods of the block over a client.

use proc_macro2::{Span, TokenStream};
use syn::{GenericParam, Generics, Ident, ItemImpl, Lifetime, LifetimeParam, Visibility};

use super::method::Method;
use crate::diag::Errors;
use crate::expansion::scope;
use crate::place::{at, ours};
use crate::stub::Place;

/// The type, with a method for each tool and each prompt.
pub(super) fn expand(name: &Ident, block: &ItemImpl, methods: &[Method], sdk: &TokenStream) -> TokenStream {
    let self_ty = &block.self_ty;
    let visibility = widest(methods);
    let client = Lifetime::new("'__client", Span::mixed_site());
    let generics = with_lifetime(&block.generics, &client);
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let can_have = |method: &&Method| {
        let signature = &method.model.handler().signature;
        signature.is_concrete && signature.ident != "new"
    };
    let stubs = methods.iter().filter(can_have).filter_map(|method| {
        let cfgs = &method.cfgs;
        let stub = method.model.stub(&Place::on_client(method.model.handler(), self_ty));
        (!stub.is_empty()).then(|| ours!(#(#cfgs)* #stub))
    });
    let implementation = ours! {
        #[allow(clippy::too_many_arguments, dead_code, deprecated, private_bounds, private_interfaces)]
        impl #impl_generics #name #type_generics #where_clause {
            #[doc = "Calls over `client`."]
            #visibility fn new(client: &#client __private::Client) -> Self {
                #name(__private::Stubs::new(client))
            }

            #(#stubs)*
        }
    };
    // As a whole at the name, which is to blame when there is another type of that name.
    let definition = at(
        name.span(),
        ours!(#visibility struct #name #impl_generics (#sdk::__private::Stubs<#client, #self_ty>) #where_clause;),
    );
    let scope = scope(sdk, &implementation);
    ours! {
        #[doc = "Calls the handlers of a server by the names of their methods."]
        #[allow(dead_code, missing_debug_implementations, missing_copy_implementations, unreachable_pub)]
        #definition

        #scope
    }
}

/// No handler can have the name of what makes the client.
pub(super) fn check(methods: &[Method], errors: &mut Errors) {
    for method in methods {
        let ident = &method.model.handler().signature.ident;
        if ident == "new" {
            errors.push(
                ident,
                "the client of this block has a function `new` already, which makes it",
                "give the method another name, and it keeps its own with `name = \"new\"`",
            );
        }
    }
}

/// The generics of the block behind one lifetime more.
fn with_lifetime(generics: &Generics, lifetime: &Lifetime) -> Generics {
    let mut generics = generics.clone();
    generics.params.insert(0, GenericParam::Lifetime(LifetimeParam::new(lifetime.clone())));
    generics
}

/// The visibility of the method that most can see.
fn widest(methods: &[Method]) -> Visibility {
    let rank = |visibility: &&Visibility| match visibility {
        Visibility::Public(_) => 3,
        Visibility::Restricted(restricted) if restricted.path.is_ident("crate") => 2,
        Visibility::Restricted(_) => 1,
        Visibility::Inherited => 0,
    };
    let all = methods.iter().map(|method| &method.model.handler().visibility);
    all.max_by_key(rank).cloned().unwrap_or(Visibility::Inherited)
}
