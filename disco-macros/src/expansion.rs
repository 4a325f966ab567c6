//! What the expansions of all three kinds have in common.

use std::rc::Rc;

use proc_macro2::{Delimiter, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Ident, Path, Type};

use crate::handler::Handler;
use crate::place::{as_if_at, at, enclosed, ours};
use crate::resource::Role;
use crate::signature::{Parameter, Returned};

/// What stands around all that an expansion writes beside the user's item: a scope in which `__private`
/// is known, and with it all that an expansion may name.
pub(crate) fn scope(sdk: &TokenStream, items: &TokenStream) -> TokenStream {
    ours! {
        #[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
        const _: () = {
            use #sdk::__private::{self, questions::*};

            #items
        };
    }
}

/// The function that a handler calls.
pub(crate) struct Callee {
    /// `add`, or `Self::add`.
    pub(crate) function: TokenStream,
    /// `&this,` for methods.
    pub(crate) receiver: TokenStream,
    /// The `self` of a method, to be blamed.
    pub(crate) blame: Option<Span>,
    /// What has to be cloned for each call.
    pub(crate) prepare: TokenStream,
    /// The methods beside it that need the value.
    pub(crate) siblings: Rc<[Sibling]>,
}

/// A method that needs the value.
pub(crate) struct Sibling {
    pub(crate) ident: Ident,
    /// `&this,`
    pub(crate) receiver: TokenStream,
    pub(crate) parameters: Vec<Type>,
    pub(crate) is_async: bool,
}

impl Callee {
    /// A free function.
    pub(crate) fn free(ident: &Ident) -> Self {
        Self {
            function: ident.to_token_stream(),
            receiver: TokenStream::new(),
            blame: None,
            prepare: TokenStream::new(),
            siblings: Rc::default(),
        }
    }

    /// The function at `path`. `Self::titles` that needs the value gets it.
    pub(crate) fn bound(&self, path: &Path) -> TokenStream {
        let is_own =
            path.segments.len() == 2 && path.segments.first().is_some_and(|first| first.ident == "Self");
        let last = path.segments.last().filter(|_| is_own).map(|last| &last.ident);
        let Some(sibling) = last.and_then(|last| self.siblings.iter().find(|sibling| sibling.ident == *last))
        else {
            return path.to_token_stream();
        };
        let Sibling { receiver, parameters, is_async, .. } = sibling;
        let arguments: Vec<Ident> = (0..parameters.len())
            .map(|index| format_ident!("argument{index}", span = Span::mixed_site()))
            .collect();
        let dot_await = is_async.then(|| ours!(.await));
        ours! {
            {
                let this = __private::share(&self);
                move |#(#arguments: #parameters),*| {
                    let this = __private::share(&this);
                    async move { #path(#receiver #(#arguments),*) #dot_await }
                }
            }
        }
    }
}

/// Where a parameter is read from.
#[derive(Clone, Copy)]
pub(crate) enum From {
    /// JSON.
    Json,
    /// The text of an argument of a prompt.
    Prompt,
    /// A variable of a URI template, which stands there so.
    Template(Role),
    /// The call: it is a value of it.
    Call,
}

