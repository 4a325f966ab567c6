//! The only network that a sandbox can be given: a proxy of the server.
//!
//! A command has an own network namespace, whose only interface is its loopback. Where the sandbox may reach
//! something, process 1 listens there, on [`PORT`], before the command starts, and hands the listening socket to the server;
//! in a container, a thread of the server does so.
//! So the server answers inside the namespace without being in it, and nothing but what this proxy lets through goes out:
//!
//! - `CONNECT` for whatever is encrypted, requests with absolute URIs for `http`;
//! - names are looked up once, by the server, and the connection goes to the very address that was checked, so a name that
//!   points elsewhere the next time gains nothing;
//! - addresses that are not public are refused, whatever the name, unless the sandbox and the settings both name
//!   the host with its port;
//! - connections, bytes and silence are bounded, and the audit has each connection before its first byte.

mod address;
mod forward;
mod line;
mod meter;
mod proxy;
mod rules;
mod serve;

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Result;

pub use rules::{Allowed, Pattern};

pub(crate) use forward::{Body, forward, words};
pub(crate) use line::{Line, Refusal};
pub(crate) use meter::Metered;
pub(crate) use rules::{Rules, Target};
pub(crate) use serve::{Answer, Porter, Proxy};

/// Where the proxy listens, on the loopback inside.
pub const PORT: u16 = 3128;

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

/// What the settings say of the network of all sandboxes.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The most that a sandbox can be given.
    pub allowed: Allowed,
    /// How much of it one command may use.
    pub bounds: Bounds,
    /// Who is told of every connection.
    pub witness: Option<Arc<dyn Witness>>,
}

/// How much one command may use of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Connections at one time; more wait.
    pub connections: usize,
    /// Connections in all: each is an entry of the audit, which is not to be flooded.
    pub in_all: u32,
    /// Bytes over all connections, both ways together.
    pub bytes: u64,
    /// How long nothing may go over a connection.
    pub idle: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { connections: 64, in_all: 5000, bytes: 4096 << 20, idle: Duration::from_mins(1) }
    }
}

/// Who is told of every connection, before its first byte.
#[async_trait]
pub trait Witness: Debug + Send + Sync {
    /// Takes note.
    ///
    /// # Errors
    /// When it cannot; then the connection does not come about.
    async fn saw(&self, passage: Passage) -> Result<()>;
}

/// One connection that a command asked for.
#[derive(Debug, Clone)]
pub struct Passage {
    /// The sandbox of the command.
    pub sandbox: String,
    /// `CONNECT`, or the method of the request.
    pub method: String,
    /// The host and the port.
    pub target: String,
    /// `ok`, `NETWORK_REFUSED` or `NETWORK_FAILED`.
    pub outcome: &'static str,
    /// When it was asked for.
    pub at: SystemTime,
    /// How long it took to come about.
    pub duration: Duration,
}

/// The network of one command: what it may reach, and who answers it.
#[derive(Debug, Clone)]
pub struct Access {
    pub(crate) rules: Rules,
    pub(crate) porter: Arc<dyn Porter>,
}

impl Access {
    /// What a sandbox with this network gives its commands; `None` if it is nothing.
    pub(crate) fn of(network: &Network, allowed: &Allowed) -> Result<Option<Self>> {
        let rules = Rules::of(network, allowed)?;
        Ok(rules.map(|rules| Self { rules, porter: Arc::new(proxy::Forwarding) }))
    }

    /// The variables by which programs find the proxy, in both spellings, as there is no standard.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let proxy = format!("http://127.0.0.1:{PORT}");
        // What a command serves itself it reaches directly, unless the host's port of that name is meant.
        let own = ["localhost", "127.0.0.1", "::1"].into_iter().filter(|own| !self.rules.lists(own));
        let own = own.collect::<Vec<_>>().join(",");
        let variables =
            [("http_proxy", &proxy), ("https_proxy", &proxy), ("all_proxy", &proxy), ("no_proxy", &own)];
        let both = variables.into_iter().flat_map(|(name, value)| {
            [(name.to_ascii_uppercase(), value.clone()), (name.to_owned(), value.clone())]
        });
        both.collect()
    }
}
