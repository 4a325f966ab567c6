//! What stands between braces. Specification: RFC 6570, 2.2 to 2.4.

use super::{Mistake, mistake};

/// An operator and the variables behind it.
pub(super) struct Expression {
    /// One of `+#./;?&`, if there is one.
    pub(super) operator: Option<char>,
    pub(super) specs: Vec<Spec>,
}

/// A variable with what is said of it.
pub(super) struct Spec {
    pub(super) name: String,
    pub(super) modifier: Modifier,
}

/// What stands behind the name of a variable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Modifier {
    None,
    /// `:3`
    Prefix,
    /// `*`
    Explode,
}

impl Expression {
    pub(super) fn parse(inside: &str) -> Result<Self, Mistake> {
        let first = inside.chars().next();
        if let Some(wrong) = first.filter(|first| "=,!@|".contains(*first)) {
            return mistake(
                format!("`{wrong}` is no operator of a URI template"),
                "RFC 6570 has `+`, `#`, `.`, `/`, `;`, `?` and `&`",
            );
        }
        let operator = first.filter(|first| "+#./;?&".contains(*first));
        let names = operator.map_or(inside, |operator| &inside[operator.len_utf8()..]);
        let specs: Result<Vec<Spec>, Mistake> = names.split(',').map(|text| spec(text, inside)).collect();
        Ok(Self { operator, specs: specs? })
    }

    /// Its spelling without names.
    pub(super) fn shape(&self) -> String {
        let modifiers = self.specs.iter().map(|spec| match spec.modifier {
            Modifier::None | Modifier::Prefix => "",
            Modifier::Explode => "*",
        });
        let modifiers: Vec<&str> = modifiers.collect();
        let operator = self.operator.map(String::from).unwrap_or_default();
        format!("{{{}{operator}}}", modifiers.join(","))
    }
}

fn spec(text: &str, inside: &str) -> Result<Spec, Mistake> {
    let (name, modifier) = if let Some(name) = text.strip_suffix('*') {
        if name.contains(':') {
            return mistake(
                format!("`{text}` is cut and exploded at the same time"),
                "keep one: `:3` for the first characters, `*` for one item after the other",
            );
        }
        (name, Modifier::Explode)
    } else if let Some((name, length)) = text.split_once(':') {
        let is_length = (1..=4).contains(&length.len())
            && !length.starts_with('0')
            && length.bytes().all(|byte| byte.is_ascii_digit());
        if !is_length {
            return mistake(
                format!("`{text}` has no length behind its `:`"),
                "write how many characters, as in `{id:3}`: from 1 to 9999",
            );
        }
        (name, Modifier::Prefix)
    } else {
        (text, Modifier::None)
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let has_dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    if name.is_empty() || !name.chars().all(is_name) || has_dots {
        return mistake(
            format!("`{{{inside}}}` is not a variable"),
            "write `{name}` for one segment, `{+path}` for many, `{?a,b}` for a query",
        );
    }
    Ok(Spec { name: name.to_owned(), modifier })
}
