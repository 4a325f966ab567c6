//! Flags and variables of what several servers share that answer for each other.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::config::Secret;

/// What flags and variables say of it.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct ReplicasGiven {
    /// Keys that seal the sessions of HTTP, 32 bytes each in base64 (`openssl rand -base64 32`), with commas between:
    /// the first seals, all open. Other users of the machine can read a command line: rather give the variable or
    /// `--key-file`. Without a key the server makes one up, and sessions end with it.
    #[arg(long, global = true, env = "DISCO_KEY", value_name = "KEYS", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Secret>,
    /// A file with such keys.
    #[arg(long, global = true, env = "DISCO_KEY_FILE", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// The name of this server among those that share the keys; made of the host and the address, if absent.
    #[arg(long, global = true, env = "DISCO_REPLICA", value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replica: Option<String>,
}
