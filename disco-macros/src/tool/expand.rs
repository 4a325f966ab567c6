//! What `#[tool]` writes.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::Tool;
use crate::argument::hygienic;
use crate::handler::{Callee, typed};

/// An expression: the tool.
pub(super) fn value(tool: &Tool, callee: &Callee) -> TokenStream {
    let handler = &tool.handler;
    let private = &handler.private;
    let name = &handler.name.text;
    let descriptions = handler.descriptions();
    let parameters = handler.signature.parameters.iter().map(|parameter| typed(parameter, "parameter", private));
    let output = output(tool);
    let body = body(tool, callee);
    let settings = handler.settings();
    let annotations = annotations(tool);
    quote! {{
        #(let #descriptions = #parameters;)*
        #output
        #private::Inputs::of([#(&#descriptions),*])
            .tool(#name, #body)
            #settings
            .with_output_schema(#private::Output::schema(&output))
            #annotations
    }}
}

fn output(tool: &Tool) -> TokenStream {
    let private = &tool.handler.private;
    let (result, span) = tool.handler.signature.result();
    let returned_output = Ident::new("returned_output", hygienic(span));
    let returned_parts = Ident::new("returned_parts", hygienic(span));
    quote! {
        let output = {
            #[allow(unused_imports)]
            use #private::{Infallible as _, TypedOutput as _};
            #private::Returned::<#result>::new().#returned_parts().#returned_output()
        };
    }
}

fn body(tool: &Tool, callee: &Callee) -> TokenStream {
    let handler = &tool.handler;
    let private = &handler.private;
    let descriptions = handler.descriptions();
    let values = handler.values();
    let indices = 0..values.len();
    let mutable = (!values.is_empty()).then(|| quote!(mut));
    let call = handler.call(callee);
    let finish = handler.boxed(&quote!(output.finish(#call)));
    let prepare = &callee.prepare;
    quote! {
        move |#mutable call| {
            #(let #values = #private::Arguments::take(&mut call, #indices, &#descriptions);)*
            if let (true, #(#private::Some(#values),)*) = (#private::Arguments::is_right(&call), #(#values,)*) {
                #prepare
                #finish
            } else {
                call.refuse()
            }
        }
    }
}

fn annotations(tool: &Tool) -> TokenStream {
    let hint = |given: bool, member: &str, value: bool| {
        given.then(|| {
            let member = Ident::new(member, Span::mixed_site());
            let private = &tool.handler.private;
            quote!(hints.#member = #private::Some(#value);)
        })
    };
    let read_only = hint(tool.read_only.is_some(), "read_only_hint", true);
    let destructive = hint(tool.destructive.is_some(), "destructive_hint", true);
    let idempotent = hint(tool.idempotent.is_some(), "idempotent_hint", true);
    let open_world = hint(tool.open_world.is_some(), "open_world_hint", true);
    let hints = [read_only, destructive, idempotent, open_world];
    if hints.iter().all(Option::is_none) {
        return TokenStream::new();
    }
    quote!(.with_annotations(|hints| { #(#hints)* }))
}

/// The type of the function's name, which is the tool, and its place in the registry.
pub(super) fn item(tool: &Tool, value: &TokenStream) -> TokenStream {
    let handler = &tool.handler;
    let private = &handler.private;
    let name = &handler.name.text;
    let type_name = &handler.type_name;
    let visibility = &handler.visibility;
    let marker = quote_spanned! {type_name.span()=>
        #[allow(non_camel_case_types, dead_code)]
        #[doc(hidden)]
        #visibility struct #type_name {}
    };
    quote! {
        #marker
        const _: () = {
            #[allow(deprecated)]
            impl #private::ToolFunction for #type_name {
                const NAME: &'static #private::str = #name;

                fn tool() -> #private::Tool {
                    #value
                }
            }

            #private::submit! {
                #private::registered::tool::<#type_name>(#private::module_path!(), #private::line!())
            }
        };
    }
}
