//! Other repositories: where they are, and how git in a sandbox reaches them without ever holding a credential.
//!
//! Inside, git speaks plain `http` to the name of the remote, through the proxy that is the command's only network. There a
//! [`broker`] answers, outside of the sandbox: it lets through the requests of git's protocol for this one
//! repository and nothing else, speaks TLS to the real host, and adds the credential. So whatever the repository makes
//! git do (hooks, helpers, `insteadOf`, another proxy), there is no secret to be found inside, and no other place to
//! send it to. Redirects are not followed.

mod address;
mod broker;
mod credentials;
mod tls;

pub(super) use address::{Place, Remote};

pub(super) use broker::{Broker, Seen, Service};
pub(super) use credentials::Credential;
