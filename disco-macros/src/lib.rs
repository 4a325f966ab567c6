//! The attribute macros of `disco-sdk`. Their documentation stands on the re-exports there.
#![forbid(unsafe_code)]

mod argument;
mod attr;
mod diag;
mod docs;
mod driver;
mod fallback;
mod handler;
mod signature;
mod tool;

use proc_macro::TokenStream;

#[expect(missing_docs, reason = "documented where disco-sdk re-exports it")]
#[proc_macro_attribute]
pub fn tool(keys: TokenStream, item: TokenStream) -> TokenStream {
    driver::attribute::<tool::Tool>(keys.into(), item.into()).into()
}
