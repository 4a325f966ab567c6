//! The settings of what several servers share that answer for each other.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use disco_sdk::{Key, Server};
use serde::{Deserialize, Serialize};

use super::wrong;
use crate::error::Result;

/// What several servers share that answer for each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Replicas {
    /// Keys that seal the sessions of HTTP, with commas or blanks between; empty: none.
    pub key: Secret,
    /// A file with such keys; empty: there is none.
    pub key_file: PathBuf,
    /// The name of this server among those that share the keys; empty: one is made up.
    pub replica: String,
}

/// A value that is never shown.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The key of the setting that is one.
    pub(super) const KEY: &str = "key";
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Replicas {
    /// Gives a server its keys and its name.
    ///
    /// # Errors
    /// `INVALID_CONFIG`, when the keys cannot be read, or are given in two ways.
    pub fn apply(&self, server: Server) -> Result<Server> {
        let mut server = self.keys()?.into_iter().fold(server, Server::key);
        if !self.replica.is_empty() {
            server = server.replica(&self.replica);
        }
        Ok(server)
    }

    fn keys(&self) -> Result<Vec<Key>> {
        let is_file = !self.key_file.as_os_str().is_empty();
        if is_file && !self.key.0.is_empty() {
            return Err(
                wrong("`key` and `key_file` are both set".to_owned()).suggest("leave one of the two out")
            );
        }
        let file = self.key_file.display();
        let (name, text) = if is_file {
            let text = std::fs::read_to_string(&self.key_file);
            (format!("`key_file` names {file}"), text.map_err(|error| wrong(format!("{file}: {error}")))?)
        } else {
            ("`key`".to_owned(), self.key.0.clone())
        };
        let words = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty());
        let keys: Vec<Key> = words.map(str::parse).collect::<disco_sdk::Result<_>>().map_err(|error| {
            wrong(format!("{name}: {error}")).suggest("make one with `openssl rand -base64 32`")
        })?;
        if is_file && keys.is_empty() {
            return Err(wrong(format!("{name}, which has no key in it"))
                .suggest("make one with `openssl rand -base64 32`"));
        }
        Ok(keys)
    }
}
