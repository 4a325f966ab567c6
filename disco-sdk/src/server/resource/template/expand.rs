//! From variables to a URI. Specification: RFC 6570, 3.

use super::Template;
use super::escape::{Keep, encode};
use super::operator::Operator;
use super::parse::{Modifier, Part, Spec};

/// The value of a variable.
///
/// ```
/// use disco_sdk::server::resource::{Template, Value};
///
/// let template = Template::parse("shop://search{?tags*}")?;
/// let tags = Value::List(vec!["red".to_owned(), "wool".to_owned()]);
/// assert_eq!(template.expand(&[("tags", tags)]), "shop://search?tags=red&tags=wool");
/// # disco_sdk::Result::<()>::Ok(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// One text.
    Text(String),
    /// Several texts; none at all is as if the variable was not there.
    List(Vec<String>),
    /// Several texts by name, in order; none at all is as if the variable was not there.
    Map(Vec<(String, String)>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Value {
    fn is_nothing(&self) -> bool {
        match self {
            Self::Text(_) => false,
            Self::List(items) => items.is_empty(),
            Self::Map(pairs) => pairs.is_empty(),
        }
    }
}

/// How freely values are written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Manner {
    /// As the RFC says.
    Plain,
    /// So that `{+var}` and `{#var}` read back what was written.
    Careful,
    /// Only letters and digits as they are.
    Strict,
    /// Nothing as it is.
    Escaped,
}

impl Manner {
    fn keep(self, operator: Operator) -> Keep {
        match self {
            Self::Plain if operator.keeps_reserved() => Keep::Reserved,
            Self::Careful if operator.keeps_reserved() => Keep::Slashes,
            Self::Plain | Self::Careful => Keep::Unreserved,
            Self::Strict => Keep::Alphanumeric,
            Self::Escaped => Keep::Nothing,
        }
    }
}

/// The URI of these variables; those that are not given are left out.
pub(super) fn expand(template: &Template, values: &[(&str, Value)], manner: Manner) -> String {
    let mut uri = String::new();
    for part in &template.parts {
        match part {
            Part::Text(text) => uri.push_str(text),
            Part::Expression(operator, specs) => expression(*operator, specs, values, manner, &mut uri),
        }
    }
    uri
}

fn expression(
    operator: Operator,
    specs: &[Spec],
    values: &[(&str, Value)],
    manner: Manner,
    uri: &mut String,
) {
    let given = |spec: &Spec| {
        let (_, value) = values.iter().find(|(name, _)| *name == spec.name)?;
        (!value.is_nothing()).then_some(value)
    };
    let mut writer = Writer { operator, keep: manner.keep(operator), has_begun: false, uri };
    for (spec, value) in specs.iter().filter_map(|spec| Some((spec, given(spec)?))) {
        writer.variable(spec, value);
    }
}

/// Writes one expression.
struct Writer<'a> {
    operator: Operator,
    keep: Keep,
    has_begun: bool,
    uri: &'a mut String,
}

impl Writer<'_> {
    fn variable(&mut self, spec: &Spec, value: &Value) {
        let name = spec.name.as_str();
        match (value, spec.modifier) {
            (Value::Text(text), Modifier::Prefix(most)) => {
                let prefix: String = text.chars().take(most).collect();
                self.item(name, [prefix.as_str()]);
            }
            (Value::Text(text), _) => self.item(name, [text.as_str()]),
            (Value::List(items), Modifier::Explode) => {
                for text in items {
                    self.item(name, [text.as_str()]);
                }
            }
            (Value::Map(pairs), Modifier::Explode) => {
                for (name, text) in pairs {
                    self.pair(name, text);
                }
            }
            (Value::List(items), _) => self.item(name, items.iter().map(String::as_str)),
            (Value::Map(pairs), _) => {
                let flat = pairs.iter().flat_map(|(name, text)| [name.as_str(), text.as_str()]);
                self.item(name, flat);
            }
        }
    }

    fn begin(&mut self) {
        let between = self.operator.separator();
        let first = if self.has_begun { Some(between) } else { self.operator.first() };
        self.uri.extend(first);
        self.has_begun = true;
    }

    /// Texts with commas between them, behind the name where there are names.
    fn item<'t>(&mut self, name: &str, texts: impl IntoIterator<Item = &'t str>) {
        self.begin();
        if self.operator.is_named() {
            encode(name, Keep::Reserved, self.uri);
        }
        let mut written = String::new();
        for (index, text) in texts.into_iter().enumerate() {
            if index > 0 {
                written.push(',');
            }
            encode(text, self.keep, &mut written);
        }
        self.value(&written);
    }

    /// A member of an exploded map.
    fn pair(&mut self, name: &str, text: &str) {
        self.begin();
        encode(name, self.keep, self.uri);
        let mut written = String::new();
        encode(text, self.keep, &mut written);
        if self.operator.is_named() {
            self.value(&written);
        } else {
            self.uri.push('=');
            self.uri.push_str(&written);
        }
    }

    fn value(&mut self, written: &str) {
        if self.operator.is_named() && (!written.is_empty() || self.operator.writes_equals()) {
            self.uri.push('=');
        }
        self.uri.push_str(written);
    }
}
