//! What the macros write, compared with `expand/*.rs`, which are read in review.
//!
//! `UPDATE_EXPECT=1 cargo test -p disco-macros` writes them anew.

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
fn a_template() {
    let item = quote! {
        /// A user's profile.
        async fn profile(id: u64, db: State<Db>, /** Which page. */ page: Option<u32>) -> Result<Json<Profile>> {
            db.profile(id, page).await
        }
    };
    expands_to(
        "template",
        attribute::<Resource>(
            quote!("users://{id}/profile{?page}", list = everybody, watch = profiles),
            &item,
        ),
    );
}

#[test]
fn a_fixed_resource() {
    let item = quote! {
        #[doc = include_str!("about.md")]
        fn about() -> &'static str {
            include_str!("about.md")
        }
    };
    expands_to(
        "fixed_resource",
        attribute::<Resource>(
            quote! {
                "about://server", mime_type = "text/markdown", cache = Cache::public(DAY),
                annotations = Annotations::default()
            },
            &item,
        ),
    );
}

#[test]
fn a_prompt() {
    let item = quote! {
        /// Asks for a review.
        fn review(
            /// Language of the code.
            #[arg(complete = languages)]
            language: String,
            code: Option<String>,
        ) -> String {
            format!("Review this {language} code: {code:?}")
        }
    };
    expands_to("prompt", attribute::<Prompt>(quote!(), &item));
}

#[test]
fn handlers_of_a_generic_value() {
    let item = quote! {
        impl<D: Db> Notes<D> {
            /// Reads a note.
            #[tool(read_only)]
            async fn read(&self, id: u64) -> Result<Note> {
                self.db.read(id).await
            }

            /// A note.
            #[resource("note://{id}")]
            #[cfg(feature = "resources")]
            async fn note(self: Arc<Self>, id: u64) -> Result<String> {
                self.db.text(id).await
            }

            /// Asks for a summary.
            #[prompt]
            fn summary() -> &'static str {
                "Sum up my notes."
            }

            fn no_handler(&self) {}
        }
    };
    expands_to("handlers_of_a_generic_value", crate::handlers::attribute(quote!(), &item));
}

#[test]
fn the_client_of_a_block() {
    let item = quote! {
        impl<D: Db> Notes<D> {
            /// Reads a note.
            #[tool(read_only)]
            pub(crate) async fn read(&self, db: State<D>, id: u64) -> Result<Note> {
                db.read(id).await
            }

            /// Joins two.
            #[tool]
            #[cfg(feature = "join")]
            pub fn join(other: Self, how: Option<String>) -> Vec<Self> {
                Self::joined(other, how)
            }

            /// Asks for a summary.
            #[prompt]
            fn summary(words: u8) -> String {
                format!("Sum up my notes in {words} words.")
            }
        }
    };
    let expanded = crate::handlers::attribute(quote!(client = NotesClient), &item);
    let file: syn::File = syn::parse2(expanded).expect("an expansion is a list of items");
    // What stands before it is the same as without a client.
    let client = &file.items[2..];
    expands_to("client_of_handlers", quote!(#(#client)*));
}

#[test]
fn handlers_with_all_that_needs_the_value() {
    let item = quote! {
        impl Shelf {
            /// A book.
            #[resource("book://{title}", list = Self::titles, watch = Self::changes)]
            fn book(self: &Arc<Self>, #[arg(complete = Self::titles_like)] title: String) -> String {
                self.text(&title)
            }

            async fn titles(&self) -> Vec<ResourceLink> {
                self.links()
            }

            fn changes(self: Arc<Self>) -> Changes {
                self.changed()
            }

            fn titles_like(&self, text: String) -> Vec<String> {
                self.like(&text)
            }
        }
    };
    expands_to("handlers_with_siblings", crate::handlers::attribute(quote!(layer = limited()), &item));
}

#[test]
fn a_template_of_many_variables() {
    let item = quote! {
        /// A file.
        fn file(kind: String, path: Vec<String>, #[arg(rename = "v", default)] version: u32) -> Vec<u8> {
            bytes(&kind, &path, version)
        }
    };
    expands_to(
        "template_of_many_variables",
        attribute::<Resource>(quote!("file://{kind:3}{/path*}{?v}"), &item),
    );
}

#[test]
fn a_resource_with_a_size() {
    let item = quote! {
        /// The logo.
        fn logo() -> Vec<u8> {
            LOGO.to_vec()
        }
    };
    expands_to(
        "resource_with_a_size",
        attribute::<Resource>(quote!("raw://logo", size = 4, crate = sdk), &item),
    );
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

#[test]
fn a_schema() {
    let item = quote! {
        /// A page of things.
        #[serde(rename_all = "camelCase")]
        #[clap(version)]
        pub struct Page<T> {
            /// The things.
            things: Vec<T>,
            #[clap(long)]
            next_page: Option<u32>,
        }
    };
    expands_to("schema", crate::json_schema::derive(item));
}

#[test]
fn a_form() {
    let item = quote! {
        struct Trip {
            /// Where to?
            city: String,
            #[form(range(1..=14), default = 2, title = "How long?")]
            nights: Option<u8>,
        }
    };
    expands_to("form", crate::form::derive(item));
}

#[test]
fn a_form_with_bounded_texts() {
    let item = quote! {
        #[form(rename_all = "camelCase")]
        struct Person {
            #[form(len(1..=80), default = "Ada")]
            first_name: String,
            #[form(format = "email", rename = "mail")]
            address: String,
        }
    };
    expands_to("form_with_bounded_texts", crate::form::derive(item));
}

#[test]
fn a_list_of_choices() {
    let item = quote! {
        #[form(rename_all = "lowercase")]
        enum Way {
            /// By train
            Train,
            Foot,
        }
    };
    expands_to("choices", crate::form::derive(item));
}

#[test]
fn an_error() {
    let item = quote! {
        enum NoteError {
            #[tool_error(message = "there is no note {id}", suggestion = "call `list`, not {id}")]
            NotFound { id: u64 },
            #[tool_error(code = "LOCKED", message = "{0} is writing", retryable)]
            InUse(String),
            #[tool_error(message = "not read")]
            Io(#[from] io::Error),
        }
    };
    expands_to("error", crate::tool_error::derive(item));
}

#[test]
fn an_error_of_one_kind() {
    let item = quote! {
        #[tool_error(code = "FULL", message = "{0} of {MOST} are used, {{all}} {1:?}", retryable)]
        struct Full(usize, #[source] io::Error);
    };
    expands_to("error_of_one_kind", crate::tool_error::derive(item));
}

#[test]
fn a_test_of_a_few_cells() {
    let keys = quote!(server = server(), answers = ada(), transports(memory, sse), since = V2025_11_25);
    let item = quote! {
        /// Greets.
        #[ignore = "slow"]
        pub(crate) async fn greets(client: Client, version: Version) -> Result<()> {
            client.call("greet", json!({})).await.map(drop)
        }
    };
    expands_to("test_of_a_few_cells", crate::test::attribute(keys, &item));
}

#[test]
fn a_test_has_a_cell_for_every_transport_and_every_revision_that_it_carries() {
    let item = quote!(
        async fn works() {}
    );
    let all = crate::test::attribute(quote!(server = server()), &item).to_string();
    assert_eq!(all.matches(":: prelude :: v1 :: test").count(), 19);
    let one = crate::test::attribute(
        quote!(server = server(), transports(http), since = V2025_06_18, until = V2025_06_18),
        &item,
    );
    assert_eq!(one.to_string().matches(":: prelude :: v1 :: test").count(), 1);
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
