//! What is left of an item that has errors: the item itself and a stand-in for what would have been
//! written beside it, so that those who use it do not fail as well.

use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::diag::Errors;
use crate::place::ours;

/// The item alone, where nothing may stand beside it.
pub(crate) fn bare(item: &impl ToTokens, errors: Errors) -> TokenStream {
    let errors = errors.finish().err();
    ours!(#item #errors)
}

/// A value that is never made.
pub(crate) fn value() -> TokenStream {
    ours!(__private::refused())
}
