//! Who may reach a server over HTTP, as far as `Host` and `Origin` tell.

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
