//! Functions and blocks whose bodies are not looked at: what is half written there is rustc's to tell.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Attribute, Expr, ImplItem, ImplItemFn, ItemFn, ItemImpl, Signature, Stmt, Token, Visibility};

/// A free function.
pub(crate) fn function(item: &TokenStream) -> syn::Result<ItemFn> {
    let (hollow, body) = hollowed(item);
    let mut function: ItemFn = syn::parse2(hollow)?;
    function.block.stmts = vec![verbatim(body)];
    Ok(function)
}

/// An `impl` block.
pub(crate) fn block(item: &TokenStream) -> syn::Result<ItemImpl> {
    let (hollow, inside) = hollowed(item);
    let mut block: ItemImpl = syn::parse2(hollow)?;
    let items = |input: ParseStream<'_>| {
        block.attrs.extend(input.call(Attribute::parse_inner)?);
        while !input.is_empty() {
            block.items.push(one(input)?);
        }
        Ok(())
    };
    items.parse2(inside)?;
    Ok(block)
}

/// One item of a block. Only methods have bodies that are left alone.
fn one(input: ParseStream<'_>) -> syn::Result<ImplItem> {
    let ahead = input.fork();
    if head(&ahead).is_err() || !ahead.peek(syn::token::Brace) {
        return ImplItem::parse(input);
    }
    let _: TokenTree = ahead.parse()?;
    let mut tokens = TokenStream::new();
    while input.cursor() != ahead.cursor() {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    let (hollow, body) = hollowed(&tokens);
    let mut method: ImplItemFn = syn::parse2(hollow)?;
    method.block.stmts = vec![verbatim(body)];
    Ok(ImplItem::Fn(method))
}

/// All of a method before its body.
fn head(input: ParseStream<'_>) -> syn::Result<()> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    input.parse::<Option<Token![default]>>()?;
    input.parse::<Signature>().map(drop)
}

/// The item with empty braces at its end, and what stood in them.
fn hollowed(item: &TokenStream) -> (TokenStream, TokenStream) {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let mut inside = TokenStream::new();
    if let Some(TokenTree::Group(group)) = tokens.last_mut()
        && group.delimiter() == Delimiter::Brace
    {
        inside = group.stream();
        let mut empty = Group::new(Delimiter::Brace, TokenStream::new());
        empty.set_span(group.span());
        *group = empty;
    }
    (tokens.into_iter().collect(), inside)
}

fn verbatim(body: TokenStream) -> Stmt {
    Stmt::Expr(Expr::Verbatim(body), None)
}
