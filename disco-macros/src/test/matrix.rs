//! Which cells a test has.

use proc_macro2::{Ident, TokenStream};
use syn::Token;
use syn::parse::Parser;
use syn::punctuated::Punctuated;

use crate::attr::Keys;
use crate::diag::{Errors, suggestion};

/// The variants of `Transport`, and what users call them.
const TRANSPORTS: [(&str, &str); 4] =
    [("memory", "Memory"), ("stdio", "Stdio"), ("http", "Http"), ("sse", "Sse")];
/// The variants of `Version`, oldest first.
const VERSIONS: [&str; 5] = ["V2024_11_05", "V2025_03_26", "V2025_06_18", "V2025_11_25", "V2026_07_28"];
/// How many of them begin with `initialize`; HTTP+SSE carries no other.
const LEGACY: usize = 4;

/// One test: the variants of its transport and its revision, and its name.
pub(super) struct Cell {
    pub(super) transport: &'static str,
    pub(super) version: &'static str,
    pub(super) name: String,
}

pub(super) fn cells(keys: &Keys, errors: &mut Errors) -> Vec<Cell> {
    let chosen = transports(keys.list("transports"), errors);
    let since = version(keys, "since", errors).unwrap_or(0);
    let until = version(keys, "until", errors).unwrap_or(VERSIONS.len() - 1);
    let mut cells = Vec::new();
    for (word, transport) in TRANSPORTS.into_iter().filter(|(word, _)| chosen.contains(word)) {
        let carried = if word == "sse" { LEGACY } else { VERSIONS.len() };
        let carried = VERSIONS.iter().enumerate().take(carried);
        for (_, version) in carried.filter(|(at, _)| (since..=until).contains(at)) {
            let name = format!("{word}_{}", version.trim_start_matches('V'));
            cells.push(Cell { transport, version, name });
        }
    }
    let blame = ["since", "until", "transports"].iter().find_map(|key| keys.key(key));
    if let (true, false, Some(key)) = (cells.is_empty(), chosen.is_empty(), blame) {
        errors.push(
            key,
            "no cell of the matrix is left",
            "let `since` come before `until`; `sse` carries nothing later than V2025_11_25",
        );
    }
    cells
}

fn transports(list: Option<TokenStream>, errors: &mut Errors) -> Vec<&'static str> {
    let all = TRANSPORTS.map(|(word, _)| word);
    let Some(list) = list else {
        return all.to_vec();
    };
    let words = match Punctuated::<Ident, Token![,]>::parse_terminated.parse2(list) {
        Ok(words) => words,
        Err(error) => {
            errors.syntax(error);
            return Vec::new();
        }
    };
    let mut chosen = Vec::new();
    for word in &words {
        let text = word.to_string();
        match all.iter().find(|known| **known == text) {
            None => errors.push(word, format!("unknown transport `{text}`"), suggestion(&text, &all)),
            Some(known) if chosen.contains(known) => {
                errors.push(word, format!("`{text}` is given twice"), "keep one");
            }
            Some(known) => chosen.push(*known),
        }
    }
    chosen
}

/// Where the revision of `key` stands among all.
fn version(keys: &Keys, key: &str, errors: &mut Errors) -> Option<usize> {
    let path = keys.path(key)?;
    let text = path.get_ident()?.to_string();
    let found = VERSIONS.iter().position(|version| *version == text);
    if found.is_none() {
        errors.push(&path, format!("unknown revision `{text}`"), suggestion(&text, &VERSIONS));
    }
    found
}
