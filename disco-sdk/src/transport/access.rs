//! Who may reach a server over HTTP, as far as `Host` and `Origin` tell.

/// The setting of the environment that adds hosts, read by `Server::run`.
#[cfg(feature = "http")]
pub(crate) const ALLOWED_HOSTS: &str = "DISCO_ALLOWED_HOSTS";
/// The one that adds origins.
#[cfg(feature = "http")]
pub(crate) const ALLOWED_ORIGINS: &str = "DISCO_ALLOWED_ORIGINS";

/// The hosts and origins that HTTP requests may name, besides the loopback ones and the bound name.
///
/// This is the defence against DNS rebinding (2026-07-28, basic/transports/streamable-http): a page
/// in somebody's browser must not reach a server on the same machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Values of `Host`, without the port: `mcp.example.com`.
    pub hosts: Vec<String>,
    /// Values of `Origin`, whole: `https://app.example.com`.
    pub origins: Vec<String>,
}
