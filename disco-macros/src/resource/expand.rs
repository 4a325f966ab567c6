//! What `#[resource]` writes.

use proc_macro2::TokenStream;

use super::Resource;
use crate::handler::{Callee, described};
use crate::place::ours;

/// An expression: the resource.
pub(super) fn value(resource: &Resource, callee: &Callee) -> TokenStream {
    let handler = &resource.handler;
    let private = &handler.private;
    let (name, uri) = (&handler.name.text, resource.uri.iter());
    let descriptions = handler.descriptions();
    let parameters = handler.signature.parameters.iter().map(|parameter| {
        let is_injected = parameter.looks_injected();
        described(parameter, "variable", is_injected, private)
    });
    let output = handler.output("returned_contents");
    let mime_type = resource.mime_type.iter();
    let call = handler.call(callee);
    let finish = handler.boxed(&ours!(output.finish(&uri, #call)));
    let body = handler.closure(
        callee,
        "Texts",
        &ours! {
            let uri = #private::Texts::uri(&call);
            #finish
        },
    );
    let settings = handler.settings();
    let completers = handler.completers();
    ours! {{
        #(let #descriptions = #parameters;)*
        let output = #output #(.with_mime_type(#mime_type))*;
        #private::TextInputs::of([#(&#descriptions),*])
            .resource(#(#uri)*, #name, #body)
            .with_contents_type(output.mime_type())
            #settings
            #completers
    }}
}

/// The type of the function's name, which is the resource, and its place in the registry.
pub(super) fn item(resource: &Resource, value: &TokenStream) -> TokenStream {
    let handler = &resource.handler;
    let private = &handler.private;
    let uri = resource.uri.as_ref().map(syn::LitStr::value).unwrap_or_default();
    handler.item(
        "ResourceFunction",
        "resource",
        &ours! {
            const URI: &'static #private::str = #uri;

            fn resource() -> #private::Resource {
                #value
            }
        },
    )
}
