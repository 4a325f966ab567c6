//! What stands in a URI at the variables of its template.

use super::escape::decode;

/// The variables of a URI: what stands at each of them, to be read as one text or several.
///
/// ```
/// use disco_sdk::server::resource::Template;
///
/// let template = Template::parse("shop://{shelf}{?tags*,page}")?;
/// let variables = template.match_uri("shop://hats?page=2&tags=red&tags=wool").unwrap();
/// assert_eq!(variables.text("shelf").as_deref(), Some("hats"));
/// assert_eq!(variables.list("tags").unwrap(), ["red", "wool"]);
/// assert_eq!(variables.text("size"), None);
/// # disco_sdk::Result::<()>::Ok(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables(Vec<Variable>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Variable {
    name: String,
    /// Of how many characters it was the beginning, if it was told so.
    prefix: Option<usize>,
    found: Found,
}

/// What stands at a variable, as it is written in the URI.
#[derive(Clone, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub enum Found {
    One(String),
    /// Of an exploded variable; with names where the expression has them.
    Many(Vec<(Option<String>, String)>),
}

impl Variables {
    /// The text at a variable; `None` if it is not there, or is exploded.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.found(name)?.text()
    }

    /// The texts at a variable; `None` if it is not there, or is no list.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<Vec<String>> {
        self.found(name)?.list(name).ok()
    }

    /// The texts at a variable by name; `None` if it is not there, or is no map.
    #[must_use]
    pub fn map(&self, name: &str) -> Option<Vec<(String, String)>> {
        self.found(name)?.map().ok()
    }

    /// The names of the variables that are there.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|variable| variable.name.as_str())
    }

    pub(crate) fn found(&self, name: &str) -> Option<&Found> {
        self.0.iter().find(|variable| variable.name == name).map(|variable| &variable.found)
    }

    /// Adds what was found; `None` if it cannot be, or contradicts what was found before.
    pub(super) fn add(&mut self, name: &str, prefix: Option<usize>, found: Found) -> Option<()> {
        if !found.is_readable() || prefix.is_some_and(|most| found.length().is_none_or(|has| has > most)) {
            return None;
        }
        let Some(before) = self.0.iter_mut().find(|variable| variable.name == name) else {
            self.0.push(Variable { name: name.to_owned(), prefix, found });
            return Some(());
        };
        let (one, other) = (before.found.text()?, found.text()?);
        let agrees = match (before.prefix, prefix) {
            (None, None) => one == other,
            (Some(most), None) => begins(&other, &one, most),
            (None, Some(most)) => begins(&one, &other, most),
            (Some(_), Some(_)) => one.starts_with(&other) || other.starts_with(&one),
        };
        if before.prefix.is_some() && (prefix.is_none() || other.len() > one.len()) {
            (before.prefix, before.found) = (prefix, found);
        }
        agrees.then_some(())
    }
}

/// Whether `prefix` is what the first characters of `whole` are, at the most so many.
fn begins(whole: &str, prefix: &str, most: usize) -> bool {
    whole.chars().take(most).eq(prefix.chars())
}

impl Found {
    fn is_readable(&self) -> bool {
        match self {
            Self::One(text) => decode(text).is_some(),
            Self::Many(items) => items.iter().all(|(_, text)| decode(text).is_some()),
        }
    }

    /// What stands there, for people.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::One(text) => decode(text).unwrap_or_default(),
            Self::Many(items) => {
                let items: Vec<String> = items.iter().filter_map(|(_, text)| decode(text)).collect();
                items.join(",")
            }
        }
    }

    /// How many characters its text has.
    fn length(&self) -> Option<usize> {
        Some(self.text()?.chars().count())
    }

    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::One(text) => decode(text),
            Self::Many(_) => None,
        }
    }

    /// The texts of the variable of this name. One text of no characters is no list.
    ///
    /// # Errors
    /// Says what there is besides.
    pub(crate) fn list(&self, own_name: &str) -> Result<Vec<String>, String> {
        let items: Vec<&str> = match self {
            Self::One(text) if text.is_empty() => Vec::new(),
            Self::One(text) => text.split(',').collect(),
            Self::Many(items) => {
                let stranger =
                    items.iter().filter_map(|(name, _)| name.as_ref()).find(|name| *name != own_name);
                if let Some(stranger) = stranger {
                    return Err(format!("`{stranger}` is no variable of this URI"));
                }
                items.iter().map(|(_, text)| text.as_str()).collect()
            }
        };
        Ok(items.into_iter().filter_map(decode).collect())
    }

    /// The texts by name.
    ///
    /// # Errors
    /// Says what has no name.
    pub(crate) fn map(&self) -> Result<Vec<(String, String)>, String> {
        let pair = |name: &str, text: &str| Some((decode(name)?, decode(text)?));
        let pairs: Option<Vec<(String, String)>> = match self {
            Self::One(text) if text.is_empty() => Some(Vec::new()),
            Self::One(text) => {
                let items: Vec<&str> = text.split(',').collect();
                let pairs = items.chunks(2).map(|items| match items {
                    [name, text] => pair(name, text),
                    _ => None,
                });
                pairs.collect()
            }
            Self::Many(items) => {
                let pairs = items.iter().map(|(name, text)| match name {
                    Some(name) => Some((name.clone(), decode(text)?)),
                    None => text.split_once('=').and_then(|(name, text)| pair(name, text)),
                });
                pairs.collect()
            }
        };
        pairs.ok_or_else(|| "expected names and values".to_owned())
    }
}
