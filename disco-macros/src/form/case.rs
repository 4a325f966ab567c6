//! `rename_all`: names in another case, by the same words as serde's.

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
    ("PascalCase", |name| words(name).map(|word| capitalised(&word)).collect()),
    ("camelCase", camel),
    ("snake_case", |name| joined(name, "_")),
    ("SCREAMING_SNAKE_CASE", |name| joined(name, "_").to_uppercase()),
    ("kebab-case", |name| joined(name, "-")),
    ("SCREAMING-KEBAB-CASE", |name| joined(name, "-").to_uppercase()),
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

/// The words of a Rust name, small: `half_open` and `HalfOpen` have two.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        let last = words.last().map_or("", String::as_str);
        if letter == '_' || (letter.is_uppercase() && !last.is_empty()) {
            words.push(String::new());
        }
        if let (Some(word), true) = (words.last_mut(), letter != '_') {
            word.extend(letter.to_lowercase());
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}

fn joined(name: &str, between: &str) -> String {
    words(name).collect::<Vec<_>>().join(between)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn camel(name: &str) -> String {
    let mut words = words(name);
    let first = words.next().unwrap_or_default();
    words.fold(first, |all, word| all + &capitalised(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_case_that_serde_would_give_it() {
        let written = |name: &str| CASES.map(|(_, case)| case(name));
        for name in ["half_open", "HalfOpen"] {
            let expected = ["HalfOpen", "halfOpen", "half_open", "HALF_OPEN", "half-open", "HALF-OPEN"]
                .map(String::from);
            assert_eq!(written(name)[2..], expected);
        }
        assert_eq!(written("HalfOpen")[..2], ["halfopen", "HALFOPEN"]);
        assert_eq!(written("value1")[2..4], ["Value1", "value1"]);
    }
}
