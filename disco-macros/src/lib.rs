//! The attribute macros of `disco-sdk`. Their documentation stands on the re-exports there.
#![forbid(unsafe_code)]

mod argument;
mod attr;
mod body;
mod diag;
mod distance;
mod docs;
mod driver;
mod expansion;
mod fallback;
mod form;
mod handler;
mod handlers;
mod json_schema;
mod lints;
mod mark;
mod place;
mod prompt;
mod range;
mod resource;
mod signature;
mod stub;
mod tags;
mod test;
mod tool;
mod tool_error;

use proc_macro::TokenStream;

#[expect(missing_docs, reason = "documented where disco-sdk re-exports it")]
#[proc_macro_attribute]
pub fn tool(keys: TokenStream, item: TokenStream) -> TokenStream {
    driver::attribute::<tool::Tool>(keys.into(), &item.into()).into()
}

#[expect(missing_docs, reason = "documented where disco-sdk re-exports it")]
#[proc_macro_attribute]
pub fn resource(keys: TokenStream, item: TokenStream) -> TokenStream {
    driver::attribute::<resource::Resource>(keys.into(), &item.into()).into()
}

#[expect(missing_docs, reason = "documented where disco-sdk re-exports it")]
#[proc_macro_attribute]
pub fn prompt(keys: TokenStream, item: TokenStream) -> TokenStream {
    driver::attribute::<prompt::Prompt>(keys.into(), &item.into()).into()
}

#[expect(missing_docs, reason = "documented where disco-sdk re-exports it")]
#[proc_macro_attribute]
pub fn handlers(keys: TokenStream, item: TokenStream) -> TokenStream {
    handlers::attribute(keys.into(), &item.into()).into()
}

#[expect(missing_docs, reason = "documented where disco-sdk re-exports it")]
#[proc_macro_attribute]
pub fn test(keys: TokenStream, item: TokenStream) -> TokenStream {
    test::attribute(keys.into(), &item.into()).into()
}

#[expect(missing_docs, reason = "documented where disco-sdk re-exports it")]
#[proc_macro_derive(JsonSchema, attributes(schemars, serde, validate, garde))]
pub fn json_schema(input: TokenStream) -> TokenStream {
    json_schema::derive(input.into()).into()
}

#[expect(missing_docs, reason = "documented where disco-sdk re-exports it")]
#[proc_macro_derive(Form, attributes(form))]
pub fn form(input: TokenStream) -> TokenStream {
    form::derive(input.into()).into()
}

#[expect(missing_docs, reason = "documented where disco-sdk re-exports it")]
#[proc_macro_derive(ToolError, attributes(tool_error, source, from))]
pub fn tool_error(input: TokenStream) -> TokenStream {
    tool_error::derive(input.into()).into()
}

#[cfg(test)]
mod reference;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod tests;
