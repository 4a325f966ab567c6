//! `#[tool]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::expands_to;
use crate::driver::attribute;
use crate::tool::Tool;

#[test]
fn a_plain_tool() {
    let item = quote! {
        /// Adds two numbers.
        pub async fn add(/** the first */ a: i64, b: Option<i64>) -> i64 {
            a + b.unwrap_or_default()
        }
    };
    expands_to("plain_tool", attribute::<Tool>(quote!(), &item));
}

#[test]
fn a_tool_that_says_everything() {
    let keys = quote! {
        name = "files.find", title = "Find files", read_only, idempotent, type = Find,
        icon = "https://example.org/find.png", audience = FINDERS, timeout = Duration::from_secs(5),
        alias = "search", deprecated = "use `files.glob`", tags("files", "search"), layer = limited(),
        settle = Duration::from_millis(50)
    };
    let item = quote! {
        /// Finds files.
        ///
        /// Below a folder.
        fn find(
            /// Where to look.
            #[arg(rename = "in", default = ".", len(1..=80), pattern = "^[a-z./]*$", example = "src")]
            folder: String,
            #[arg(one_of("name", "size"))] order: Option<String>,
            /// How many at most.
            #[arg(default = 10, range(1..=100), header = "Most")]
            most: u32,
            #[arg(flatten)] page: Page,
            #[arg(inject)] caller: Caller,
            context: &Context,
        ) -> Result<Vec<File>, io::Error> {
            search(&folder, most, caller, context)
        }
    };
    expands_to("tool_that_says_everything", attribute::<Tool>(keys, &item));
}

#[test]
fn a_tool_that_becomes_a_task_later() {
    let item = quote! {
        /// Copies a folder.
        async fn backup(context: Context, folder: String) -> Result<String> {
            context.begin_task().await?;
            copy(folder).await
        }
    };
    expands_to(
        "tool_that_becomes_a_task_later",
        attribute::<Tool>(quote!(task = "later", single_use), &item),
    );
}

#[test]
fn a_tool_that_may_be_a_task() {
    let item = quote! {
        /// Builds.
        async fn build() -> Result<()> {
            make().await
        }
    };
    expands_to("tool_that_may_be_a_task", attribute::<Tool>(quote!(task), &item));
}

#[test]
fn a_tool_that_is_always_a_task() {
    let item = quote! {
        fn build(#[arg(default, description = "What to build.")] what: String) -> Result<()> {
            make(&what)
        }
    };
    expands_to(
        "tool_that_is_always_a_task",
        attribute::<Tool>(quote!(task = "required", description = "Builds.", open_world), &item),
    );
}

/// What a macro adds to an item, inner macros left, in lines.
fn added_to(name: &str, item: &TokenStream) -> usize {
    let written = expands_to(name, attribute::<Tool>(quote!(), item));
    let plain = prettyplease::unparse(&syn::parse_quote!(#item));
    written.lines().count() - plain.lines().count()
}

#[test]
fn a_tool_without_anything() {
    let item = quote! {
        /// Does nothing.
        fn nothing() {}
    };
    let added = added_to("tool_without_anything", &item);
    assert!(added < 30, "{added} lines beside the function");
}

#[test]
fn a_tool_of_one_line() {
    let item = quote! {
        /// Adds two numbers.
        fn add(a: i64, b: i64) -> i64 {
            a + b
        }
    };
    let added = added_to("tool_of_one_line", &item);
    assert!(added < 30, "{added} lines beside the function");
}

#[test]
fn what_is_left_of_a_wrong_tool() {
    let item = quote! {
        fn add(#[arg(defualt = 1)] a: i64, b: &str) -> i64 {
            a + b.len()
        }
    };
    expands_to("what_is_left_of_a_wrong_tool", attribute::<Tool>(quote!(nam = "sum"), &item));
}
