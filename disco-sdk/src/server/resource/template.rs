//! URI templates (RFC 6570), as far as a URI can be matched against them.
//!
//! `{id}` is one segment, `{+path}` may have slashes, `{?page,limit}` at the end is a query whose members
//! come in any order or not at all. Escapes are undone in what is matched.

use std::collections::HashMap;
use std::fmt::{self, Write as _};

use crate::error::{Error, Result};

/// The variables of a URI, by name.
pub type Variables = HashMap<String, String>;

/// A URI template, taken apart.
///
/// ```
/// use disco_sdk::server::resource::Template;
///
/// let template = Template::parse("file:///{+path}{?lines}")?;
/// let variables = template.match_uri("file:///src/a%20b.rs?lines=3").unwrap();
/// assert_eq!(variables["path"], "src/a b.rs");
/// assert_eq!(variables["lines"], "3");
/// # disco_sdk::Result::<()>::Ok(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
    query: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// One segment, not empty.
    Segment(String),
    /// Any number of segments.
    Rest(String),
}

impl Template {
    /// The longest URI that is matched.
    const LONGEST: usize = 8 * 1024;

    /// Takes a template apart. A URI without variables is one too.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |why: &str| Error::new(format!("`{text}` is not a URI template: {why}"));
        let (scheme, _) = text.split_once(':').ok_or_else(|| wrong("no scheme"))?;
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(is_scheme) {
            return Err(wrong("no scheme"));
        }
        let mut template = Self { parts: Vec::new(), query: Vec::new() };
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            template.push_text(before);
            let (inside, after) = after.split_once('}').ok_or_else(|| wrong("a `{` without `}`"))?;
            template.push_expression(inside).map_err(wrong)?;
            if !template.query.is_empty() && !after.is_empty() {
                return Err(wrong("`{?..}` has to be the end"));
            }
            rest = after;
        }
        if rest.contains('}') {
            return Err(wrong("a `}` without `{`"));
        }
        template.push_text(rest);
        Ok(template)
    }

    fn push_text(&mut self, text: &str) {
        if !text.is_empty() {
            self.parts.push(Part::Text(text.to_owned()));
        }
    }

    fn push_expression(&mut self, inside: &str) -> std::result::Result<(), &'static str> {
        if let Some(names) = inside.strip_prefix('?') {
            for name in names.split(',') {
                self.query.push(self.new_name(name)?);
            }
            return Ok(());
        }
        if !matches!(self.parts.last(), Some(Part::Text(_))) {
            return Err("nothing stands between two variables");
        }
        let part = match inside.strip_prefix('+') {
            Some(name) => Part::Rest(self.new_name(name)?),
            None => Part::Segment(self.new_name(inside)?),
        };
        self.parts.push(part);
        Ok(())
    }

    fn new_name(&self, name: &str) -> std::result::Result<String, &'static str> {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            return Err("a variable needs a name of letters, digits and `_`");
        }
        if self.names().any(|known| known == name) {
            return Err("a variable stands in it twice");
        }
        Ok(name.to_owned())
    }

    /// The names of its variables, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let in_path = self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Segment(name) | Part::Rest(name) => Some(name.as_str()),
        });
        in_path.chain(self.query.iter().map(String::as_str))
    }

    /// Whether it spells more than one URI.
    #[must_use]
    pub fn has_variables(&self) -> bool {
        self.names().next().is_some()
    }

    /// How many bytes of a URI it spells out.
    #[must_use]
    pub fn specificity(&self) -> usize {
        let texts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.len(),
            Part::Segment(_) | Part::Rest(_) => 0,
        });
        texts.sum()
    }

    /// Its spelling with all variables called the same.
    #[must_use]
    pub fn shape(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Segment(_) => "{}",
            Part::Rest(_) => "{+}",
        });
        parts.collect()
    }

    /// The URI of these variables, encoded, without a query; a variable that is not given is empty.
    ///
    /// ```
    /// use disco_sdk::server::resource::Template;
    ///
    /// let template = Template::parse("file:///{+path}")?;
    /// assert_eq!(template.expand(&[("path", &"src/a b.rs")]), "file:///src/a%20b.rs");
    /// # disco_sdk::Result::<()>::Ok(())
    /// ```
    #[must_use]
    pub fn expand(&self, variables: &[(&str, &dyn fmt::Display)]) -> String {
        let mut uri = String::new();
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string())
        };
        for part in &self.parts {
            match part {
                Part::Text(text) => uri.push_str(text),
                Part::Segment(name) => encode(&value(name).unwrap_or_default(), b"", &mut uri),
                Part::Rest(name) => encode(&value(name).unwrap_or_default(), b"/", &mut uri),
            }
        }
        uri
    }

    /// The variables of `uri`, decoded; `None` if it does not fit.
    #[must_use]
    pub fn match_uri(&self, uri: &str) -> Option<Variables> {
        if uri.len() > Self::LONGEST {
            return None;
        }
        let (path, query) = match uri.split_once('?') {
            Some((path, query)) if !self.query.is_empty() => (path, Some(query)),
            _ => (uri, None),
        };
        let mut variables = Variables::new();
        for (name, range) in self.match_path(path)? {
            variables.insert(name.to_owned(), decode(path.get(range)?)?);
        }
        for pair in query.into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !self.query.iter().any(|known| known == name) {
                return None;
            }
            let value = decode(&value.replace('+', " "))?;
            if variables.insert(name.to_owned(), value).is_some() {
                return None;
            }
        }
        Some(variables)
    }

    /// Where in `path` the variables stand.
    ///
    /// Goes part by part, keeping for every place whether the parts so far can end there and where the
    /// last variable began then; so its time is bounded whatever the URI.
    fn match_path(&self, path: &str) -> Option<Vec<(&str, std::ops::Range<usize>)>> {
        let bytes = path.as_bytes();
        let mut ends = vec![None; bytes.len() + 1];
        ends[0] = Some(0);
        let mut steps = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let begins = ends;
            ends = match part {
                Part::Text(text) => after_text(&begins, bytes, text.as_bytes()),
                Part::Segment(_) => after_variable(&begins, bytes, false),
                Part::Rest(_) => after_variable(&begins, bytes, true),
            };
            steps.push((part, ends.clone()));
        }
        let mut end = bytes.len();
        let mut found = Vec::new();
        for (part, ends) in steps.iter().rev() {
            let begin = ends[end]?;
            if let Part::Segment(name) | Part::Rest(name) = part {
                found.push((name.as_str(), begin..end));
            }
            end = begin;
        }
        (end == 0).then_some(found)
    }
}

