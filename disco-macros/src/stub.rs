//! Typed calls: the methods that call a handler over a client.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::{Ident, Type};

use crate::driver::Model;
use crate::handler::{Handler, Kind};
use crate::place::{at, enclosed, ours};
use crate::signature::{Parameter, last_segment};

/// Where such a method stands.
pub(crate) struct Place {
    /// The client, as the method finds it, if that is not its first argument.
    client: TokenStream,
    /// What the method has before its arguments instead.
    receiver: TokenStream,
    /// Its name.
    method: Ident,
    /// What the types of the handler call `Self`.
    this: Option<TokenStream>,
}

impl Place {
    /// `add::call(&client, ..)`.
    pub(crate) fn beside(handler: &Handler) -> Self {
        let word = if handler.kind == Kind::Prompt { "get" } else { "call" };
        Self {
            client: TokenStream::new(),
            receiver: TokenStream::new(),
            method: Ident::new(word, Span::mixed_site()),
            this: None,
        }
    }

    /// `notes.read(..)`, where `this` is what has the method `read`.
    pub(crate) fn on_client(handler: &Handler, this: &Type) -> Self {
        Self {
            client: ours!((self.0.client)),
            receiver: ours!([&self]),
            method: handler.signature.ident.clone(),
            this: Some(this.to_token_stream()),
        }
    }

    /// `impl add { pub fn call(..) }`.
    pub(crate) fn stub(&self, model: &impl Model) -> TokenStream {
        let method = model.stub(self);
        if method.is_empty() || !model.handler().signature.is_concrete {
            return TokenStream::new();
        }
        let type_name = &model.handler().type_name;
        ours!(__private::stubs! { impl #type_name { #method } })
    }

    /// `pub fn call(&client, a: i64) -> i64`.
    pub(crate) fn call(&self, handler: &Handler) -> TokenStream {
        let Self { client, receiver, method, .. } = self;
        let (visibility, name) = (&handler.visibility, &handler.name.text);
        let arguments = arguments(handler).map(|parameter| {
            let Parameter { ident, name, .. } = parameter;
            let place = match &parameter.argument.flatten {
                Some(flatten) => flatten.to_token_stream(),
                None => name.to_token_stream(),
            };
            let ty = self.given(parameter);
            ours!(#ident #place #ty)
        });
        let value = self.known(handler.signature.answer());
        let body = ours!(#client #visibility fn #method #receiver (#(#arguments),*) -> #value = #name);
        written(handler, ours!(__private::stub!), body)
    }

    /// `pub fn get(&client, language: String)`.
    pub(crate) fn get(&self, handler: &Handler) -> TokenStream {
        let Self { client, receiver, method, .. } = self;
        let (visibility, name) = (&handler.visibility, &handler.name.text);
        let arguments = arguments(handler).enumerate().map(|(index, parameter)| {
            let Parameter { ident, name, .. } = parameter;
            let (ty, via) = (self.given(parameter), format_ident!("__Via{index}"));
            ours!(#ident #via #name #ty)
        });
        let body = ours!(#client #visibility fn #method #receiver (#(#arguments),*) = #name);
        written(handler, ours!(__private::get_stub!), body)
    }

    /// The type of the argument that is sent: what has a default need not be.
    fn given(&self, parameter: &Parameter) -> TokenStream {
        let ty = self.known(&parameter.ty);
        let may_be_absent = last_segment(&parameter.ty).is_some_and(|last| last == "Option");
        if parameter.argument.default.is_none() || may_be_absent {
            return ty;
        }
        ours!(__private::Option<#ty>)
    }

    /// The type by a name that is known here.
    fn known(&self, ty: impl ToTokens) -> TokenStream {
        match &self.this {
            Some(this) => without_self(ty.into_token_stream(), this),
            None => ty.into_token_stream(),
        }
    }
}

/// The method, which rustc finds at the function's name when its types are not kept.
fn written(handler: &Handler, by: TokenStream, body: TokenStream) -> TokenStream {
    let span = handler.signature.ident.span();
    let (by, body) = (at(span, by), enclosed(span, Delimiter::Brace, body));
    ours!(#by #body)
}

/// The parameters that a caller sends.
fn arguments(handler: &Handler) -> impl Iterator<Item = &Parameter> {
    handler.signature.parameters.iter().filter(|parameter| !parameter.looks_injected())
}

/// The same tokens with `this` for `Self`.
fn without_self(tokens: TokenStream, this: &TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut known = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let has_more =
                    matches!(tokens.peek(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':');
                let this = if has_more { ours!(<#this>) } else { this.clone() };
                known.extend(at(ident.span(), this));
            }
            TokenTree::Group(group) => {
                let inside = without_self(group.stream(), this);
                known.extend(enclosed(group.span(), group.delimiter(), inside));
            }
            token => known.extend([token]),
        }
    }
    known
}
