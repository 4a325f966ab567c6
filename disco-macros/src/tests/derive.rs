//! The derives.

use quote::quote;

use super::expands_to;

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
