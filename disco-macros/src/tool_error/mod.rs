//! `#[derive(ToolError)]`.

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, Fields, Ident};

use crate::attr::{Grammar, Keys, Takes};
use crate::diag::Errors;
use crate::handler;
use crate::place::ours;

mod case;
mod expand;

use case::Case;

/// What can be said of the whole type.
const GRAMMAR: Grammar =
    Grammar { attribute: "#[tool_error]", keys: &[("crate", Takes::Path)], has_leading: false };

/// An error, for which the derive says what a caller is told.
struct ToolError {
    ident: Ident,
    cases: Vec<Case>,
}

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    if let Some(parameter) = input.generics.params.first() {
        errors.push(
            parameter,
            "a tool error has no parameters",
            "it is found again by its type: use concrete types",
        );
    }
    let (sdk, cases) = match &input.data {
        Data::Enum(data) => {
            let keys = keys(&GRAMMAR, &input.attrs, &mut errors);
            let cases = data.variants.iter().map(|variant| {
                let keys = self::keys(&case::GRAMMAR, &variant.attrs, &mut errors);
                Case::parse(Some(&variant.ident), &variant.ident, &variant.fields, &keys, &mut errors)
            });
            (handler::sdk(&keys, &handler::default_sdk()), cases.collect())
        }
        Data::Struct(data) => {
            let keys = keys(&case::STRUCT_GRAMMAR, &input.attrs, &mut errors);
            let case = Case::parse(None, &input.ident, &data.fields, &keys, &mut errors);
            (handler::sdk(&keys, &handler::default_sdk()), vec![case])
        }
        Data::Union(data) => {
            errors.push(
                data.union_token,
                "a union is no error",
                "write an enum with a variant for each failure",
            );
            (handler::default_sdk(), Vec::new())
        }
    };
    let error = ToolError { ident: input.ident, cases };
    error.check(&mut errors);
    match errors.finish() {
        Ok(()) => crate::expansion::scope(&sdk, &expand::implementation(&error)),
        // Who prints it otherwise has an error that can be returned without this.
        Err(errors) if !error.has_messages() || !input.generics.params.is_empty() => errors,
        Err(errors) => {
            let scope = crate::expansion::scope(&sdk, &expand::refused(&error));
            ours!(#scope #errors)
        }
    }
}

impl ToolError {
    /// Whether the derive writes what is printed.
    fn has_messages(&self) -> bool {
        self.cases.iter().any(|case| case.message.is_some())
    }

    fn check(&self, errors: &mut Errors) {
        if !self.has_messages() {
            return;
        }
        for case in self.cases.iter().filter(|case| case.message.is_none()) {
            errors.push(
                &case.name,
                format!("`{}` has no message", case.name),
                "write `#[tool_error(message = \"...\")]` here too, or nowhere, and implement `Display`",
            );
        }
    }
}

/// All `#[tool_error(..)]` among the attributes.
fn keys(grammar: &Grammar, attributes: &[syn::Attribute], errors: &mut Errors) -> Keys {
    let ours = attributes.iter().filter(|attribute| attribute.path().is_ident("tool_error"));
    Keys::of_all(grammar, ours, "#[tool_error(message = \"...\")]", errors)
}

/// The names by which a message may call the fields.
fn bindings(fields: &Fields) -> Vec<Ident> {
    let names = fields.iter().enumerate().map(|(index, field)| {
        let span = field.ident.as_ref().map_or_else(proc_macro2::Span::call_site, Ident::span);
        field.ident.clone().unwrap_or_else(|| Ident::new(&format!("field{index}"), span))
    });
    names.collect()
}
