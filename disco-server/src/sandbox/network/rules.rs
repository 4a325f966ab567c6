//! Which hosts a sandbox may reach: what its creator asked for, within what the settings allow.

use std::fmt;

use hyper::Uri;
use serde::{Deserialize, Serialize};

use super::Network;
use crate::error::{Error, ErrorCode, Result};

/// A host and a port, as a connection asks for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// In small letters; an IPv6 address without brackets.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
}

/// `example.org`, `*.example.org`, either with `:port`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    host: String,
    below: bool,
    port: Option<u16>,
}

/// The most that a sandbox can be given: what the settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// Whether a sandbox may reach public addresses at all.
    pub egress: bool,
    /// What may be reached beside them; a private address only if it is named here with its port.
    pub hosts: Vec<Pattern>,
}

/// What one command may reach.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// Absent: every host.
    hosts: Option<Vec<Pattern>>,
    allowed: Allowed,
}

/// How far a connection that is allowed may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To public addresses.
    Public,
    /// To any address: the host is named with its port, by the sandbox and by the settings.
    Any,
}

impl Target {
    /// Where a request through a proxy wants to go. `None`: it does not say.
    pub(crate) fn of(uri: &Uri) -> Option<Self> {
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let port = match (authority.port_u16(), uri.scheme_str()) {
            (Some(port), _) => port,
            (None, Some("http")) => 80,
            (None, Some("https")) => 443,
            (None, _) => return None,
        };
        Some(Self { host: normal(authority.host()), port })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            return write!(f, "[{}]:{}", self.host, self.port);
        }
        write!(f, "{}:{}", self.host, self.port)
    }
}

fn normal(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase()
}

impl Pattern {
    /// Reads one.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when it is no host.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::new(ErrorCode::InvalidArgument, format!("`{}` is no host", text.escape_debug())).suggest(
                "write `example.org`, `*.example.org` or either with `:443`; an IPv6 address in brackets",
            )
        };
        let (below, rest) = text.strip_prefix("*.").map_or((false, text), |rest| (true, rest));
        let end = rest.rfind(']').unwrap_or(0);
        let (host, port) = match rest[end..].rfind(':') {
            Some(at) => (&rest[..end + at], Some(rest[end + at + 1..].parse().map_err(|_| wrong())?)),
            None => (rest, None),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let is_name = !host.is_empty() && host.len() <= 253 && host.chars().all(plain);
        let is_v6 = host.starts_with('[') && normal(host).parse::<std::net::Ipv6Addr>().is_ok();
        if port == Some(0) || !(is_name || is_v6 && !below) {
            return Err(wrong());
        }
        Ok(Self { host: normal(host), below, port })
    }

    /// Exactly this host and port.
    pub(crate) fn exactly(target: &Target) -> Self {
        Self { host: target.host.clone(), below: false, port: Some(target.port) }
    }

    fn covers(&self, host: &str, port: Option<u16>) -> bool {
        let named = if self.below {
            host.strip_suffix(&self.host).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
        } else {
            host == self.host
        };
        named && (self.port.is_none() || self.port == port)
    }

    fn matches(&self, target: &Target) -> bool {
        self.covers(&target.host, Some(target.port))
    }

    fn names(&self, target: &Target) -> bool {
        !self.below && self.port.is_some() && self.matches(target)
    }
}

impl TryFrom<String> for Pattern {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.to_string()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, below, port } = self;
        f.write_str(if *below { "*." } else { "" })?;
        if host.contains(':') {
            write!(f, "[{host}]")?;
        } else {
            f.write_str(host)?;
        }
        port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Public addresses and nothing else.
impl Default for Allowed {
    fn default() -> Self {
        Self { egress: true, hosts: Vec::new() }
    }
}

impl Allowed {
    /// Refuses a network that no sandbox here can have.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when a host is none, or the settings forbid it.
    pub fn check(&self, network: &Network) -> Result<()> {
        let refused = |what: &str| {
            Error::new(
                ErrorCode::InvalidArgument,
                format!("the server's settings do not let a sandbox reach {what}"),
            )
            .suggest("ask for less, or have `network` or `network_hosts` of the settings changed")
        };
        match network {
            Network::None => Ok(()),
            Network::Egress if self.egress => Ok(()),
            Network::Egress => Err(refused("the internet")),
            Network::Hosts(hosts) => hosts.iter().try_for_each(|text| {
                let host = Pattern::parse(text)?;
                let covered = |allowed: &Pattern| {
                    *allowed == host || !host.below && allowed.covers(&host.host, host.port)
                };
                if self.egress || self.hosts.iter().any(covered) { Ok(()) } else { Err(refused(text)) }
            }),
        }
    }
}