/// A parameter, and all that is said of it: `__private::parameter::<T, _>("id", "..")`.
pub(crate) fn described(parameter: &Parameter, from: From) -> TokenStream {
    let Parameter { name, ty, argument, description, .. } = parameter;
    let description = description.clone().unwrap_or_else(|| "".to_token_stream());
    let is_value = parameter.is_reference || argument.inject.is_some();
    let described = match from {
        From::Call => return quote_spanned!(ty.span()=> __private::from_call::<#ty>(#name)),
        _ if is_value => return quote_spanned!(ty.span()=> __private::from_call::<#ty>(#name)),
        From::Json => quote_spanned!(ty.span()=> __private::parameter::<#ty, _>(#name, #description)),
        From::Prompt => of_text(ty, name, &description, "OfPrompt", "text_parameter"),
        From::Template(role) => of_text(ty, name, &description, "OfTemplate", role.function()),
    };
    // What a setting demands of the type is missed at the type.
    let settings = argument.settings(ty);
    ours!(#described #settings)
}

/// A parameter that is read from text, by the function that demands more of how it is read. The first
/// way of reading that the type has is taken; that it has none, or the wrong one, is said at the type.
fn of_text(ty: &Type, name: &str, description: &TokenStream, place: &str, function: &str) -> TokenStream {
    let span = ty.span();
    let place = Ident::new(place, Span::mixed_site());
    let [function, source] = [function, "source"].map(|name| Ident::new(name, span));
    let ask = at(span, ours!(&&&&__private::Reading::<#ty, __private::#place>::ask()));
    let asked = enclosed(span, Delimiter::Parenthesis, ask);
    let given = enclosed(span, Delimiter::Parenthesis, TokenStream::new());
    let function = quote_spanned!(span=> __private::#function::<#ty, _>);
    ours!(#function(#name, #description, #asked.#source #given))
}

impl Handler {
    /// The name of the local that describes a parameter, and at each call of the value that it then has.
    pub(crate) fn locals(&self) -> Vec<Ident> {
        (0..self.signature.parameters.len())
            .map(|index| format_ident!("parameter{index}", span = Span::mixed_site()))
            .collect()
    }

    /// The call of the function, awaited if it is async.
    pub(crate) fn call(&self, callee: &Callee) -> TokenStream {
        let values =
            self.locals().into_iter().zip(&self.signature.parameters).map(|(value, parameter)| {
                if parameter.is_reference { ours!(&#value) } else { ours!(#value) }
            });
        let Callee { function, receiver, .. } = callee;
        let dot_await = self.signature.is_async.then(|| ours!(.await));
        ours!(#function(#receiver #(#values),*) #dot_await)
    }

    /// What the handler gives, on the heap; the finger of rustc points at the function's name when
    /// that cannot go from thread to thread.
    pub(crate) fn boxed(&self, body: &TokenStream) -> TokenStream {
        let span = self.signature.ident.span();
        let boxed = as_if_at(span, ours!(__private::boxed));
        let block = as_if_at(span, ours!(async move));
        let body = enclosed(span, Delimiter::Brace, body.clone());
        let future = enclosed(span, Delimiter::Parenthesis, ours!(#block #body));
        ours!(#boxed #future)
    }

    /// How the result becomes an answer: a statement, and the expression behind it. `step` is what it has
    /// to become, and its bound is stated here and nowhere else.
    pub(crate) fn output(&self, step: &str) -> (TokenStream, TokenStream) {
        let Returned { ty, value, error } = self.signature.returned();
        let ask = as_if_at(error, ours!(__private::Returned::<));
        let parts = as_if_at(error, ours!(>::ask().returned_parts()));
        // Not hygienic, because rustc would name the macro beside the type that is to blame.
        let (kept, step) = (Ident::new("returned_parts", value), Ident::new(step, value));
        (ours!(let #kept = #ask #ty #parts;), ours!(#kept.#step()))
    }

    /// What runs at each call: takes the parameters out of their slots, and calls the function if none
    /// is wrong. `slots` is the type of the call.
    pub(crate) fn closure(&self, callee: &Callee, slots: &str, finish: &TokenStream) -> TokenStream {
        let slots = Ident::new(slots, Span::mixed_site());
        let locals = self.locals();
        let indices = (0..locals.len()).map(Literal::usize_unsuffixed);
        let mutable = (!locals.is_empty()).then(|| ours!(mut));
        let prepare = &callee.prepare;
        ours! {
            move |output, #mutable call| {
                __private::take!(#slots call #(#indices #locals)*);
                #prepare
                #finish
            }
        }
    }

    /// `.with_title(..)` and the rest that all three kinds have.
    pub(crate) fn settings(&self) -> TokenStream {
        let title = self.title.iter();
        let description = self.description.iter();
        let (icon, audience) = (self.icon.iter(), self.audience.iter());
        let (tags, layer) = (&self.tags, self.layer.iter());
        ours! {
            #(.with_title(#title))*
            #(.with_description(#description))*
            #(.with_icon(#icon))*
            #(.with_audience(#audience))*
            #tags
            #(.with_wrapped(__private::layer(#layer)))*
            .with_origin(__private::origin!())
        }
    }

    /// `.with_completer(..)` for each argument that has one.
    pub(crate) fn completers(&self, callee: &Callee) -> TokenStream {
        let completed = self.signature.parameters.iter().filter_map(|parameter| {
            let complete = callee.bound(parameter.argument.complete.as_ref()?);
            let name = &parameter.name;
            Some(ours!(.with_completer(#name, #complete)))
        });
        completed.collect()
    }

    /// The type of the function's name, which is the handler, and its place in the registry.
    pub(crate) fn item(
        &self,
        function_trait: &str,
        entry: &str,
        members: &TokenStream,
        besides: &TokenStream,
    ) -> TokenStream {
        let Self { type_name, visibility, .. } = self;
        let function_trait = Ident::new(function_trait, Span::mixed_site());
        let entry = Ident::new(entry, Span::mixed_site());
        let braces = at(type_name.span(), ours!({}));
        let keyword = at(type_name.span(), ours!(struct));
        let scope = scope(
            &self.sdk,
            &ours! {
                impl __private::#function_trait for #type_name {
                    #members
                }

                #besides

                __private::submit!(__private::registered::#entry::<#type_name>(__private::origin!()));
            },
        );
        ours! {
            #[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
            #[doc(hidden)]
            #visibility #keyword #type_name #braces

            #scope
        }
    }
}
