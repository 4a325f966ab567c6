//! `rename_all`: names in another case, by the same words as serde's.

use heck::{
    ToKebabCase as _, ToLowerCamelCase as _, ToPascalCase as _, ToShoutyKebabCase as _,
    ToShoutySnakeCase as _, ToSnakeCase as _,
};

use crate::attr::Keys;
use crate::diag::{Errors, suggestion};

/// How names are written on the wire.
#[derive(Clone, Copy)]
pub(super) struct Case(Written);

/// A name in this case.
type Written = fn(&str) -> String;

const CASES: [(&str, Written); 8] = [
    ("lowercase", |name| name.to_lowercase()),
    ("UPPERCASE", |name| name.to_uppercase()),
    ("PascalCase", |name| name.to_pascal_case()),
    ("camelCase", |name| name.to_lower_camel_case()),
    ("snake_case", |name| name.to_snake_case()),
    ("SCREAMING_SNAKE_CASE", |name| name.to_shouty_snake_case()),
    ("kebab-case", |name| name.to_kebab_case()),
    ("SCREAMING-KEBAB-CASE", |name| name.to_shouty_kebab_case()),
];

impl Case {
    pub(super) fn parse(keys: &Keys, errors: &mut Errors) -> Self {
        let as_it_is = Self(ToOwned::to_owned);
        let Some(text) = keys.text("rename_all") else {
            return as_it_is;
        };
        let word = text.value();
        if let Some((_, case)) = CASES.iter().find(|(known, _)| *known == word) {
            return Self(*case);
        }
        let known = CASES.map(|(known, _)| known);
        errors.push(&text, format!("there is no case `{word}`"), suggestion(&word, &known));
        as_it_is
    }

    pub(super) fn apply(self, name: &str) -> String {
        (self.0)(name)
    }
}
