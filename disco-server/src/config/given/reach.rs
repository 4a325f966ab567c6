//! Flags and variables of what sandboxes and git reach.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

/// What flags and variables say of it.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct ReachGiven {
    /// What sandboxes and git may reach: `egress` (any public address) or `none` [default: egress].
    #[arg(long, global = true, env = "DISCO_NETWORK", value_name = "REACH")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// A host that they may reach beside that, as `host:port`, `host` or `*.host`; may be given more than once.
    /// A private address is reached only with its port.
    #[arg(
        long = "network-host",
        global = true,
        env = "DISCO_NETWORK_HOSTS",
        value_name = "HOST",
        value_delimiter = ','
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network_hosts: Vec<String>,
    /// Connections of one command at one time, 1 to 4096; more wait [default: 64].
    #[arg(long, global = true, env = "DISCO_NETWORK_CONNECTIONS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_connections: Option<usize>,
    /// Connections of one command in all, 1 to 10000000; each is an entry of the audit [default: 5000].
    #[arg(long, global = true, env = "DISCO_NETWORK_CONNECTIONS_IN_ALL", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_connections_in_all: Option<u32>,
    /// What one command may transfer, in MiB, 1 to 16777216 [default: 4096].
    #[arg(long, global = true, env = "DISCO_NETWORK_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_mb: Option<u64>,
    /// After how many silent seconds a connection ends, 1 to 3600 [default: 60].
    #[arg(long, global = true, env = "DISCO_NETWORK_IDLE_SECS", value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_idle_secs: Option<u64>,
    /// Certificates (PEM) of authorities that git's servers may have, beside the system's.
    #[arg(long, global = true, env = "DISCO_CA_FILE", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Who commits, where neither repository nor caller names somebody; `Disco <disco@localhost>` if nobody does.
    #[arg(long, global = true, env = "DISCO_GIT_AUTHOR", value_name = "NAME <EMAIL>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git_author: Option<String>,
    /// The file of git's credentials, which nobody else may read; `git-credentials.toml` beside `disco.toml`, if absent.
    #[arg(long, global = true, env = "DISCO_GIT_CREDENTIALS", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git_credentials: Option<PathBuf>,
    /// How long a clone, fetch or push may take, in seconds, 1 to 86400 [default: 600].
    #[arg(long, global = true, env = "DISCO_GIT_TIMEOUT_SECS", value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git_timeout_secs: Option<u64>,
}
