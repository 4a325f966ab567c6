//! The settings of what sandboxes and git reach.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::git;
use crate::sandbox::network::{Allowed, Bounds, Pattern, Settings};

/// What sandboxes and git reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reach {
    /// How open the network is.
    pub network: Openness,
    /// What may be reached beside that; a private address only if it is named here with its port.
    pub network_hosts: Vec<Pattern>,
    /// Connections of one command at one time.
    pub network_connections: usize,
    /// Connections of one command in all.
    pub network_connections_in_all: u32,
    /// What one command may transfer, in MiB.
    pub network_mb: u64,
    /// After how many silent seconds a connection ends.
    pub network_idle_secs: u64,
    /// Certificates of authorities that git's servers may have, beside the system's; empty: none.
    pub ca_file: PathBuf,
    /// Who commits, where neither the repository nor the caller names somebody.
    #[serde(with = "author")]
    pub git_author: git::Author,
    /// The file of git's credentials; empty: there is none.
    pub git_credentials: PathBuf,
    /// How long a clone, fetch or push may take, in seconds.
    pub git_timeout_secs: u64,
}

/// How open the network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Openness {
    /// Sandboxes may reach public addresses, if they ask for them, and so may git.
    Egress,
    /// They reach what `network_hosts` names, and nothing else.
    None,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            network: Openness::Egress,
            network_hosts: Vec::new(),
            network_connections: 64,
            network_connections_in_all: 5000,
            network_mb: 4096,
            network_idle_secs: 60,
            ca_file: PathBuf::new(),
            git_author: git::Author { name: "Disco".to_owned(), email: "disco@localhost".to_owned() },
            git_credentials: PathBuf::new(),
            git_timeout_secs: 600,
        }
    }
}

impl Reach {
    /// The most that a sandbox can be given.
    #[must_use]
    pub fn allowed(&self) -> Allowed {
        Allowed { egress: self.network == Openness::Egress, hosts: self.network_hosts.clone() }
    }

    /// What the network of sandboxes needs of it.
    #[must_use]
    pub fn network(&self) -> Settings {
        let bounds = Bounds {
            connections: self.network_connections,
            in_all: self.network_connections_in_all,
            bytes: self.network_mb << 20,
            idle: Duration::from_secs(self.network_idle_secs),
        };
        Settings { allowed: self.allowed(), bounds, witness: None }
    }

    /// What git needs of it.
    #[must_use]
    pub fn git(&self) -> git::Settings {
        let named = |path: &PathBuf| (!path.as_os_str().is_empty()).then(|| path.clone());
        git::Settings {
            author: self.git_author.clone(),
            credentials: named(&self.git_credentials),
            ca_file: named(&self.ca_file),
            timeout: Duration::from_secs(self.git_timeout_secs),
            allowed: self.allowed(),
        }
    }
}

/// An author as one line: `Name <email>`.
mod author {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::git::Author;

    pub(super) fn serialize<S: Serializer>(author: &Author, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(author)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Author, D::Error> {
        Author::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
