//! `#[handlers]`.

use quote::quote;

use super::expands_to;

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
