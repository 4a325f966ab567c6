//! Flags and variables of what requests over HTTP may take, and from where they may come.

use clap::Args;
use serde::Serialize;

/// What flags and variables say of it.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct HttpGiven {
    /// Body of one REST request, in MiB, 1 to 1024 [default: 16].
    #[arg(long, global = true, env = "DISCO_BODY_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_mb: Option<u64>,
    /// How many REST requests may be under way at one time, 1 to 100000 [default: 256].
    #[arg(long, global = true, env = "DISCO_MAX_REQUESTS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_requests: Option<u64>,
    /// How long a REST request may take until its answer begins, in seconds, 1 to 86400 [default: 660].
    #[arg(long, global = true, env = "DISCO_REQUEST_SECONDS", value_name = "S")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_seconds: Option<u64>,
    /// How many REST streams may be open at one time, 1 to 100000 [default: 64].
    #[arg(long, global = true, env = "DISCO_MAX_STREAMS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_streams: Option<u64>,
    /// How long a REST stream may be open, in seconds, 1 to 604800 [default: 3600].
    #[arg(long, global = true, env = "DISCO_STREAM_SECONDS", value_name = "S")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_seconds: Option<u64>,
    /// How many requests that are refused at the door have an entry of the audit in a minute, 0 to 100000; more are only
    /// counted [default: 60].
    #[arg(long, global = true, env = "DISCO_AUDIT_REFUSALS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_refusals: Option<u64>,
    /// A name of this server that requests may use beside those of loopback; may be given again.
    #[arg(
        long = "allowed-host",
        global = true,
        env = "DISCO_ALLOWED_HOSTS",
        value_name = "HOST",
        value_delimiter = ','
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_hosts: Option<Vec<String>>,
    /// An origin whose pages may use this server, such as `https://app.example.com`; may be given again.
    #[arg(
        long = "allowed-origin",
        global = true,
        env = "DISCO_ALLOWED_ORIGINS",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_origins: Option<Vec<String>>,
}
