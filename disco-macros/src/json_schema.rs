//! `#[derive(JsonSchema)]`: the derive of schemars, for crates that do not depend on schemars.
//!
//! That derive looks for a crate called schemars. So it is given a copy of the type, told where
//! schemars is, and the type itself takes the schema of the copy.

use proc_macro2::TokenStream;
use quote::format_ident;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Lit, LitStr, Meta, Token, Visibility, WhereClause};

use crate::place::ours;

/// The implementation for the type, and the copy that it takes it from.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    match syn::parse2::<DeriveInput>(input) {
        Ok(input) => implementation(&input),
        Err(error) => error.into_compile_error(),
    }
}

fn implementation(input: &DeriveInput) -> TokenStream {
    let said = Said::of(input);
    let schemars = said.schemars();
    let copy = copy_of(input, &said);
    let (original, copied) = (&input.ident, &copy.ident);
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let where_clause = with_copy(where_clause, input, &ours!(#copied #type_generics: #schemars::JsonSchema));
    let as_copy = ours!(<#copied #type_generics as #schemars::JsonSchema>);
    let brings_patterns = said.has_patterns && said.schemars.is_none();
    let patterns = brings_patterns.then(|| ours!(::disco_sdk::__private::patterns!();));
    ours! {
        const _: () = {
            #patterns

            #[allow(dead_code, unreachable_pub, clippy::struct_excessive_bools)]
            #copy

            #[automatically_derived]
            #[allow(private_bounds)]
            impl #impl_generics #schemars::JsonSchema for #original #type_generics #where_clause {
                fn inline_schema() -> ::core::primitive::bool {
                    #as_copy::inline_schema()
                }

                fn schema_name() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                    #as_copy::schema_name()
                }

                fn schema_id() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                    #as_copy::schema_id()
                }

                fn json_schema(generator: &mut #schemars::SchemaGenerator) -> #schemars::Schema {
                    #as_copy::json_schema(generator)
                }
            }
        };
    }
}

/// What `#[schemars(..)]` and `#[serde(..)]` say that matters here.
struct Said {
    /// Where schemars is.
    schemars: Option<LitStr>,
    is_renamed: bool,
    /// Whether some attribute writes a pattern.
    has_patterns: bool,
}

impl Said {
    fn of(input: &DeriveInput) -> Self {
        let has_patterns = attributes(input).any(has_pattern);
        let mut said = Self { schemars: None, is_renamed: false, has_patterns };
        for attribute in &input.attrs {
            let is_schemars = attribute.path().is_ident("schemars");
            if !is_schemars && !attribute.path().is_ident("serde") {
                continue;
            }
            let Meta::List(list) = &attribute.meta else {
                continue;
            };
            // What cannot be read is reported by the derive of schemars.
            let parser = syn::punctuated::Punctuated::<Meta, Token![,]>::parse_terminated;
            for meta in parser.parse2(list.tokens.clone()).into_iter().flatten() {
                said.is_renamed |= meta.path().is_ident("rename");
                if let (true, true, Meta::NameValue(pair)) =
                    (is_schemars, meta.path().is_ident("crate"), &meta)
                    && let Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) = &pair.value
                {
                    said.schemars = Some(path.clone());
                }
            }
        }
        said
    }

    fn schemars(&self) -> TokenStream {
        let given = self.schemars.as_ref().and_then(|path| path.parse::<syn::Path>().ok());
        given.map_or_else(|| ours!(::disco_sdk::__private::schemars), |path| ours!(#path))
    }
}

/// Those of the type, of its variants and of all fields.
fn attributes(input: &DeriveInput) -> impl Iterator<Item = &Attribute> {
    let (fields, variants): (Vec<_>, Vec<_>) = match &input.data {
        Data::Struct(data) => (data.fields.iter().collect(), Vec::new()),
        Data::Enum(data) => (
            data.variants.iter().flat_map(|variant| &variant.fields).collect(),
            data.variants.iter().collect(),
        ),
        Data::Union(_) => (Vec::new(), Vec::new()),
    };
    let of_fields = fields.into_iter().flat_map(|field| &field.attrs);
    input.attrs.iter().chain(variants.into_iter().flat_map(|variant| &variant.attrs)).chain(of_fields)
}

/// `#[schemars(regex(..))]`, `#[garde(pattern(..))]`, `#[schemars(extend("pattern" = ..))]` and the like.
fn has_pattern(attribute: &Attribute) -> bool {
    let can = ["schemars", "garde", "validate"].iter().any(|name| attribute.path().is_ident(name));
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    let words = list.tokens.to_string();
    can && ["regex", "pattern"].iter().any(|word| words.contains(word))
}

/// The same type under another name, with what its derive reads and nothing else.
fn copy_of(input: &DeriveInput, said: &Said) -> DeriveInput {
    let mut copy = input.clone();
    copy.ident = format_ident!("{}Schema", input.ident.unraw(), span = input.ident.span());
    copy.vis = Visibility::Inherited;
    keep_what_is_read(&mut copy.attrs);
    match &mut copy.data {
        Data::Struct(data) => data.fields.iter_mut().for_each(|field| keep_what_is_read(&mut field.attrs)),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                keep_what_is_read(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|field| keep_what_is_read(&mut field.attrs));
            }
        }
        Data::Union(_) => {}
    }
    let schemars = said.schemars();
    copy.attrs.insert(0, syn::parse_quote!(#[derive(#schemars::JsonSchema)]));
    if said.schemars.is_none() {
        copy.attrs.push(syn::parse_quote!(#[schemars(crate = "::disco_sdk::__private::schemars")]));
    }
    if !said.is_renamed {
        let name = input.ident.unraw().to_string();
        copy.attrs.push(syn::parse_quote!(#[schemars(rename = #name)]));
    }
    copy
}

fn keep_what_is_read(attributes: &mut Vec<Attribute>) {
    const READ: [&str; 7] = ["cfg", "deprecated", "doc", "garde", "schemars", "serde", "validate"];
    attributes.retain(|attribute| READ.iter().any(|name| attribute.path().is_ident(name)));
}

/// A generic type has a schema where its copy has one.
fn with_copy(
    where_clause: Option<&WhereClause>,
    input: &DeriveInput,
    of_copy: &TokenStream,
) -> Option<TokenStream> {
    let predicates = where_clause.map(|clause| clause.predicates.iter()).into_iter().flatten();
    let is_generic = input.generics.type_params().next().is_some();
    let of_copy = is_generic.then_some(of_copy).into_iter();
    let clause = ours!(#(#predicates,)* #(#of_copy,)*);
    (!clause.is_empty()).then(|| ours!(where #clause))
}
