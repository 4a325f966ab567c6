//! Every refusal of the macros is shown by a misuse in `tests/ui`, so that its words are read in review.

use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// All of the files below a folder that end so, one behind the other.
fn files(folder: &Path, end: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, end, found);
        } else if path.extension().is_some_and(|extension| extension == end) {
            found.push(fs::read_to_string(&path).expect("a text"));
        }
    }
}

/// The words of each `errors.push(token, "words", ..)` and each `mistake("words", ..)`.
fn refusals(tokens: TokenStream, found: &mut Vec<String>) {
    let mut before = [String::new(), String::new(), String::new()];
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            let [errors, dot, method] = &before;
            let is_call = group.delimiter() == Delimiter::Parenthesis;
            let index = match (errors.as_str(), dot.as_str(), method.as_str()) {
                ("errors", ".", "push" | "push_at") if is_call => Some(1),
                (.., "mistake") if is_call => Some(0),
                _ => None,
            };
            match index.and_then(|index| argument(group.stream(), index)).and_then(literal) {
                Some(words) => found.push(words),
                None => refusals(group.stream(), found),
            }
        }
        before.rotate_left(1);
        before[2] = token.to_string();
    }
}

/// One argument of a call.
fn argument(arguments: TokenStream, index: usize) -> Option<TokenStream> {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let tokens: Vec<TokenTree> = arguments.into_iter().collect();
    Some(tokens.split(is_comma).nth(index)?.iter().cloned().collect())
}

/// The first text in it.
fn literal(tokens: TokenStream) -> Option<String> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => literal(group.stream()),
        TokenTree::Literal(literal) => {
            syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|text| text.value())
        }
        _ => None,
    })
}

/// The longest part of a format without anything to fill in.
fn fixed(words: &str) -> String {
    let parts = words.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let parts = parts.split('{').map(|part| part.rsplit('}').next().unwrap_or(part));
    let longest = parts.max_by_key(|part| part.len()).unwrap_or_default();
    longest.replace('\u{1}', "{").replace('\u{2}', "}")
}

#[test]
fn each_is_shown_by_a_misuse() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut sources, mut told) = (Vec::new(), Vec::new());
    files(&root.join("src"), "rs", &mut sources);
    files(&root.join("../tests/ui"), "stderr", &mut told);
    let mut found = Vec::new();
    for source in sources {
        refusals(source.parse().expect("Rust"), &mut found);
    }
    assert!(found.len() > 60, "only {} refusals were found", found.len());
    let is_shown = |words: &&String| told.iter().any(|message| message.contains(fixed(words).trim()));
    let unshown: Vec<&String> = found.iter().filter(|words| !is_shown(words)).collect();
    assert!(unshown.is_empty(), "no file in tests/ui shows {unshown:#?}");
}
