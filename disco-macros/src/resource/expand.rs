//! What `#[resource]` writes.

use proc_macro2::{Span, TokenStream};
use quote::format_ident;
use syn::Ident;
use syn::ext::IdentExt;

use super::{Resource, Role, uri};
use crate::expansion::{Callee, From, described};
use crate::place::ours;

/// The body of a block: the resource.
pub(super) fn value(resource: &Resource, callee: &Callee) -> TokenStream {
    let handler = &resource.handler;
    let (name, uri) = (&handler.name.text, resource.uri.iter());
    let descriptions = handler.locals();
    let parameters = handler.signature.parameters.iter().map(|parameter| {
        let variable = resource.template.as_ref().and_then(|template| template.variable(&parameter.name));
        let role = variable.map_or(Role::Perhaps, |variable| variable.role);
        described(parameter, if parameter.looks_injected() { From::Call } else { From::Template(role) })
    });
    let (returned, output) = handler.output("returned_contents");
    let mime_type = resource.mime_type.iter();
    let call = handler.call(callee);
    let finish = handler.boxed(&ours!(output.finish(&uri, #call)));
    let body = handler.closure(
        callee,
        "Texts",
        &ours! {
            let uri = __private::Texts::uri(&call);
            #finish
        },
    );
    let settings = handler.settings();
    let completers = handler.completers(callee);
    let (annotations, cache) = (resource.annotations.iter(), resource.cache.iter());
    let size = resource.size.iter();
    let list = resource.list.iter().map(|path| callee.bound(path));
    let watch = resource.watch.iter().map(|path| callee.bound(path));
    ours! {
        #(let #descriptions = #parameters;)*
        #returned
        __private::TextInputs::of([#(&#descriptions),*])
            .returning(#output #(.with_mime_type(#mime_type))*)
            .resource(#(#uri)*, #name, #body)
            #settings
            #(.with_annotations(#annotations))*
            #(.with_cache(#cache))*
            #(.with_size(#size))*
            #(.with_list(#list))*
            #(.with_watch(#watch))*
            #completers
    }
}

/// The type of the function's name, which is the resource, and its place in the registry.
pub(super) fn item(resource: &Resource, value: &TokenStream) -> TokenStream {
    let handler = &resource.handler;
    let uri = resource.uri.as_ref().map(syn::LitStr::value).unwrap_or_default();
    let members = ours! {
        const URI: &'static __private::str = #uri;

        fn resource() -> __private::Resource {
            #value
        }
    };
    let type_name = &handler.type_name;
    let own_uri = uri::function(resource, &Ident::new("uri", Span::call_site()));
    let besides = ours! {
        impl #type_name {
            #own_uri
        }
    };
    handler.item("ResourceFunction", "resource", &members, &besides)
}

/// `Notes::note_uri(7)`, for the `impl` block of the value that has the method.
pub(super) fn beside_method(resource: &Resource) -> Option<(Ident, TokenStream)> {
    let ident = &resource.handler.signature.ident;
    let name = format_ident!("{}_uri", ident.unraw(), span = ident.span());
    let function = uri::function(resource, &name);
    (!function.is_empty()).then_some((name, function))
}
