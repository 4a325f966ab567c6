//! `#[derive(Form)]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Ident};

use crate::attr::{Grammar, Keys, Takes};
use crate::diag::Errors;
use crate::handler;
use crate::place::ours;

mod case;
mod choices;
mod fields;

/// What can be said of the whole type.
const GRAMMAR: Grammar = Grammar {
    attribute: "#[form]",
    keys: &[("crate", Takes::Path), ("enum_names", Takes::Flag), ("rename_all", Takes::Text)],
    has_leading: false,
};

/// `#[derive(Form)]`: a struct is a form, an enum a field of one.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let keys = keys(&GRAMMAR, &input.attrs, &mut errors);
    let sdk = handler::sdk(&keys, &handler::default_sdk());
    let case = case::Case::parse(&keys, &mut errors);
    if let Some(parameter) = input.generics.params.first() {
        errors.push(parameter, "a form has no parameters", "a person fills in one form: use concrete types");
    }
    let item = match &input.data {
        Data::Struct(data) => {
            if let Some(key) = keys.key("enum_names") {
                errors.push(key, "`enum_names` is for enums", "take it away");
            }
            fields::implementation(&input.ident, data, case, &mut errors)
        }
        Data::Enum(data) => {
            let has_enum_names = keys.key("enum_names").is_some();
            choices::implementation(&input.ident, data, case, has_enum_names, &mut errors)
        }
        Data::Union(data) => {
            errors.push(
                data.union_token,
                "a union cannot be asked for",
                "write a struct, whose fields are shown, or an enum, of which one is chosen",
            );
            TokenStream::new()
        }
    };
    match errors.finish() {
        Ok(()) => crate::expansion::scope(&sdk, &item),
        Err(errors) if !input.generics.params.is_empty() => errors,
        Err(errors) => {
            let scope = crate::expansion::scope(&sdk, &refused(&input));
            ours!(#scope #errors)
        }
    }
}

/// The same without what it does, so that those who ask for it do not fail as well.
fn refused(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    match input.data {
        Data::Struct(_) => ours! {
            impl __private::Form for #ident {
                fn schema() -> __private::FormSchema {
                    __private::refused()
                }

                fn read(_: __private::JsonMap) -> __private::StdResult<Self, __private::String> {
                    __private::refused()
                }
            }
        },
        Data::Enum(_) => ours! {
            impl __private::Field for #ident {
                fn field() -> __private::FieldSchema<Self> {
                    __private::refused()
                }

                fn read(_: __private::Option<__private::Value>) -> __private::StdResult<Self, __private::String> {
                    __private::refused()
                }

                fn write(&self) -> __private::Value {
                    __private::refused()
                }
            }
        },
        Data::Union(_) => TokenStream::new(),
    }
}

/// All `#[form(..)]` among the attributes.
fn keys(grammar: &Grammar, attributes: &[Attribute], errors: &mut Errors) -> Keys {
    let ours = attributes.iter().filter(|attribute| attribute.path().is_ident("form"));
    Keys::of_all(grammar, ours, "#[form(title = \"...\")]", errors)
}

/// A name on the wire, and the tokens to blame for it.
struct Name {
    text: String,
    blame: TokenStream,
}

impl Name {
    /// `rename`, or the Rust name in the case of all.
    fn of(keys: &Keys, ident: &Ident, otherwise: impl FnOnce(&str) -> String) -> Self {
        use syn::ext::IdentExt as _;
        match keys.text("rename") {
            Some(text) => Self { text: text.value(), blame: text.to_token_stream() },
            None => Self { text: otherwise(&ident.unraw().to_string()), blame: ident.to_token_stream() },
        }
    }

    /// Blames the second of two that are equal.
    fn check_distinct(names: &[Self], what: &str, errors: &mut Errors) {
        for (index, name) in names.iter().enumerate() {
            if name.text.is_empty() {
                errors.push(&name.blame, format!("a {what} needs a name"), "write at least one letter");
            }
            if names[..index].iter().any(|earlier| earlier.text == name.text) {
                errors.push(
                    &name.blame,
                    format!("two {what}s are called `{}`", name.text),
                    "give each its own name",
                );
            }
        }
    }
}
