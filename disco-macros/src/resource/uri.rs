//! `profile::uri(42)` and `Notes::note_uri(7)`: the function that writes the URI of a resource.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::{Ident, LitStr};

use super::Resource;
use crate::place::ours;
use crate::signature::{Parameter, last_segment};

/// The function of this name; nothing if the template is wrong.
///
/// It takes the values of the variables as the handler does. Whether they can be written is asked only
/// where it is called: a generic parameter keeps the bound from being looked at before.
pub(super) fn function(resource: &Resource, name: &Ident) -> TokenStream {
    let (Some(template), Some(uri)) = (&resource.template, &resource.uri) else {
        return TokenStream::new();
    };
    if !resource.handler.signature.is_concrete {
        return TokenStream::new();
    }
    let is_variable = |parameter: &&Parameter| template.variable(&parameter.name).is_some();
    let parameters: Vec<&Parameter> =
        resource.handler.signature.parameters.iter().filter(is_variable).collect();
    let idents: Vec<&Ident> = parameters.iter().map(|parameter| &parameter.ident).collect();
    let types: Vec<_> = parameters.iter().map(|parameter| &parameter.ty).collect();
    let taken = parameters.iter().map(|parameter| taken(parameter));
    let names = parameters.iter().map(|parameter| LitStr::new(&parameter.name, Span::mixed_site()));
    let vias: Vec<Ident> =
        (0..parameters.len()).map(|index| format_ident!("Via{index}", span = Span::mixed_site())).collect();
    let owned = parameters.iter().filter(|parameter| is_text(parameter)).map(|parameter| {
        let (ident, ty) = (&parameter.ident, &parameter.ty);
        ours!(let #ident: #ty = __private::Into::into(#ident);)
    });
    let visibility = &resource.handler.visibility;
    ours! {
        #[doc = "The URI of such a resource."]
        #[allow(dead_code, clippy::needless_pass_by_value, clippy::too_many_arguments, clippy::must_use_candidate)]
        #visibility fn #name<#(#vias),*>(#(#idents: #taken),*) -> __private::String
        where
            #(#types: __private::WrittenInUri<#vias>,)*
        {
            #(#owned)*
            __private::uri(#uri, __private::vec![
                #((#names, <#types as __private::WrittenInUri<#vias>>::written(&#idents))),*
            ])
        }
    }
}

/// What is taken for a parameter: of texts and paths, all that becomes one.
fn taken(parameter: &Parameter) -> TokenStream {
    let ty = &parameter.ty;
    if is_text(parameter) { ours!(impl __private::Into<#ty>) } else { ty.to_token_stream() }
}

fn is_text(parameter: &Parameter) -> bool {
    last_segment(&parameter.ty).is_some_and(|last| last == "String" || last == "PathBuf")
}
