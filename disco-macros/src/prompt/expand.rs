//! What `#[prompt]` writes.

use proc_macro2::TokenStream;

use super::Prompt;
use crate::handler::{Callee, described};
use crate::place::ours;

/// An expression: the prompt.
pub(super) fn value(prompt: &Prompt, callee: &Callee) -> TokenStream {
    let handler = &prompt.handler;
    let private = &handler.private;
    let name = &handler.name.text;
    let descriptions = handler.descriptions();
    let parameters = handler
        .signature
        .parameters
        .iter()
        .map(|parameter| described(parameter, "prompt_parameter", false, private));
    let output = handler.output("returned_prompt");
    let call = handler.call(callee);
    let finish = handler.boxed(&ours!(output.finish(#call)));
    let body = handler.closure(callee, "Texts", &finish);
    let settings = handler.settings();
    let completers = handler.completers();
    ours! {{
        #(let #descriptions = #parameters;)*
        let output = #output;
        #private::TextInputs::of([#(&#descriptions),*])
            .prompt(#name, #body)
            #settings
            #completers
    }}
}

/// The type of the function's name, which is the prompt, and its place in the registry.
pub(super) fn item(prompt: &Prompt, value: &TokenStream) -> TokenStream {
    let handler = &prompt.handler;
    let private = &handler.private;
    let name = &handler.name.text;
    handler.item(
        "PromptFunction",
        "prompt",
        &ours! {
            const NAME: &'static #private::str = #name;

            fn prompt() -> #private::Prompt {
                #value
            }
        },
    )
}
