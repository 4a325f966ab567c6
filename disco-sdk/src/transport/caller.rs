//! Who sends a request: settled by the transport, before a word of the request is read.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Fields, Reply};

/// Who calls: a subject that an issuer knows, or nobody in particular.
///
/// [`Server::caller`](crate::Server::caller) makes one for each HTTP request, and one for the whole of a
/// connection on standard input and output. Handlers take it as a parameter. Cheap to clone; it never
/// holds the token that proved it.
///
/// ```
/// use disco_sdk::prelude::*;
///
/// /// Greets whoever calls.
/// #[tool(read_only)]
/// fn greet(caller: Caller) -> String {
///     format!("Hello, {}!", caller.subject().unwrap_or("stranger"))
/// }
///
/// let ada = Caller::new("https://login.example", "ada").with_scopes(["notes:write"]);
/// assert!(ada.has_scope("notes:write"));
/// assert_eq!(greet(ada), "Hello, ada!");
/// assert_eq!(greet(Caller::anonymous()), "Hello, stranger!");
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Caller(Option<Arc<Facts>>);

#[derive(Clone, Default, PartialEq)]
struct Facts {
    issuer: String,
    subject: String,
    scopes: BTreeSet<String>,
    claims: Map<String, Value>,
}

impl Caller {
    /// Nobody in particular.
    #[must_use]
    pub fn anonymous() -> Self {
        Self(None)
    }

    /// The subject that `issuer` knows under this name. The two together are one person or program,
    /// and nobody else.
    #[must_use]
    pub fn new(issuer: impl Into<String>, subject: impl Into<String>) -> Self {
        Self(Some(Arc::new(Facts { issuer: issuer.into(), subject: subject.into(), ..Facts::default() })))
    }

    fn set(mut self, set: impl FnOnce(&mut Facts)) -> Self {
        set(Arc::make_mut(self.0.get_or_insert_default()));
        self
    }

    /// What it may do, in the words of its issuer.
    #[must_use]
    pub fn with_scopes<S: Into<String>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.set(|facts| facts.scopes.extend(scopes.into_iter().map(Into::into)))
    }

    /// Anything else that is known of it.
    #[must_use]
    pub fn with_claim(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(|facts| {
            facts.claims.insert(name.into(), value.into());
        })
    }

    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.0.is_none()
    }

    /// Who knows it.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.0.as_ref().map(|facts| facts.issuer.as_str())
    }

    /// Its name with its issuer.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.0.as_ref().map(|facts| facts.subject.as_str())
    }

    /// What it may do.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|facts| facts.scopes.iter().map(String::as_str))
    }

    /// Whether it may do this.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.0.as_ref().is_some_and(|facts| facts.scopes.contains(scope))
    }

    /// What else is known of it under this name.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.claims.get(name)
    }

    /// Issuer and subject in one text, different for every pair and empty for nobody: what a sealed
    /// state or session is bound to.
    pub(crate) fn principal(&self) -> String {
        self.0.as_ref().map_or_else(String::new, |facts| {
            format!("{}:{}{}", facts.issuer.len(), facts.issuer, facts.subject)
        })
    }
}

/// Claims may be private: only their names are shown.
impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(facts) = &self.0 else {
            return f.write_str("Caller(anonymous)");
        };
        f.debug_struct("Caller")
            .field("issuer", &facts.issuer)
            .field("subject", &facts.subject)
            .field("scopes", &facts.scopes)
            .field("claims", &facts.claims.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// What is known of a request or a connection before it is read: what [`Server::caller`] looks at.
///
/// [`Server::caller`]: crate::Server::caller
#[derive(Clone, Copy, Default)]
pub struct RequestParts<'a> {
    fields: Option<&'a dyn Fields>,
    #[cfg(feature = "http")]
    extensions: Option<&'a http::Extensions>,
}

impl fmt::Debug for RequestParts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestParts").field("is_http", &self.is_http()).finish_non_exhaustive()
    }
}

impl<'a> RequestParts<'a> {
    /// Those of a peer that this process was started by, or that lives in it.
    #[must_use]
    pub fn local() -> Self {
        Self::default()
    }

    /// Those of an HTTP request.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn http(fields: &'a dyn Fields, extensions: &'a http::Extensions) -> Self {
        Self { fields: Some(fields), extensions: Some(extensions) }
    }

    /// Whether it comes over HTTP.
    #[must_use]
    pub fn is_http(&self) -> bool {
        self.fields.is_some()
    }

    /// A header of the HTTP request, if it is text; the first of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let value = self.fields?.field(&name.to_ascii_lowercase())?;
        std::str::from_utf8(value).ok()
    }

    /// The token of `Authorization: Bearer ..`.
    #[must_use]
    pub fn bearer(&self) -> Option<&'a str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// What a layer in front of the server has put into the HTTP request.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn extension<T: Clone + Send + Sync + 'static>(&self) -> Option<&'a T> {
        self.extensions?.get()
    }

    /// A variable of this process' environment, which belongs to whoever has started it. Over HTTP that
    /// is not the caller: there it is `None`.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        if self.is_http() { None } else { std::env::var(name).ok() }
    }
}

/// Who calls: known now, or found out by asking somebody.
#[expect(missing_debug_implementations, reason = "there is nothing to see in a future")]
pub enum Identified {
    /// It is known, or it is refused with this answer.
    Now(Result<Caller, Reply>),
    /// It takes time to find out.
    Later(Pin<Box<dyn Future<Output = Result<Caller, Reply>> + Send>>),
}

impl Identified {
    /// Waits until it is known.
    ///
    /// # Errors
    /// The answer to a caller that is refused.
    pub async fn settled(self) -> Result<Caller, Reply> {
        match self {
            Self::Now(caller) => caller,
            Self::Later(caller) => caller.await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_issuer_and_subject_is_a_principal_of_its_own() {
        let pairs = [("", ""), ("a", "b"), ("ab", ""), ("", "ab"), ("1:a", "b"), ("a", "1:b")];
        let principals: BTreeSet<String> =
            pairs.iter().map(|(issuer, subject)| Caller::new(*issuer, *subject).principal()).collect();
        assert_eq!(principals.len(), pairs.len());
        assert!(!principals.contains(&Caller::anonymous().principal()));
    }

    #[test]
    fn what_is_shown_of_a_caller_has_no_claims() {
        let caller = Caller::new("https://login.example", "ada").with_claim("email", "ada@example.org");
        assert_eq!(caller.claim("email").unwrap(), "ada@example.org");
        let shown = format!("{caller:?}");
        assert!(
            shown.contains("ada") && shown.contains("email") && !shown.contains("example.org"),
            "{shown}"
        );
    }
}
