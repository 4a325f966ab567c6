//! A template taken apart. Specification: RFC 6570, 2.

use super::escape;
use super::operator::Operator;

/// One piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text, encoded as it stands in a URI.
    Text(String),
    Expression(Operator, Vec<Spec>),
}

/// A variable of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) name: String,
    pub(super) modifier: Modifier,
}

/// What is said of a variable behind its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Modifier {
    None,
    /// `:3`: so many characters at the most.
    Prefix(usize),
    /// `*`: each item by itself.
    Explode,
}

impl Spec {
    pub(super) fn is_exploded(&self) -> bool {
        self.modifier == Modifier::Explode
    }
}

/// Takes a template apart.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        literal(before, &mut parts)?;
        let (inside, after) = after.split_once('}').ok_or("a `{` without `}`")?;
        parts.push(expression(inside)?);
        rest = after;
    }
    literal(rest, &mut parts)?;
    Ok(parts)
}

fn literal(text: &str, parts: &mut Vec<Part>) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    if text.contains('}') {
        return Err("a `}` without `{`".to_owned());
    }
    let is_wrong = |c: &char| c.is_whitespace() || c.is_control() || "\"<>\\^`|".contains(*c);
    if let Some(wrong) = text.chars().find(is_wrong) {
        return Err(format!("{wrong:?} does not stand in a URI"));
    }
    if escape::decode(text).is_none() {
        return Err("a `%` that begins no escape".to_owned());
    }
    let mut encoded = String::with_capacity(text.len());
    escape::encode(text, escape::Keep::Reserved, &mut encoded);
    parts.push(Part::Text(encoded));
    Ok(())
}

fn expression(inside: &str) -> Result<Part, String> {
    let first = inside.chars().next().ok_or("`{}` names no variable")?;
    if "=,!@|".contains(first) {
        return Err(format!("`{first}` is no operator"));
    }
    let (operator, names) = match Operator::of(first) {
        Some(operator) => (operator, &inside[1..]),
        None => (Operator::Simple, inside),
    };
    let specs: Result<Vec<Spec>, String> = names.split(',').map(spec).collect();
    Ok(Part::Expression(operator, specs?))
}

fn spec(text: &str) -> Result<Spec, String> {
    let (name, modifier) = if let Some(name) = text.strip_suffix('*') {
        (name, Modifier::Explode)
    } else if let Some((name, most)) = text.split_once(':') {
        // RFC 6570, 2.4.1: one to four digits, not beginning with a zero.
        let is_length = most.len() <= 4 && !most.starts_with('0') && most.bytes().all(|b| b.is_ascii_digit());
        let most = most.parse().ok().filter(|_| is_length);
        (name, Modifier::Prefix(most.ok_or("a prefix is `:1` to `:9999`")?))
    } else {
        (text, Modifier::None)
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '%');
    let has_dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    if name.is_empty() || !name.chars().all(is_name) || has_dots || escape::decode(name).is_none() {
        return Err("a variable needs a name of letters, digits and `_`".to_owned());
    }
    Ok(Spec { name: name.to_owned(), modifier })
}
