//! Our tokens among the user's: names that cannot meet theirs, and places where errors point.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// `quote!` with locals of our own: a function called `output` is not hidden by our `let output`.
macro_rules! ours {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

pub(crate) use ours;

/// The same tokens, which rustc finds at `span` when something is wrong with them. They stay known as
/// ours, so that lints for what people write leave them alone.
pub(crate) fn at(span: Span, tokens: TokenStream) -> TokenStream {
    moved(tokens, &|ours| ours.located_at(span))
}

/// The same tokens, as if they stood at `span` in the source: rustc does not even mention the macro.
pub(crate) fn as_if_at(span: Span, tokens: TokenStream) -> TokenStream {
    moved(tokens, &|_| span)
}

fn moved(tokens: TokenStream, place: &dyn Fn(Span) -> Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), moved(group.stream(), place));
            moved.set_span(place(group.span()));
            TokenTree::Group(moved)
        }
        mut token => {
            token.set_span(place(token.span()));
            token
        }
    });
    tokens.collect()
}

/// `body` in delimiters that stand at `span`.
pub(crate) fn enclosed(span: Span, delimiter: Delimiter, body: TokenStream) -> TokenStream {
    let mut group = Group::new(delimiter, body);
    group.set_span(span);
    TokenTree::Group(group).into()
}

/// The first line of an item: without attributes, without its body.
pub(crate) fn head(item: &TokenStream) -> TokenStream {
    let mut tokens = item.clone().into_iter().peekable();
    while matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#') {
        tokens.next();
        tokens.next();
    }
    let is_body =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    tokens.take_while(|token| !is_body(token)).collect()
}
