//! Doc comments as descriptions.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use crate::place::ours;

/// What the doc comments say; `None` when there are none.
///
/// An expression: one literal, or a `concat!` when some of it is `#[doc = include_str!(..)]`.
pub(crate) fn description(attributes: &[Attribute]) -> Option<TokenStream> {
    let mut pieces: Vec<Piece> = Vec::new();
    for value in attributes.iter().filter_map(doc) {
        match (value, pieces.last_mut()) {
            (Doc::Text(text), Some(Piece::Text(before))) => {
                before.push('\n');
                before.push_str(&text);
            }
            (Doc::Text(text), _) => pieces.push(Piece::Text(text)),
            (Doc::Expression(tokens), _) => pieces.push(Piece::Expression(tokens)),
        }
    }
    match pieces.as_slice() {
        [] => None,
        [Piece::Text(text)] if text.trim().is_empty() => None,
        [Piece::Text(text)] => Some(text.trim().to_token_stream()),
        pieces => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => format!("{}\n", text.trim()).to_token_stream(),
                Piece::Expression(tokens) => tokens.clone(),
            });
            Some(ours!(__private::concat!(#(#pieces),*)))
        }
    }
}

enum Piece {
    Text(String),
    Expression(TokenStream),
}

enum Doc {
    Text(String),
    Expression(TokenStream),
}

fn doc(attribute: &Attribute) -> Option<Doc> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    if !pair.path.is_ident("doc") {
        return None;
    }
    match &pair.value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(Doc::Text(plain(&text.value()))),
        other => Some(Doc::Expression(other.to_token_stream())),
    }
}

/// The text without the blank after `///`, and without the stars of `/** .. */`.
fn plain(text: &str) -> String {
    if !text.contains('\n') {
        return text.strip_prefix(' ').unwrap_or(text).trim_end().to_owned();
    }
    let lines = text.lines().map(|line| {
        let line = line.trim();
        let line = line.strip_prefix('*').unwrap_or(line);
        line.strip_prefix(' ').unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Whether it is `#[doc..]`.
pub(crate) fn is_doc(attribute: &Attribute) -> bool {
    attribute.path().is_ident("doc")
}
