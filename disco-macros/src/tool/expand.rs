//! What `#[tool]` writes.

use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned as _;

use super::{Task, Tool};
use crate::expansion::{Callee, From, described};
use crate::place::{as_if_at, ours};

/// The body of a block: the tool.
pub(super) fn value(tool: &Tool, callee: &Callee) -> TokenStream {
    let handler = &tool.handler;
    let name = &handler.name.text;
    let descriptions = handler.locals();
    let parameters = handler.signature.parameters.iter().map(|parameter| {
        let described = described(parameter, From::Json);
        let checked = tool.read_only.as_ref().map(|_| read_only(parameter.ty.span()));
        ours!(#described #checked)
    });
    let own = tool.read_only.as_ref().and(callee.blame).map(|at| {
        let (receiver, checked) = (as_if_at(at, ours!(__private::Receiver::<Self>::taken())), read_only(at));
        ours!(let _ = #receiver #checked;)
    });
    let (returned, output) = handler.output("returned_output");
    let call = handler.call(callee);
    let finish = handler.boxed(&ours!(output.finish(#call)));
    let body = handler.closure(callee, "Arguments", &finish);
    let settings = handler.settings();
    let annotations = annotations(tool);
    let (alias, deprecated) = (tool.alias.iter(), tool.deprecated.iter());
    let timeout = tool.timeout.iter();
    let settle = tool.settle.iter();
    let single_use = tool.single_use.as_ref().map(|_| ours!(.with_single_use()));
    let task = task(tool);
    ours! {
        #own
        #(let #descriptions = #parameters;)*
        #returned
        __private::Inputs::of(#name, [#(&#descriptions),*])
            .returning(#output)
            .tool(#body)
            #settings
            #annotations
            #(.with_alias(#alias))*
            #(.with_deprecated(#deprecated))*
            #(.with_timeout(#timeout))*
            #(.with_settle(#settle))*
            #single_use
            #task
    }
}

/// What is missed at a type that writes.
fn read_only(at: Span) -> TokenStream {
    let method = Ident::new("read_only_parameter", at);
    ours!(.#method())
}

fn task(tool: &Tool) -> TokenStream {
    let Some(start) = tool.task.as_ref().and_then(Task::start) else {
        return TokenStream::new();
    };
    let start = Ident::new(start, Span::mixed_site());
    ours!(.with_task(__private::TaskStart::#start))
}

fn annotations(tool: &Tool) -> TokenStream {
    let hints = [
        (&tool.read_only, "read_only_hint"),
        (&tool.destructive, "destructive_hint"),
        (&tool.idempotent, "idempotent_hint"),
        (&tool.open_world, "open_world_hint"),
    ];
    let given = hints.iter().filter(|(flag, _)| flag.is_some());
    let members: Vec<Ident> = given.map(|(_, member)| Ident::new(member, Span::mixed_site())).collect();
    if members.is_empty() {
        return TokenStream::new();
    }
    ours!(.with_annotations(|hints| { #(hints.#members = __private::Some(true);)* }))
}

/// The type of the function's name, which is the tool, and its place in the registry.
pub(super) fn item(tool: &Tool, value: &TokenStream, stub: &TokenStream) -> TokenStream {
    let handler = &tool.handler;
    let name = &handler.name.text;
    let members = ours! {
            const NAME: &'static __private::str = #name;

            fn tool() -> __private::Tool {
                #value
            }
    };
    handler.item("ToolFunction", "tool", &members, stub)
}
