//! The credentials of remotes: a file that only the server reads.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hyper::header::HeaderValue;
use serde::Deserialize;

use super::address::Place;
use crate::error::{Error, ErrorCode, Result};

/// How large the file may be.
const LARGEST: u64 = 1 << 20;

/// One entry of the file: `[name]` with these keys.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credential {
    /// `host` or `host:port`; the entry's name if absent.
    host: Option<String>,
    /// The user; most hosts take any with a token.
    #[serde(default = "any_user")]
    username: String,
    token: String,
    /// Whether it may be sent without encryption.
    #[serde(default)]
    insecure_http: bool,
}

fn any_user() -> String {
    "git".to_owned()
}

/// Never shows the token.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("host", &self.host)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

impl Credential {
    /// The credential for a place: that of this name, else the one of its host, if there is one.
    pub(crate) fn find(file: Option<&Path>, name: Option<&str>, place: &Place) -> Result<Option<Self>> {
        let all = file.map(read).transpose()?.unwrap_or_default();
        let found = match name {
            Some(name) => {
                let found = all.get(name).ok_or_else(|| unknown(name, &all))?;
                if !found.is_for(name, place) {
                    let what = format!("the credential `{name}` is not for {}", place.target);
                    return Err(Error::new(ErrorCode::GitAuthFailed, what)
                        .suggest("name another one, or none: then that of the host is taken"));
                }
                Some(found)
            }
            None => {
                all.iter().find(|(name, credential)| credential.is_for(name, place)).map(|(_, found)| found)
            }
        };
        match found {
            Some(found) if !place.is_https && !found.insecure_http => Err(Error::new(
                ErrorCode::GitRemoteRefused,
                format!("the credential for {} would go unencrypted to `http://`", place.target),
            )
            .suggest("use `https://`, or set `insecure_http = true` in the credential's entry")),
            found => Ok(found.cloned()),
        }
    }

    fn is_for(&self, name: &str, place: &Place) -> bool {
        let host = self.host.as_deref().unwrap_or(name).to_ascii_lowercase();
        let standard = place.target.port == if place.is_https { 443 } else { 80 };
        host == place.target.to_string() || standard && host == place.target.host
    }

    /// The header that carries it.
    pub(crate) fn header(&self) -> Result<HeaderValue> {
        let basic = BASE64_STANDARD.encode(format!("{}:{}", self.username, self.token));
        let header = HeaderValue::try_from(format!("Basic {basic}"));
        let mut header = header.map_err(Error::internal)?;
        header.set_sensitive(true);
        Ok(header)
    }
}

fn read(path: &Path) -> Result<BTreeMap<String, Credential>> {
    let wrong = |what: &str, suggestion: &str| {
        let what = format!("the credentials in {} are not used: {what}", path.display());
        Error::new(ErrorCode::InvalidConfig, what).suggest(suggestion)
    };
    let unreadable =
        |error: std::io::Error| wrong(&error.to_string(), "correct `git_credentials` of the settings");
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if about.mode() & 0o077 != 0 || about.uid() != rustix::process::geteuid().as_raw() {
        return Err(wrong(
            "others than the server's user may read or write them",
            "run `chmod 600` on the file",
        ));
    }
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text).map_err(unreadable)?;
    // The words of the parser may show what stands there, so they are not passed on.
    toml::from_str(&text).map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| text[..span.start].lines().count().max(1));
        wrong(
            &format!("line {line} is not understood"),
            "write `[\"github.com\"]`, and below it `token = \"...\"`",
        )
    })
}

fn unknown(name: &str, all: &BTreeMap<String, Credential>) -> Error {
    let names = all.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let there = if names.is_empty() { "there are none".to_owned() } else { format!("there are {names}") };
    Error::new(ErrorCode::GitAuthFailed, format!("there is no credential `{}`", name.escape_debug()))
        .suggest(format!("{there}; they are kept in the file of `git_credentials` on the server"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::address::Remote;
    use super::*;

    const FILE: &str = "['example.org']\ntoken = 's3cret'\n[work]\nhost = 'example.org:8443'\nusername = 'me'\ntoken = 't'\n\
        [near]\nhost = 'near'\ntoken = 'x'\ninsecure_http = true\n";

    fn file(text: &str, mode: u32) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        file
    }

    fn place(url: &str) -> Place {
        let Ok(Remote::Web(place)) = Remote::parse(url) else { panic!("{url}") };
        place
    }

    #[test]
    fn a_credential_goes_to_its_host_alone() {
        let file = file(FILE, 0o600);
        let find = |name: Option<&str>, url: &str| Credential::find(Some(file.path()), name, &place(url));
        let user = |found: Result<Option<Credential>>| found.unwrap().map(|found| found.username);
        assert_eq!(user(find(None, "https://Example.org/a")).as_deref(), Some("git"));
        assert_eq!(user(find(None, "https://example.org:8443/a")).as_deref(), Some("me"));
        assert_eq!(user(find(Some("work"), "https://example.org:8443/a")).as_deref(), Some("me"));
        assert_eq!(user(find(None, "http://near/a")).as_deref(), Some("git"));
        assert_eq!(user(find(None, "https://example.org.evil.com/a")), None);
        assert_eq!(user(find(None, "https://sub.example.org/a")), None);
        assert_eq!(find(Some("work"), "https://evil.com/a").unwrap_err().code, ErrorCode::GitAuthFailed);
        assert_eq!(find(Some("none"), "https://evil.com/a").unwrap_err().code, ErrorCode::GitAuthFailed);
        // Over the same port, but unencrypted.
        let error = find(None, "http://example.org:8443/a").unwrap_err();
        assert_eq!(error.code, ErrorCode::GitRemoteRefused);
        let header = find(None, "https://example.org/").unwrap().unwrap().header().unwrap();
        assert_eq!(header, "Basic Z2l0OnMzY3JldA==");
        assert!(!format!("{header:?}").contains("Z2l0"));
    }

    #[test]
    fn a_file_that_others_can_read_is_not_used_and_a_broken_one_is_not_shown() {
        let find =
            |file: &tempfile::NamedTempFile| Credential::find(Some(file.path()), None, &place("https://a/"));
        let error = find(&file(FILE, 0o640)).unwrap_err();
        assert!(error.suggestion.contains("chmod 600"), "{error:?}");
        let error = find(&file("[a]\ntoken = s3cret", 0o600)).unwrap_err();
        assert!(error.message.contains("line 2") && !error.message.contains("s3cret"), "{error:?}");
        assert!(
            !format!("{:?}", toml::from_str::<BTreeMap<String, Credential>>(FILE).unwrap())
                .contains("s3cret")
        );
    }
}
