//! URI templates, both ways: variables make a URI, and a URI tells its variables.
//!
//! Specification: RFC 6570, all four levels, for the way to the URI. Of the way back the RFC says
//! nothing; [`Template::match_uri`] has the rules.

mod escape;
mod expand;
mod matching;
mod operator;
mod overlap;
mod parse;
mod rank;
#[cfg(test)]
mod tests;
mod variables;

use expand::Manner;
pub use expand::Value;
use parse::{Modifier, Part, Spec};
pub use rank::Rank;
#[doc(hidden)]
pub use variables::Found;
pub use variables::Variables;

use crate::error::{Error, Result};

/// A text whose right escapes are undone once; others stay as they are.
pub(super) fn unescaped(text: &str) -> String {
    escape::unescaped(text)
}

/// A URI template, taken apart.
///
/// ```
/// use disco_sdk::server::resource::Template;
///
/// let template = Template::parse("file:///{+path}{?lines}")?;
/// let variables = template.match_uri("file:///src/a%20b.rs?lines=3").unwrap();
/// assert_eq!(variables.text("path").as_deref(), Some("src/a b.rs"));
/// assert_eq!(variables.text("lines").as_deref(), Some("3"));
/// # disco_sdk::Result::<()>::Ok(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

impl Template {
    /// The longest URI that is matched.
    const LONGEST: usize = 8 * 1024;

    /// Takes a template apart. A URI without variables is one too.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        let parts = parse::parse(text);
        let parts = parts.map_err(|why| Error::new(format!("`{text}` is not a URI template: {why}")))?;
        Ok(Self { parts })
    }

    /// Whether it begins with a scheme, as the URI of every resource does (RFC 3986, 3.1).
    pub(super) fn has_scheme(&self) -> bool {
        let Some(Part::Text(text)) = self.parts.first() else {
            return false;
        };
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        text.split_once(':').is_some_and(|(scheme, _)| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_scheme)
        })
    }

    /// The names of its variables, in order, each once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names: Vec<&str> = self.specs().map(|spec| spec.name.as_str()).collect();
        (0..names.len())
            .filter(|&at| !names[..at].contains(&names[at]))
            .map(|at| names[at])
            .collect::<Vec<_>>()
            .into_iter()
    }

    fn specs(&self) -> impl Iterator<Item = &Spec> {
        self.parts.iter().flat_map(|part| match part {
            Part::Text(_) => [].as_slice(),
            Part::Expression(_, specs) => specs.as_slice(),
        })
    }

    /// Whether it spells more than one URI.
    #[must_use]
    pub fn has_variables(&self) -> bool {
        self.specs().next().is_some()
    }

    /// How much it says of its URIs: of two templates that fit, the greater is meant.
    #[must_use]
    pub fn rank(&self) -> Rank {
        rank::rank(self)
    }

    /// A URI that fits both and that neither is more meant by than the other; `None` if there is none.
    #[must_use]
    pub fn ambiguity(&self, other: &Self) -> Option<String> {
        if self.rank() != other.rank() {
            return None;
        }
        if let (Some(Part::Text(one)), Some(Part::Text(two))) = (self.parts.first(), other.parts.first())
            && !one.starts_with(two.as_str())
            && !two.starts_with(one.as_str())
        {
            return None;
        }
        let uri = overlap::common_uri(self, other)?;
        (self.match_uri(&uri).is_some() && other.match_uri(&uri).is_some()).then_some(uri)
    }

    /// The URI of these variables, as RFC 6570 says: those that are not given are left out.
    ///
    /// ```
    /// use disco_sdk::server::resource::Template;
    ///
    /// let template = Template::parse("{+base}{/section}{?page}")?;
    /// let values = [("base", "https://example.org".into()), ("section", "a b".into())];
    /// assert_eq!(template.expand(&values), "https://example.org/a%20b");
    /// # disco_sdk::Result::<()>::Ok(())
    /// ```
    #[must_use]
    pub fn expand(&self, values: &[(&str, Value)]) -> String {
        expand::expand(self, values, Manner::Plain)
    }

    /// The URI that these variables are read from again: more is escaped than RFC 6570 demands, where
    /// otherwise a value could not be told from what stands around it. Empty texts, and maps whose
    /// names are those of other variables, cannot always be.
    ///
    /// ```
    /// use disco_sdk::server::resource::Template;
    ///
    /// let template = Template::parse("release://{major}.{minor}")?;
    /// let values = [("major", "1.2".into()), ("minor", "3".into())];
    /// assert_eq!(template.expand(&values), "release://1.2.3");
    /// assert_eq!(template.uri(&values), "release://1%2E2.3");
    /// # disco_sdk::Result::<()>::Ok(())
    /// ```
    #[must_use]
    pub fn uri(&self, values: &[(&str, Value)]) -> String {
        let careful = expand::expand(self, values, Manner::Careful);
        let stricter =
            || [Manner::Strict, Manner::Escaped].map(|manner| expand::expand(self, values, manner));
        if self.reads(&careful, values) {
            return careful;
        }
        stricter().into_iter().find(|uri| self.reads(uri, values)).unwrap_or(careful)
    }

    /// Whether these are the variables of `uri`, but for the ends of those that are cut.
    fn reads(&self, uri: &str, values: &[(&str, Value)]) -> bool {
        let Some(variables) = self.match_uri(uri) else {
            return false;
        };
        let is_cut = |name: &str| {
            self.specs()
                .filter(|spec| spec.name == name)
                .all(|spec| matches!(spec.modifier, Modifier::Prefix(_)))
        };
        values.iter().all(|(name, value)| match value {
            Value::Text(text) => variables
                .text(name)
                .is_some_and(|read| read == *text || is_cut(name) && text.starts_with(&read)),
            Value::List(items) => variables.list(name).unwrap_or_default() == *items,
            Value::Map(pairs) => variables.map(name).unwrap_or_default() == *pairs,
        })
    }

    /// The variables of `uri`; `None` if it does not fit.
    ///
    /// | expression | what it fits |
    /// |---|---|
    /// | `{id}` | one segment, at least one character |
    /// | `{+path}` | any number of segments, also none |
    /// | `{.a,b}`, `{/a,b}` | what begins with `.` or `/`, or nothing; each variable one label or segment |
    /// | `{;a,b}`, `{?a,b}`, `{&a,b}` | members with these names, in any order, or nothing |
    /// | `{#a}` | a fragment, or nothing |
    /// | `{var:3}` | at most three characters; what else is read at `var` begins with them |
    /// | `{/var*}` and its like | as many items as there are; in a query all members with the name, or with a name that no other variable has |
    ///
    /// `/`, `?` and `#` are what they are in every URI: within a value they are escaped, but for `/` in
    /// `{+path}`, `{#a}` and queries. Characters that RFC 6570 would have escaped and that are not are
    /// taken as they are; in a query a `+` is a blank.
    ///
    /// Where a URI can be divided in several ways, the later expression takes as much as it can, and so
    /// does the last variable of an expression. Variables without names that are missing are the last of
    /// their expression.
    #[must_use]
    pub fn match_uri(&self, uri: &str) -> Option<Variables> {
        let can_fit = match self.parts.first() {
            Some(Part::Text(text)) => uri.starts_with(text.as_str()),
            _ => true,
        };
        if uri.len() > Self::LONGEST || !can_fit {
            return None;
        }
        matching::variables(self, uri)
    }
}
