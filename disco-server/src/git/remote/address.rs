//! Where a remote is, as its URL says.

use hyper::Uri;

use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::RelPath;
use crate::sandbox::network::Target;

/// The longest URL.
const LONGEST: usize = 2048;

/// Where a remote is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Remote {
    /// On a host that is reached over HTTP.
    Web(Place),
    /// In the sandbox, by a path or a `file://` URL.
    Local(String),
}

/// A repository on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// As it was written.
    pub(super) url: String,
    pub(super) is_https: bool,
    pub(super) target: Target,
    /// Without a slash at the end.
    pub(super) path: String,
}

impl Place {
    /// As it was written.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Where git inside is to ask: without TLS, which is the broker's work.
    pub(crate) fn inside(&self) -> String {
        format!("http://{}{}", self.target, self.path)
    }
}

impl Remote {
    /// Reads a URL or a path.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let odd = |c: char| c.is_control() || c.is_whitespace();
        if text.is_empty() || text.len() > LONGEST || text.starts_with('-') || text.contains(odd) {
            return Err(refused(text, "is empty, too long, begins with `-`, or has spaces"));
        }
        match text.split_once("://") {
            Some(("http" | "https", _)) => place(text).map(Self::Web),
            Some(("file", path)) if path.starts_with('/') => Ok(Self::Local(path.to_owned())),
            Some(("ssh" | "git+ssh" | "ssh+git", _)) => Err(ssh(text)),
            Some(_) => Err(refused(text, "is neither `https://`, `http://` nor `file:///`")),
            None if text.contains("::") => Err(refused(text, "names a helper program")),
            None if text.starts_with(['/', '.']) => Ok(Self::Local(text.to_owned())),
            // What git takes for `host:path`.
            None if text.split('/').next().is_some_and(|first| first.contains(':')) => Err(ssh(text)),
            None => Ok(Self::Local(text.to_owned())),
        }
    }

    /// The same for a new clone, which reads nothing but the workspace.
    pub(crate) fn parse_for_clone(text: &str) -> Result<Self> {
        match Self::parse(text)? {
            Self::Local(path) => {
                let inside = RelPath::parse(path.strip_prefix("./").unwrap_or(&path)).map_err(|error| {
                    refused(text, &format!("is not within the workspace: {}", error.message))
                })?;
                Ok(Self::Local(format!("file://{}", inside.inside())))
            }
            web @ Self::Web(_) => Ok(web),
        }
    }
}

fn place(text: &str) -> Result<Place> {
    let uri: Uri = text.parse().map_err(|_| refused(text, "is no URL"))?;
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        let shown =
            format!("{}://...@{}", uri.scheme_str().unwrap_or_default(), uri.host().unwrap_or_default());
        return Err(refused(&shown, "has a user or a password in it")
            .suggest("leave it out of the URL, and keep it in the file of `git_credentials` on the server"));
    }
    let target = Target::of(&uri).ok_or_else(|| refused(text, "has no host"))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~%+@:,=".contains(c);
    let path = uri.path().trim_end_matches('/');
    let climbs = path
        .split('/')
        .any(|part| part == "." || part == ".." || part.contains("%2e") || part.contains("%2E"));
    if uri.query().is_some() || text.contains('#') || climbs || !path.chars().all(plain) {
        return Err(refused(text, "has a query, a fragment, or odd parts in its path"));
    }
    let is_https = uri.scheme_str() == Some("https");
    Ok(Place { url: text.to_owned(), is_https, target, path: path.to_owned() })
}

fn refused(text: &str, why: &str) -> Error {
    let text: String = text.chars().take(200).collect();
    Error::new(ErrorCode::GitRemoteRefused, format!("`{}` {why}", text.escape_debug()))
        .suggest("use `https://host/path.git`, or a path or `file:///workspace/...` within the workspace")
}

fn ssh(text: &str) -> Error {
    refused(text, "is reached over SSH, which a sandbox cannot: its only network is a proxy for HTTP")
        .suggest("use the `https://` URL of the repository; `git remote set-url` changes that of a clone")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_is_a_place_on_the_web_or_in_the_sandbox() {
        let Ok(Remote::Web(place)) = Remote::parse("https://Example.org/a/b.git/") else {
            panic!("no place")
        };
        assert_eq!((place.inside().as_str(), place.is_https), ("http://example.org:443/a/b.git", true));
        let local = |text: &str| Remote::parse_for_clone(text);
        for path in ["file:///workspace/a.git", "/workspace/a.git", "a.git", "./a.git"] {
            assert_eq!(local(path).unwrap(), Remote::Local("file:///workspace/a.git".to_owned()), "{path}");
        }
        for bad in ["file:///etc", "../a", "/root/x", "file:///workspace/../etc", "file://host/a"] {
            assert_eq!(local(bad).unwrap_err().code, ErrorCode::GitRemoteRefused, "{bad}");
        }
        for bad in [
            "",
            "-u",
            "--upload-pack=x",
            "ssh://git@host/a",
            "git@host:a/b",
            "host:a",
            "git://host/a",
            "ext::sh -c x",
            "ext::x",
            "https://user:secret@host/a",
            "https://host/a?x=1",
            "https://host/../a",
            "https://host/%2e%2e/a",
            "https:///a",
        ] {
            let error = Remote::parse(bad).unwrap_err();
            assert_eq!(error.code, ErrorCode::GitRemoteRefused, "{bad}");
            assert!(!error.message.contains("secret"), "{error}");
        }
    }
}
