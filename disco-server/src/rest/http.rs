//! The settings of HTTP.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What requests over HTTP may take, each and all together, and from where they may come. They are keys of `disco.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Http {
    /// The largest body of a request, in MiB.
    pub body_mb: usize,
    /// How many requests may be under way at one time.
    pub max_requests: usize,
    /// How long one may take until its answer begins, in seconds.
    pub request_seconds: u64,
    /// How many streams may be open at one time.
    pub max_streams: usize,
    /// How long one may be open, in seconds.
    pub stream_seconds: u64,
    /// How many requests that are refused at the door have an entry of the audit in a minute.
    pub audit_refusals: u64,
    /// Names of this server, beside those of loopback.
    pub allowed_hosts: Vec<String>,
    /// Origins whose pages may use this server.
    pub allowed_origins: Vec<String>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            body_mb: 16,
            max_requests: 256,
            request_seconds: 660,
            max_streams: 64,
            stream_seconds: 3600,
            audit_refusals: 60,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
        }
    }
}

impl Http {
    pub(super) fn body_bytes(&self) -> usize {
        self.body_mb << 20
    }

    pub(super) fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    pub(super) fn stream_time(&self) -> Duration {
        Duration::from_secs(self.stream_seconds)
    }
}