/// For every place where the text can end, the place where it began.
fn after_text(begins: &[Option<usize>], bytes: &[u8], text: &[u8]) -> Vec<Option<usize>> {
    let mut ends = vec![None; begins.len()];
    for (begin, _) in begins.iter().enumerate().filter(|(_, can)| can.is_some()) {
        if bytes[begin..].starts_with(text) {
            ends[begin + text.len()] = Some(begin);
        }
    }
    ends
}

/// The same for a variable: it begins as early as it can.
fn after_variable(begins: &[Option<usize>], bytes: &[u8], is_rest: bool) -> Vec<Option<usize>> {
    let mut ends = vec![None; begins.len()];
    let mut begun = None;
    for place in 0..begins.len() {
        if !is_rest {
            ends[place] = begun;
        }
        if begun.is_none() && begins[place].is_some() {
            begun = Some(place);
        }
        if is_rest {
            ends[place] = begun;
        }
        let is_inside = match bytes.get(place) {
            Some(b'?' | b'#') | None => false,
            Some(b'/') => is_rest,
            Some(_) => true,
        };
        if !is_inside {
            begun = None;
        }
    }
    ends
}

/// Writes all but unreserved characters and those of `kept` as percent escapes.
fn encode(text: &str, kept: &[u8], uri: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
}

