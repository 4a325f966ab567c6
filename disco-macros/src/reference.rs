//! The documentation of the attributes has every key that they take.

use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use crate::driver::attribute;
use crate::prompt::Prompt;
use crate::resource::Resource;
use crate::tool::Tool;

/// A key that is near to none, so that the answer to it names them all.
const NONE_OF_THEM: &str = "zzzzzzzzzzzz";

/// The keys that the compiler's message names.
fn keys(expanded: &TokenStream) -> Vec<String> {
    let text = expanded.to_string();
    let known = text.split(&format!("unknown key `{NONE_OF_THEM}`")).nth(1).expect("it is unknown");
    let known = known.split("expected ").nth(1).expect("it names what it expects");
    let known = known.split('"').next().unwrap_or_default();
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Fails when a key has no row in the page, a row has no default, no program of it uses the key, or no misuse shows what
/// the compiler says of it. `crate` is the same everywhere, so the program with it stands in the page of tools alone.
fn has_all(page: &str, expanded: &TokenStream) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../disco-sdk/src/docs").join(page);
    let text = std::fs::read_to_string(path).expect("the attribute has a page");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    let unsaid: Vec<&&str> = rows.iter().filter(|row| row.ends_with("| |")).collect();
    assert!(unsaid.is_empty(), "{page} does not say the default in {unsaid:?}");
    let programs: Vec<&str> = text.split("```").skip(1).step_by(2).collect();
    let has_word = |text: &str, key: &str| {
        text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == key)
    };
    let keys = keys(expanded);
    let missing: Vec<&String> = keys
        .iter()
        .filter(|key| !rows.iter().any(|row| row.contains(&format!("`{key}")) && has_word(row, key)))
        .collect();
    assert!(missing.is_empty(), "{page} has no row of {missing:?}");
    let unused: Vec<&String> = keys
        .iter()
        .filter(|key| *key != "crate" && !programs.iter().any(|program| has_word(program, key)))
        .collect();
    assert!(unused.is_empty(), "no program in {page} has {unused:?}");
    let misuses = attributes_of_misuses(page.trim_end_matches(".md"));
    let kept: Vec<&String> = keys.iter().filter(|key| *key != "crate" && !has_word(&misuses, key)).collect();
    assert!(kept.is_empty(), "no misuse beside {page} has {kept:?}");
}

/// The attributes in all misuses of one folder.
fn attributes_of_misuses(folder: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui").join(folder);
    let files = std::fs::read_dir(folder).expect("the attribute has misuses");
    let files = files.map(|file| file.expect("a file").path());
    let programs = files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    let programs = programs.map(|file| std::fs::read_to_string(file).expect("a text"));
    programs.flat_map(|text| attributes(&text.parse().expect("tokens"))).collect()
}

/// What stands in the brackets of attributes, anywhere.
fn attributes(tokens: &TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_attribute = false;
    for token in tokens.clone() {
        if let TokenTree::Group(group) = &token {
            match group.delimiter() {
                Delimiter::Bracket if is_attribute => found.push(format!("{} ", group.stream())),
                _ => found.extend(attributes(&group.stream())),
            }
        }
        is_attribute = matches!(&token, TokenTree::Punct(hash) if hash.as_char() == '#');
    }
    found
}

fn nothing_of_the_kind() -> TokenStream {
    NONE_OF_THEM.parse().expect("a word")
}

#[test]
fn of_a_tool() {
    let item = quote!(
        /// Adds.
        fn add() {}
    );
    has_all("tool.md", &attribute::<Tool>(nothing_of_the_kind(), &item));
}

#[test]
fn of_a_resource() {
    let key = nothing_of_the_kind();
    let item = quote!(
        /// It.
        fn it() -> String {}
    );
    has_all("resource.md", &attribute::<Resource>(quote!("a://b", #key), &item));
}

#[test]
fn of_a_prompt() {
    let item = quote!(
        /// It.
        fn it() -> String {}
    );
    has_all("prompt.md", &attribute::<Prompt>(nothing_of_the_kind(), &item));
}

#[test]
fn of_handlers() {
    has_all("handlers.md", &crate::handlers::attribute(nothing_of_the_kind(), &quote!(impl It {})));
}

#[test]
fn of_an_argument() {
    let key = nothing_of_the_kind();
    let item = quote!(
        /// Adds.
        fn add(#[arg(#key)] a: i64) {}
    );
    has_all("arg.md", &attribute::<Tool>(quote!(), &item));
}

#[test]
fn of_a_test() {
    let item = quote!(
        async fn it() {}
    );
    has_all("test.md", &crate::test::attribute(nothing_of_the_kind(), &item));
}

#[test]
fn of_a_form() {
    let key = nothing_of_the_kind();
    for item in [
        quote!(
            #[form(#key)]
            struct Form {
                a: bool,
            }
        ),
        quote!(
            struct Form {
                #[form(#key)]
                a: bool,
            }
        ),
        quote!(
            #[form(#key)]
            enum Form {
                A,
            }
        ),
        quote!(
            enum Form {
                #[form(#key)]
                A,
            }
        ),
    ] {
        has_all("form.md", &crate::form::derive(item));
    }
}

#[test]
fn of_an_error() {
    let key = nothing_of_the_kind();
    for item in [
        quote!(
            #[tool_error(#key)]
            struct Failure;
        ),
        quote!(
            #[tool_error(#key)]
            enum Failure {
                A,
            }
        ),
        quote!(
            enum Failure {
                #[tool_error(#key)]
                A,
            }
        ),
    ] {
        has_all("tool_error.md", &crate::tool_error::derive(item));
    }
}
