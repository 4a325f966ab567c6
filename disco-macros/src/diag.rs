//! Errors: all mistakes of an item at once, each at the token to blame, with what to write instead.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

use crate::distance::distance;

/// All mistakes of one item.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Blames `tokens`: what is wrong, and what to write.
    pub(crate) fn push(&mut self, tokens: impl ToTokens, wrong: impl AsRef<str>, help: impl AsRef<str>) {
        self.0.push(syn::Error::new_spanned(tokens, message(wrong.as_ref(), help.as_ref())));
    }

    /// The same where there are no tokens, but a place.
    pub(crate) fn push_at(&mut self, span: Span, wrong: impl AsRef<str>, help: impl AsRef<str>) {
        self.0.push(syn::Error::new(span, message(wrong.as_ref(), help.as_ref())));
    }

    /// A mistake that syn has found.
    pub(crate) fn syntax(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    /// The errors as tokens, if there are any.
    pub(crate) fn finish(self) -> Result<(), TokenStream> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(self.0.iter().map(syn::Error::to_compile_error).collect())
    }
}

fn message(wrong: &str, help: &str) -> String {
    format!("{wrong}\nhelp: {help}")
}

/// "did you mean" the nearest of `known`, or all of them when none is near.
pub(crate) fn suggestion(word: &str, known: &[&str]) -> String {
    let near_enough = word.chars().count() / 3 + 1;
    let near = known
        .iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= near_enough)
        .min_by_key(|(distance, _)| *distance);
    if let Some((_, near)) = near {
        return format!("did you mean `{near}`?");
    }
    if let [only] = known {
        return format!("expected `{only}`");
    }
    let mut known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    known.sort_unstable();
    format!("expected one of {}", known.join(", "))
}
