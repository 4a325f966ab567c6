//! One way to fail: a variant, or the whole struct.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::{Field, Fields, Ident, LitStr, Type};

use crate::attr::{Grammar, Keys, Takes};
use crate::diag::{Errors, suggestion};
use crate::place::ours;

/// What can be said of a variant.
pub(super) const GRAMMAR: Grammar = Grammar {
    attribute: "#[tool_error]",
    keys: &[
        ("code", Takes::Text),
        ("message", Takes::Text),
        ("retryable", Takes::Flag),
        ("suggestion", Takes::Text),
    ],
    has_leading: false,
};

/// What can be said of a struct.
pub(super) const STRUCT_GRAMMAR: Grammar = Grammar {
    attribute: "#[tool_error]",
    keys: &[
        ("code", Takes::Text),
        ("crate", Takes::Path),
        ("message", Takes::Text),
        ("retryable", Takes::Flag),
        ("suggestion", Takes::Text),
    ],
    has_leading: false,
};

/// One way to fail.
pub(super) struct Case {
    /// What to blame.
    pub(super) name: Ident,
    /// The pattern that takes it apart: `Self::Missing { id }`.
    pub(super) pattern: TokenStream,
    pub(super) code: String,
    pub(super) message: Option<LitStr>,
    pub(super) suggestion: Option<LitStr>,
    pub(super) is_retryable: bool,
    /// The name of the field that is the cause.
    pub(super) source: Option<Ident>,
    /// The field that this is made of by `?`: its type, and how.
    pub(super) from: Option<(Type, TokenStream)>,
}

impl Case {
    pub(super) fn parse(
        variant: Option<&Ident>,
        name: &Ident,
        fields: &Fields,
        keys: &Keys,
        errors: &mut Errors,
    ) -> Self {
        let path = variant.map_or_else(|| ours!(Self), |variant| ours!(Self::#variant));
        let bindings = super::bindings(fields);
        let pattern = match fields {
            Fields::Named(_) => ours!(#path { #(#bindings),* }),
            Fields::Unnamed(_) => ours!(#path(#(#bindings),*)),
            Fields::Unit => path.clone(),
        };
        let (source, from) = causes(fields, &bindings, &path, errors);
        for text in [keys.text("message"), keys.text("suggestion")].into_iter().flatten() {
            check_fields(&text, &bindings, errors);
        }
        Self {
            pattern,
            code: code(name, keys, errors),
            message: keys.text("message").map(|text| by_name(&text)),
            suggestion: keys.text("suggestion").map(|text| by_name(&text)),
            is_retryable: keys.key("retryable").is_some(),
            name: name.clone(),
            source,
            from,
        }
    }
}

/// `code`, or the name in large letters.
fn code(name: &Ident, keys: &Keys, errors: &mut Errors) -> String {
    let Some(text) = keys.text("code") else {
        return large(&name.to_string());
    };
    let code = text.value();
    let is_allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if code.is_empty() || !code.chars().all(is_allowed) {
        errors.push(
            &text,
            format!("{code:?} is no code"),
            format!("use `A-Z 0-9 _`, as in {:?}", large(&name.to_string())),
        );
    }
    code
}

/// `NotFound` as `NOT_FOUND`.
fn large(name: &str) -> String {
    let mut large = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !large.is_empty() {
            large.push('_');
        }
        large.extend(letter.to_uppercase());
    }
    large
}

/// `{0}` as `{field0}`, the name that the pattern gives it.
fn by_name(text: &LitStr) -> LitStr {
    let mut named = String::new();
    let whole = text.value();
    let mut rest = whole.as_str();
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at + 1);
        named.push_str(before);
        rest = after;
        if let Some(escaped) = rest.strip_prefix('{') {
            named.push('{');
            rest = escaped;
        } else if rest.starts_with(|c: char| c.is_ascii_digit()) {
            named.push_str("field");
        }
    }
    named.push_str(rest);
    LitStr::new(&named, text.span())
}

/// Blames a text for the fields that it names and nobody has. What begins with a large letter is a constant.
fn check_fields(text: &LitStr, bindings: &[Ident], errors: &mut Errors) {
    let named = by_name(text).value().replace("{{", "");
    for begun in named.split('{').skip(1) {
        let name = begun.split(['}', ':']).next().unwrap_or_default().trim();
        let is_field = name.starts_with(|c: char| c.is_lowercase() || c == '_');
        if !is_field || bindings.iter().any(|field| field.unraw() == name) {
            continue;
        }
        let known: Vec<String> =
            bindings.iter().map(|field| shown(&field.unraw().to_string()).to_owned()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let help =
            if known.is_empty() { "it has no fields".to_owned() } else { suggestion(shown(name), &known) };
        errors.push(text, format!("there is no field `{}`", shown(name)), help);
    }
}

/// The name of a field as the user writes it.
fn shown(name: &str) -> &str {
    name.strip_prefix("field").filter(|rest| rest.parse::<usize>().is_ok()).unwrap_or(name)
}

/// The cause among the fields, and the `From` that `#[from]` asks for.
fn causes(
    fields: &Fields,
    bindings: &[Ident],
    path: &TokenStream,
    errors: &mut Errors,
) -> (Option<Ident>, Option<(Type, TokenStream)>) {
    let has = |field: &Field, word: &str| field.attrs.iter().any(|attribute| attribute.path().is_ident(word));
    let mut marked =
        fields.iter().zip(bindings).filter(|(field, _)| has(field, "from") || has(field, "source"));
    let Some((field, binding)) = marked.next() else {
        return (None, None);
    };
    if let Some((second, _)) = marked.next() {
        errors.push(
            second,
            "an error has one cause",
            "take `#[source]` or `#[from]` away from one of the two",
        );
    }
    if !has(field, "from") {
        return (Some(binding.clone()), None);
    }
    if fields.len() > 1 {
        errors.push(
            field,
            "`#[from]` needs a variant with this field alone",
            "write `#[source]`, and make the error with `map_err`",
        );
    }
    let by_name = field.ident.as_ref().map(|name| ours!(#path { #name: source }));
    let make = by_name.unwrap_or_else(|| ours!(#path(source)));
    (Some(binding.clone()), Some((field.ty.clone(), make)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numbered_field_is_called_by_a_name() {
        let named = |text: &str| by_name(&LitStr::new(text, proc_macro2::Span::call_site())).value();
        assert_eq!(named("no {0}, {1:?} {{0}} {id}"), "no {field0}, {field1:?} {{0}} {id}");
        assert_eq!(large("NotFound"), "NOT_FOUND");
    }
}