/// Undoes percent escapes; `None` if they are wrong, or are no text.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(template: &str, uri: &str) -> Option<Vec<(String, String)>> {
        let template = Template::parse(template).unwrap();
        let mut variables: Vec<_> = template.match_uri(uri)?.into_iter().collect();
        variables.sort();
        Some(variables)
    }

    fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn a_variable_is_one_segment() {
        assert_eq!(matched("note://{id}", "note://7"), Some(pairs([("id", "7")])));
        assert_eq!(matched("note://{id}", "note://7/8"), None);
        assert_eq!(matched("note://{id}", "note://"), None);
        assert_eq!(matched("note://{id}/body", "note://7/body"), Some(pairs([("id", "7")])));
        assert_eq!(matched("note://{id}", "other://7"), None);
    }

    #[test]
    fn a_rest_has_slashes_and_may_be_empty() {
        assert_eq!(matched("file:///{+path}", "file:///a/b"), Some(pairs([("path", "a/b")])));
        assert_eq!(matched("file:///{+path}", "file:///"), Some(pairs([("path", "")])));
        let both = "git://{+path}/blob/{name}";
        assert_eq!(
            matched(both, "git://a/blob/b/blob/c"),
            Some(pairs([("name", "c"), ("path", "a/blob/b")]))
        );
    }

    #[test]
    fn a_query_comes_in_any_order_or_not_at_all() {
        let template = "search://{index}{?q,page}";
        assert_eq!(matched(template, "search://x"), Some(pairs([("index", "x")])));
        assert_eq!(
            matched(template, "search://x?page=2&q=a+b%26"),
            Some(pairs([("index", "x"), ("page", "2"), ("q", "a b&")]))
        );
        assert_eq!(matched(template, "search://x?other=1"), None);
        assert_eq!(matched(template, "search://x?q=1&q=2"), None);
    }

    #[test]
    fn escapes_are_undone_and_wrong_ones_do_not_fit() {
        assert_eq!(matched("n://{id}", "n://a%2Fb%C3%A9"), Some(pairs([("id", "a/bé")])));
        for wrong in ["n://%", "n://%4", "n://%zz", "n://%ff"] {
            assert_eq!(matched("n://{id}", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_expanded_fits_again() {
        for (template, value) in
            [("n://{id}", "a/b c%é?#"), ("f:///{+path}", "a/b c%é?#"), ("n://{id}!", "!")]
        {
            let parsed = Template::parse(template).unwrap();
            let name = parsed.names().next().unwrap().to_owned();
            let uri = parsed.expand(&[(&name, &value)]);
            assert_eq!(matched(template, &uri), Some(pairs([(&name, value)])), "{uri}");
        }
    }

    #[test]
    fn two_variables_share_a_segment_by_what_stands_between() {
        assert_eq!(matched("v://{major}.{minor}", "v://1.2"), Some(pairs([("major", "1"), ("minor", "2")])));
        assert_eq!(matched("v://{major}.{minor}", "v://12"), None);
    }

    #[test]
    fn a_long_uri_takes_no_long_time() {
        let template = Template::parse("x://{a}-{b}-{c}-{d}-{e}-{f}-{g}!").unwrap();
        let uri = format!("x://{}", "-".repeat(8000));
        assert_eq!(template.match_uri(&uri), None);
        assert_eq!(template.match_uri(&"x".repeat(1 << 20)), None);
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for wrong in [
            "note",
            "{id}",
            "n://{id",
            "n://id}",
            "n://{}",
            "n://{a}{b}",
            "n://{a}/{a}",
            "n://{?q}/x",
            "1a://x",
        ] {
            assert!(Template::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn two_templates_of_one_shape_fit_the_same() {
        let shape = |template| Template::parse(template).unwrap().shape();
        assert_eq!(shape("n://{id}/x"), shape("n://{name}/x"));
        assert_ne!(shape("n://{id}/x"), shape("n://{+id}/x"));
    }
}