impl Rules {
    /// What a sandbox with this network may reach; `None` if it is nothing at all.
    pub(crate) fn of(network: &Network, allowed: &Allowed) -> Result<Option<Self>> {
        let hosts = match network {
            Network::None => return Ok(None),
            Network::Egress => None,
            Network::Hosts(hosts) => {
                Some(hosts.iter().map(|host| Pattern::parse(host)).collect::<Result<_>>()?)
            }
        };
        Ok(Some(Self { hosts, allowed: allowed.clone() }))
    }

    /// This one place, if the settings allow it.
    pub(crate) fn only(target: &Target, allowed: &Allowed) -> Self {
        Self { hosts: Some(vec![Pattern::exactly(target)]), allowed: allowed.clone() }
    }

    /// Whether a name is one of the sandbox's, whatever its port.
    pub(crate) fn lists(&self, host: &str) -> bool {
        self.hosts.iter().flatten().any(|pattern| pattern.host == host)
    }

    /// Judges a connection before its name is looked up. The error is the sentence for the caller.
    pub(crate) fn judge(&self, target: &Target) -> Result<Reach, String> {
        let named = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.names(target));
        let matched = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(target));
        if let Some(hosts) = &self.hosts {
            if !matched(hosts) {
                let list = hosts.iter().take(20).map(ToString::to_string).collect::<Vec<_>>().join(", ");
                return Err(format!("{target} is not among the hosts of this sandbox: {list}"));
            }
            if named(hosts) && named(&self.allowed.hosts) {
                return Ok(Reach::Any);
            }
        }
        if self.allowed.egress || matched(&self.allowed.hosts) {
            return Ok(Reach::Public);
        }
        Err(format!(
            "{target} is neither in `network_hosts` of the server's settings, nor does `network` allow it"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Target {
        Target::of(&text.parse().unwrap()).unwrap()
    }

    fn allowed(egress: bool, hosts: &[&str]) -> Allowed {
        Allowed { egress, hosts: hosts.iter().map(|host| Pattern::parse(host).unwrap()).collect() }
    }

    fn rules(hosts: &[&str], allowed: &Allowed) -> Rules {
        let network = Network::Hosts(hosts.iter().map(ToString::to_string).collect());
        Rules::of(&network, allowed).unwrap().unwrap()
    }

    #[test]
    fn a_list_of_hosts_lets_through_what_it_names() {
        let rules = rules(&["Example.org:443", "*.pkg.dev", "[2606::1]:80"], &Allowed::default());
        for good in ["https://example.org/", "example.ORG.:443", "http://a.b.pkg.dev/x", "http://[2606::1]/"]
        {
            assert_eq!(rules.judge(&target(good)), Ok(Reach::Public), "{good}");
        }
        for bad in [
            "http://example.org/",
            "https://pkg.dev/",
            "https://evilpkg.dev/",
            "https://example.org.evil.com/",
        ] {
            let words = rules.judge(&target(bad)).unwrap_err();
            assert!(words.contains("is not among the hosts"), "{bad}: {words}");
        }
    }

    #[test]
    fn a_private_address_is_reached_only_if_sandbox_and_settings_name_it_with_its_port() {
        let settings = allowed(true, &["localhost:8080", "db.internal"]);
        let judge = |hosts: &[&str], at: &str| rules(hosts, &settings).judge(&target(at));
        assert_eq!(judge(&["localhost:8080"], "http://localhost:8080/"), Ok(Reach::Any));
        assert_eq!(judge(&["localhost"], "http://localhost:8080/"), Ok(Reach::Public));
        assert_eq!(judge(&["db.internal:5432"], "db.internal:5432"), Ok(Reach::Public));
        let egress = Rules::of(&Network::Egress, &settings).unwrap().unwrap();
        assert_eq!(egress.judge(&target("http://localhost:8080/")), Ok(Reach::Public));
    }

    #[test]
    fn the_settings_bound_what_a_sandbox_can_ask_for() {
        let settings = allowed(false, &["*.example.org"]);
        let hosts = |host: &str| Network::Hosts(vec![host.to_owned()]);
        settings.check(&hosts("a.example.org:443")).unwrap();
        settings.check(&hosts("*.example.org")).unwrap();
        for network in [Network::Egress, hosts("example.org"), hosts("*.org"), hosts("other.com")] {
            assert_eq!(settings.check(&network).unwrap_err().code, ErrorCode::InvalidArgument, "{network:?}");
        }
        for bad in ["", "*", "a b", "http://a", "a:0", "a:b", "*.[::1]", "user@a", "::1"] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }
}
