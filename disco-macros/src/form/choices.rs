//! An enum, one of whose variants is chosen.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{DataEnum, Fields, Ident, LitStr};

use super::Name;
use super::case::Case;
use crate::attr::{Grammar, Takes};
use crate::diag::Errors;
use crate::docs;
use crate::place::ours;

const GRAMMAR: Grammar = Grammar {
    attribute: "#[form]",
    keys: &[("rename", Takes::Text), ("title", Takes::Text)],
    has_leading: false,
};

pub(super) fn implementation(
    ident: &Ident,
    data: &DataEnum,
    case: Case,
    has_enum_names: bool,
    errors: &mut Errors,
) -> TokenStream {
    if data.variants.is_empty() {
        errors.push(ident, "there is nothing to choose", "write at least one variant");
    }
    let (mut names, mut titles) = (Vec::new(), Vec::new());
    for variant in &data.variants {
        let keys = super::keys(&GRAMMAR, &variant.attrs, errors);
        if !matches!(variant.fields, Fields::Unit) {
            errors.push(
                &variant.fields,
                "a choice holds no data",
                "ask for what belongs to it with a second question",
            );
        }
        names.push(Name::of(&keys, &variant.ident, |name| case.apply(name)));
        let title = keys.text("title").as_ref().map(LitStr::to_token_stream);
        let title = title.or_else(|| docs::description(&variant.attrs));
        let some = |title: TokenStream| ours!(__private::Some(#title));
        titles.push(title.map_or_else(|| ours!(__private::None), some));
    }
    Name::check_distinct(&names, "choice", errors);
    let names: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
    let variants: Vec<&Ident> = data.variants.iter().map(|variant| &variant.ident).collect();
    ours! {
        #[allow(deprecated)]
        impl __private::Choice for #ident {
            const OPTIONS: __private::Options =
                __private::Options { all: &[#((#names, #titles)),*], has_enum_names: #has_enum_names };

            fn named(name: &__private::str) -> __private::Option<Self> {
                match name {
                    #(#names => __private::Some(Self::#variants),)*
                    _ => __private::None,
                }
            }

            fn name(&self) -> &'static __private::str {
                match self {
                    #(Self::#variants => #names,)*
                }
            }
        }

        impl __private::Field for #ident {
            fn field() -> __private::FieldSchema<Self> {
                <Self as __private::Choice>::one()
            }

            fn read(value: __private::Option<__private::Value>) -> __private::StdResult<Self, __private::String> {
                <Self as __private::Choice>::read_one(value)
            }

            fn write(&self) -> __private::Value {
                __private::Choice::name(self).into()
            }
        }
    }
}
