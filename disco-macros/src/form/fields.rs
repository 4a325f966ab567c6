//! A struct, whose fields are shown.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::{DataStruct, Expr, Field, Fields, Ident};

use super::Name;
use super::case::Case;
use crate::argument::value_of;
use crate::attr::{Grammar, Keys, Takes};
use crate::diag::{Errors, suggestion};
use crate::docs;
use crate::place::{as_if_at, ours};
use crate::range;

const GRAMMAR: Grammar = Grammar {
    attribute: "#[form]",
    keys: &[
        ("default", Takes::Expression),
        ("description", Takes::Text),
        ("format", Takes::Text),
        ("len", Takes::List),
        ("range", Takes::List),
        ("rename", Takes::Text),
        ("title", Takes::Text),
    ],
    has_leading: false,
};

/// The formats that forms have. Specification: `StringSchema`.
const FORMATS: [&str; 4] = ["email", "uri", "date", "date-time"];

pub(super) fn implementation(
    ident: &Ident,
    data: &DataStruct,
    case: Case,
    errors: &mut Errors,
) -> TokenStream {
    if let Fields::Unnamed(fields) = &data.fields {
        errors.push(fields, "the fields of a form have names", "write `{ name: Type }`");
    }
    let (mut names, mut schemas, mut reads) = (Vec::new(), Vec::new(), Vec::new());
    for field in &data.fields {
        let Some(ident) = &field.ident else {
            continue;
        };
        let keys = super::keys(&GRAMMAR, &field.attrs, errors);
        let name = Name::of(&keys, ident, |name| case.apply(name));
        let (text, ty) = (&name.text, &field.ty);
        // Both ask for the trait in the same words at the same place, so that rustc says it once.
        let as_field = |tokens| as_if_at(ty.span(), ours!(<#ty as __private::Field>::#tokens));
        let (field_of_type, read_of_type) = (as_field(ours!(field())), as_field(ours!(read)));
        let settings = settings(field, &keys, errors);
        schemas.push(ours!(.with(#text, #field_of_type #settings)));
        reads.push(ours!(#ident: __private::filled_in(#text, #read_of_type(content.remove(#text)))?));
        names.push(name);
    }
    Name::check_distinct(&names, "field", errors);
    let mutable = (!names.is_empty()).then(|| ours!(mut));
    ours! {
        #[allow(deprecated, unused_qualifications)]
        impl __private::Form for #ident {
            fn schema() -> __private::FormSchema {
                __private::FormSchema::new() #(#schemas)*
            }

            #[allow(unused_variables)]
            fn read(#mutable content: __private::JsonMap) -> __private::StdResult<Self, __private::String> {
                __private::Ok(Self { #(#reads),* })
            }
        }
    }
}

/// `.with_title(..)` and the rest.
fn settings(field: &Field, keys: &Keys, errors: &mut Errors) -> TokenStream {
    let mut settings = TokenStream::new();
    let title = keys.text("title").into_iter();
    let description = keys.text("description").map(|text| text.to_token_stream());
    let description = description.or_else(|| docs::description(&field.attrs)).into_iter();
    settings.extend(ours!(#(.with_title(#title))* #(.with_description(#description))*));
    if let Some(format) = keys.text("format") {
        let word = format.value();
        if !FORMATS.contains(&word.as_str()) {
            errors.push(&format, format!("forms have no format `{word}`"), suggestion(&word, &FORMATS));
        }
        settings.extend(ours!(.with_format(#format)));
    }
    let range = range::parse("range", keys, errors);
    for (word, method) in [(range.clone(), "with_range"), (range::parse("len", keys, errors), "with_length")]
    {
        if let Some((key, range)) = word {
            let method = Ident::new(method, key.span());
            settings.extend(ours!(.#method(#range)));
        }
    }
    if let Some(key) = keys.key("default") {
        let value: Option<Expr> = keys.expression("default");
        if let (Some((_, range)), Some(value)) = (&range, &value) {
            range::check_default(range, value, errors);
        }
        let (ty, value) = (&field.ty, value_of(key, value.as_ref()));
        let default = Ident::new("default", Span::mixed_site());
        settings.extend(ours!(.with_default(&{ let #default: #ty = #value; #default })));
    }
    settings
}
