//! `#[resource("uri://{variable}")]`.

mod check;
mod expand;
mod model;
mod template;
mod uri;

use proc_macro2::TokenStream;
use syn::{Ident, LitStr};

use crate::diag::Errors;
use crate::driver::{Identity, Model};
use crate::expansion::Callee;
use crate::handler::{Function, Handler, Kind};

pub(crate) use model::Resource;
pub(crate) use template::Role;

impl Model for Resource {
    const KIND: Kind = Kind::Resource;

    fn parse(keys: TokenStream, function: Function<'_>, errors: &mut Errors) -> Self {
        model::parse(keys, function, errors)
    }

    fn check(&self, errors: &mut Errors) {
        check::resource(self, errors);
    }

    fn handler(&self) -> &Handler {
        &self.handler
    }

    fn identity(&self) -> Identity {
        let key = self.template.as_ref().map(template::Template::shape).unwrap_or_default();
        let words = self.uri.as_ref().map(LitStr::value).unwrap_or_default();
        let span = self.uri.as_ref().map_or(self.handler.name.span, LitStr::span);
        Identity { key, words, span }
    }

    fn beside_method(&self) -> Option<(Ident, TokenStream)> {
        expand::beside_method(self)
    }

    fn value(&self, callee: &Callee) -> TokenStream {
        expand::value(self, callee)
    }

    fn item(&self, value: &TokenStream, _: &TokenStream) -> TokenStream {
        expand::item(self, value)
    }
}
