//! What the macros write, compared with `expand/*.rs`, which are read in review.
//!
//! `UPDATE_EXPECT=1 cargo test -p disco-macros` writes them anew.

mod derive;
mod handlers;
mod prompt;
mod resource;
mod test;
mod tool;

use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use similar::TextDiff;

use crate::driver::attribute;
use crate::prompt::Prompt;
use crate::resource::Resource;
use crate::tool::Tool;

/// Compares an expansion with its file, and gives it as text.
fn expands_to(name: &str, tokens: TokenStream) -> String {
    let file = syn::parse2(tokens).expect("an expansion is a list of items");
    let written = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("expand").join(name).with_extension("rs");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &written).expect("the folder of the expansions is there");
        return written;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let diff = TextDiff::from_lines(&expected, &written);
    assert!(expected == written, "{name}:\n{}", diff.unified_diff());
    written
}

/// Where the words stand in the source that begin with `begin`.
fn places(tokens: TokenStream, begin: &str, places: &mut Vec<std::ops::Range<usize>>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => self::places(group.stream(), begin, places),
            TokenTree::Ident(ident) if ident.to_string().starts_with(begin) => {
                places.push(ident.span().byte_range());
            }
            _ => {}
        }
    }
}

#[test]
fn what_the_user_has_written_keeps_its_place() {
    let source =
        "/// Adds.\nfn user_add(user_one: UserNumber, user_two: UserNumber) -> UserSum { user_sum() }";
    let item = source.parse().expect("a function");
    let expanded = attribute::<Tool>(quote!(), &item);
    for (begin, least) in [("user_", 4), ("UserNumber", 2 * 3), ("UserSum", 2)] {
        let mut found = Vec::new();
        places(expanded.clone(), begin, &mut found);
        assert!(found.len() >= least, "{begin} stands in {} places", found.len());
        assert!(found.iter().all(|place| source[place.clone()].starts_with(begin)), "{begin}: {found:?}");
    }
}

#[test]
fn a_renamed_crate_is_named_and_no_other() {
    let item = quote! {
        /// Adds two numbers.
        #[doc = include_str!("add.md")]
        fn add(a: i64, #[arg(default = 1, range(..9))] b: i64) -> Result<i64> {
            Ok(a + b)
        }
    };
    let tool = attribute::<Tool>(quote!(crate = crate::sdk), &item);
    let resource = attribute::<Resource>(quote!("a://{a}{?b}", crate = crate::sdk), &item);
    let prompt = attribute::<Prompt>(quote!(crate = crate::sdk), &item);
    let block = quote!(impl Calculator { #[tool] #item });
    let handlers = crate::handlers::attribute(quote!(crate = crate::sdk), &block);
    let body = quote!(
        async fn works(client: Client) {}
    );
    let matrix = crate::test::attribute(quote!(server = server(), crate = crate::sdk), &body);
    for tokens in [tool, resource, prompt, handlers, matrix] {
        let text = tokens.to_string();
        assert!(text.contains("crate :: sdk :: __private") && !text.contains("disco_sdk"), "{text}");
    }
}
