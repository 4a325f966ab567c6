//! `#[arg(..)]` on a parameter.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Path, Token, Type};

use crate::attr::{Grammar, Keys, Takes};
use crate::diag::Errors;
use crate::place::{as_if_at, ours};
use crate::range;

const GRAMMAR: Grammar = Grammar {
    attribute: "#[arg]",
    keys: &[
        ("complete", Takes::Path),
        ("default", Takes::Expression),
        ("description", Takes::Text),
        ("example", Takes::Expression),
        ("flatten", Takes::Flag),
        ("header", Takes::Text),
        ("inject", Takes::Flag),
        ("len", Takes::List),
        ("one_of", Takes::List),
        ("pattern", Takes::Text),
        ("range", Takes::List),
        ("rename", Takes::Text),
    ],
    has_leading: false,
};

/// What `#[arg(..)]` says of a parameter.
#[derive(Default)]
pub(crate) struct Argument {
    pub(crate) description: Option<LitStr>,
    pub(crate) rename: Option<LitStr>,
    /// The word `inject`: this is a value of the call.
    pub(crate) inject: Option<Ident>,
    pub(crate) default: Option<Default>,
    /// The word `flatten`: its members stand among the arguments.
    pub(crate) flatten: Option<Ident>,
    /// The word `range` and what it says.
    pub(crate) range: Option<(Ident, Expr)>,
    /// The word `len` and what it says.
    len: Option<(Ident, Expr)>,
    /// The word `one_of` and the values.
    one_of: Option<(Ident, Vec<Expr>)>,
    pattern: Option<LitStr>,
    example: Option<(Ident, Expr)>,
    pub(crate) complete: Option<Path>,
    pub(crate) header: Option<LitStr>,
    /// The keys that make sense for arguments only, to be blamed.
    pub(crate) of_arguments: Vec<Ident>,
}

/// What an argument is when it is not sent.
pub(crate) struct Default {
    pub(crate) key: Ident,
    /// `None`: the default of the type.
    pub(crate) value: Option<Expr>,
}

/// Whether it is `#[arg..]`, perhaps behind a path.
pub(crate) fn is_arg(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "arg")
}

impl Argument {
    /// Reads all `#[arg(..)]` among the attributes.
    pub(crate) fn parse(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let ours = attributes.iter().filter(|attribute| is_arg(attribute));
        let keys = Keys::of_all(&GRAMMAR, ours, "#[arg(default = ...)]", errors);
        let range = range::parse("range", &keys, errors);
        let len = range::parse("len", &keys, errors);
        let one_of = listed(&keys, errors);
        let example = keys.key("example").and_then(|key| {
            let value = keys.expression("example");
            if value.is_none() {
                errors.push(key, "`example` takes a value", "write `example = ...`");
            }
            Some((key.clone(), value?))
        });
        let default =
            keys.key("default").map(|key| Default { key: key.clone(), value: keys.expression("default") });
        let argument = Self {
            description: keys.text("description"),
            rename: keys.text("rename"),
            inject: keys.key("inject").cloned(),
            default,
            flatten: keys.key("flatten").cloned(),
            range,
            len,
            one_of,
            pattern: keys.text("pattern"),
            example,
            complete: keys.path("complete"),
            header: keys.text("header"),
            of_arguments: GRAMMAR
                .keys
                .iter()
                .filter(|(key, _)| *key != "inject")
                .filter_map(|(key, _)| keys.key(key).cloned())
                .collect(),
        };
        argument.check(errors);
        argument
    }

    fn check(&self, errors: &mut Errors) {
        if let (Some(_), Some(other)) = (&self.inject, self.of_arguments.first()) {
            errors.push(
                other,
                format!("a value of the call has no `{other}`"),
                "`inject` says that the caller does not send it: take one of the two away",
            );
        }
        let of_itself = |key: &&Ident| *key != "flatten" && *key != "default";
        if let (Some(_), None, Some(other)) =
            (&self.flatten, &self.inject, self.of_arguments.iter().find(of_itself))
        {
            errors.push(
                other,
                format!("a flattened argument has no `{other}` of its own"),
                "its members stand among the arguments: say it of them, in their struct",
            );
        }
        if let Some(header) = &self.header
            && !is_token(&header.value())
        {
            errors.push(
                header,
                "no header can be called so",
                "use letters, digits and `-`: clients send it as `Mcp-Param-..`",
            );
        }
        if let (Some((_, range)), Some(Default { value: Some(value), .. })) = (&self.range, &self.default) {
            range::check_default(range, value, errors);
        }
        if let (Some((_, items)), Some(Default { value: Some(value @ Expr::Lit(_)), .. })) =
            (&self.one_of, &self.default)
            && !items.contains(value)
        {
            errors.push(
                value,
                "the default is not among the values",
                "the schema would contradict itself: mend one of the two",
            );
        }
    }

    /// The calls that tell a `Parameter` what is said here.
    pub(crate) fn settings(&self, ty: &Type) -> TokenStream {
        let mut settings = TokenStream::new();
        if self.flatten.is_some() {
            settings.extend(ours!(.flattened()));
        }
        for (bound, method) in [(&self.range, "with_range"), (&self.len, "with_length")] {
            if let Some((key, range)) = bound {
                let method = Ident::new(method, key.span());
                settings.extend(ours!(.#method(#range)));
            }
        }
        if let Some((key, items)) = &self.one_of {
            let method = Ident::new("with_one_of", key.span());
            let items = items.iter().map(|item| value_of(key, Some(item)));
            settings.extend(ours!(.#method([#(#items),*])));
        }
        if let Some(pattern) = &self.pattern {
            let method = Ident::new("with_pattern", pattern.span());
            settings.extend(ours!(.#method({ __private::patterns!(); #pattern })));
        }
        // Behind the bounds, which they have to keep.
        if let Some(Default { key, value }) = &self.default {
            let value = value_of(key, value.as_ref());
            settings.extend(ours!(.with_default(|| -> #ty { #value }, |value| __private::Written(value).written_as_json())));
        }
        if let Some((key, example)) = &self.example {
            let value = value_of(key, Some(example));
            settings.extend(ours!(.with_example(|| -> #ty { #value }, |value| __private::Written(value).written_as_json())));
        }
        if let Some(header) = &self.header {
            settings.extend(ours!(.with_header(#header)));
        }
        settings
    }
}

/// The values in `one_of(..)`.
fn listed(keys: &Keys, errors: &mut Errors) -> Option<(Ident, Vec<Expr>)> {
    let (key, tokens) = (keys.key("one_of")?, keys.list("one_of")?);
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    let items: Vec<Expr> = match parser.parse2(tokens) {
        Ok(items) => items.into_iter().collect(),
        Err(error) => {
            errors.syntax(error);
            return None;
        }
    };
    if items.is_empty() {
        errors.push(key, "`one_of` allows nothing", "write the values, as in `one_of(\"red\", \"green\")`");
        return None;
    }
    for (index, item) in items.iter().enumerate() {
        if items[..index].contains(item) {
            errors.push(item, "this value stands here twice", "keep one");
        }
    }
    Some((key.clone(), items))
}

/// What follows `default =`, as an expression of the parameter's type.
pub(crate) fn value_of(key: &Ident, value: Option<&Expr>) -> TokenStream {
    match value {
        None => as_if_at(key.span(), ours!(__private::default())),
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => {
            as_if_at(text.span(), ours!(__private::from_text(#text)))
        }
        Some(value) => value.to_token_stream(),
    }
}

/// Whether it is the name of a header (RFC 9110, 5.6.2 "tokens").
fn is_token(name: &str) -> bool {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_of_token)
}
