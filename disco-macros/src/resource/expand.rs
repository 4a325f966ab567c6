//! What `#[resource]` writes.

use proc_macro2::TokenStream;

use super::Resource;
use crate::expansion::{Callee, From, described};
use crate::place::ours;

/// The body of a block: the resource.
pub(super) fn value(resource: &Resource, callee: &Callee) -> TokenStream {
    let handler = &resource.handler;
    let (name, uri) = (&handler.name.text, resource.uri.iter());
    let descriptions = handler.descriptions();
    let parameters = handler.signature.parameters.iter().map(|parameter| {
        described(parameter, if parameter.looks_injected() { From::Call } else { From::Template })
    });
    let output = handler.output("returned_contents");
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
    let settings = handler.settings(callee);
    let completers = handler.completers();
    let (annotations, cache) = (resource.annotations.iter(), resource.cache.iter());
    ours! {
        #(let #descriptions = #parameters;)*
        #output
        #(let output = output.with_mime_type(#mime_type);)*
        __private::TextInputs::of([#(&#descriptions),*])
            .resource(#(#uri)*, #name, #body)
            .with_contents_type(output.mime_type())
            #settings
            #(.with_annotations(#annotations))*
            #(.with_cache(#cache))*
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
    handler.item("ResourceFunction", "resource", &members, &own_uri(resource))
}

/// `profile::uri(42)`.
fn own_uri(resource: &Resource) -> TokenStream {
    let Some(template) = &resource.template else {
        return TokenStream::new();
    };
    let handler = &resource.handler;
    let in_path =
        handler.signature.parameters.iter().filter(|parameter| template.in_path().contains(&parameter.name));
    let (idents, names): (Vec<_>, Vec<_>) =
        in_path.map(|parameter| (&parameter.ident, &parameter.name)).unzip();
    let (type_name, visibility) = (&handler.type_name, &handler.visibility);
    ours! {
        #[allow(dead_code)]
        impl #type_name {
            #[doc = "The URI of such a resource, without a query."]
            #visibility fn uri(#(#idents: impl __private::Display),*) -> __private::String {
                __private::expand(<Self as __private::ResourceFunction>::URI, &[#((#names, &#idents)),*])
            }
        }
    }
}
