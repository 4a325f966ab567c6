//! The URIs of a mounted server: how they are called outside.

use std::sync::Arc;

use crate::protocol::content::{Content, ResourceLink};
use crate::protocol::prompt::GetPromptResult;
use crate::protocol::resource::ReadResourceResult;
use crate::server::resource::Resource;

/// A URI or template under a prefix: behind its scheme. `None` if the scheme is not fixed.
pub(super) fn prefixed(uri: &str, prefix: &str) -> Option<String> {
    if prefix.is_empty() {
        return Some(uri.to_owned());
    }
    let (scheme, rest) = uri.split_once(':').filter(|(scheme, _)| !scheme.contains('{'))?;
    Some(match rest.strip_prefix("//") {
        Some(rest) if rest.starts_with('/') || rest.starts_with("{/") => format!("{scheme}://{prefix}{rest}"),
        Some(rest) => format!("{scheme}://{prefix}/{rest}"),
        None => format!("{scheme}:{prefix}/{rest}"),
    })
}

/// The resources of a mounted server, as it calls them itself.
#[derive(Debug)]
pub(crate) struct Uris {
    prefix: String,
    resources: Vec<Resource>,
}

impl Uris {
    pub(super) fn new(prefix: &str, resources: &[Resource]) -> Self {
        Self { prefix: prefix.to_owned(), resources: resources.to_vec() }
    }

    /// Whether there is nothing to be called otherwise.
    pub(super) fn is_empty(&self) -> bool {
        self.prefix.is_empty() || self.resources.is_empty()
    }

    /// How one of them is called outside; `None` if it is none of them.
    fn outward(&self, uri: &str) -> Option<String> {
        let is_ours = !self.prefix.is_empty() && self.resources.iter().any(|resource| resource.matches(uri));
        prefixed(uri, &self.prefix).filter(|_| is_ours)
    }

    fn turn(&self, uri: &mut String) {
        if let Some(outside) = self.outward(uri) {
            *uri = outside;
        }
    }

    /// Turns the links and resources in a result.
    pub(crate) fn turn_content<'a>(&self, content: impl IntoIterator<Item = &'a mut Content>) {
        for one in content {
            match one {
                Content::ResourceLink(link) => self.turn(&mut link.uri),
                Content::Resource(embedded) => self.turn(&mut embedded.resource.uri),
                _ => {}
            }
        }
    }

    /// Turns the members of a family that a list names.
    pub(crate) fn turn_links(&self, links: &mut [ResourceLink]) {
        for link in links {
            self.turn(&mut link.uri);
        }
    }

    /// Turns the links and resources in a prompt.
    pub(crate) fn turn_prompt(&self, result: &mut GetPromptResult) {
        self.turn_content(result.messages.iter_mut().map(|message| &mut message.content));
    }

    /// Turns what was read; what was asked for is called as it was asked for.
    pub(crate) fn turn_contents(&self, asked: &str, result: &mut ReadResourceResult) {
        for contents in result.contents.iter_mut().filter(|contents| contents.uri != asked) {
            self.turn(&mut contents.uri);
        }
    }
}

/// The way of a URI out of a server that is mounted in another, that may be mounted as well.
#[derive(Debug)]
pub(crate) struct Outward {
    pub(super) uris: Arc<Uris>,
    pub(super) then: Option<Arc<Outward>>,
}

impl Outward {
    /// How a URI is called outside of all.
    pub(crate) fn turn(&self, mut uri: String) -> String {
        self.uris.turn(&mut uri);
        match &self.then {
            Some(then) => then.turn(uri),
            None => uri,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_goes_behind_the_scheme() {
        for (uri, outside) in [
            ("note://7", "note://box/7"),
            ("note://{id}/pages{?from}", "note://box/{id}/pages{?from}"),
            ("file:///etc/hosts", "file://box/etc/hosts"),
            ("file://{/path*}", "file://box{/path*}"),
            ("urn:isbn:3", "urn:box/isbn:3"),
            ("search:{+words}", "search:box/{+words}"),
        ] {
            assert_eq!(prefixed(uri, "box").as_deref(), Some(outside));
            assert_eq!(prefixed(uri, "").as_deref(), Some(uri));
        }
        assert_eq!(prefixed("{scheme}://x", "box"), None);
    }
}
