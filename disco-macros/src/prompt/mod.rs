//! `#[prompt]`.

mod check;
mod expand;
mod model;

use proc_macro2::TokenStream;

use crate::diag::Errors;
use crate::driver::Model;
use crate::expansion::Callee;
use crate::handler::{Function, Handler, Kind};
use crate::stub::Place;

pub(crate) use model::Prompt;

impl Model for Prompt {
    const KIND: Kind = Kind::Prompt;

    fn parse(keys: TokenStream, function: Function<'_>, errors: &mut Errors) -> Self {
        model::parse(keys, function, errors)
    }

    fn check(&self, errors: &mut Errors) {
        check::prompt(self, errors);
    }

    fn handler(&self) -> &Handler {
        &self.handler
    }

    fn value(&self, callee: &Callee) -> TokenStream {
        expand::value(self, callee)
    }

    fn item(&self, value: &TokenStream, stub: &TokenStream) -> TokenStream {
        expand::item(self, value, stub)
    }

    fn stub(&self, place: &Place) -> TokenStream {
        place.get(&self.handler)
    }
}
