//! What a sandbox may reach beside itself.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the commands of a sandbox can reach.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// Nothing but their own loopback.
    #[default]
    None,
    /// The internet, but nothing of this machine and of the networks near it.
    Egress,
    /// Only these hosts, as in `github.com`, `*.crates.io` or `example.org:8443`.
    Hosts(Vec<String>),
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Egress => f.write_str("egress"),
            Self::Hosts(hosts) => write!(f, "hosts: {}", hosts.join(", ")),
        }
    }
}
