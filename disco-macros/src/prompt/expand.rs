//! What `#[prompt]` writes.

use proc_macro2::TokenStream;

use super::Prompt;
use crate::expansion::{Callee, From, described};
use crate::place::ours;

/// The body of a block: the prompt.
pub(super) fn value(prompt: &Prompt, callee: &Callee) -> TokenStream {
    let handler = &prompt.handler;
    let name = &handler.name.text;
    let descriptions = handler.locals();
    let parameters = handler.signature.parameters.iter().map(|parameter| described(parameter, From::Prompt));
    let (returned, output) = handler.output("returned_prompt");
    let call = handler.call(callee);
    let finish = handler.boxed(&ours!(output.finish(#call)));
    let body = handler.closure(callee, "Texts", &finish);
    let settings = handler.settings();
    let completers = handler.completers(callee);
    ours! {
        #(let #descriptions = #parameters;)*
        #returned
        __private::TextInputs::of([#(&#descriptions),*])
            .returning(#output)
            .prompt(#name, #body)
            #settings
            #completers
    }
}

/// The type of the function's name, which is the prompt, and its place in the registry.
pub(super) fn item(prompt: &Prompt, value: &TokenStream, stub: &TokenStream) -> TokenStream {
    let handler = &prompt.handler;
    let name = &handler.name.text;
    let members = ours! {
            const NAME: &'static __private::str = #name;

            fn prompt() -> __private::Prompt {
                #value
            }
    };
    handler.item("PromptFunction", "prompt", &members, stub)
}
