//! What a server shares with its replicas, and what tells it from them.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::Hash;

use super::ask::store::{Kept, RequestStates};
use super::builder::Server;
use super::key::Key;
use super::session::revoked::Revoked;
use crate::transport::OnDisconnect;
use crate::transport::process::{PROCESS_NAME, process};

/// What a server shares with its replicas, and what tells it from them.
#[derive(Default)]
pub(crate) struct Replicas {
    pub(crate) keys: Vec<Key>,
    pub(crate) name: Option<String>,
    pub(crate) revoked: Option<Arc<dyn Revoked>>,
    pub(crate) request_states: Option<Kept>,
    pub(crate) on_disconnect: OnDisconnect,
}

impl Replicas {
    /// What the sessions that are opened here are marked with: the same after a restart if the replica
    /// has a name.
    pub(super) fn home(&self) -> String {
        let Some(name) = &self.name else {
            return process().to_owned();
        };
        let digest = Hash::hash(format!("disco replica {name}").as_bytes());
        URL_SAFE_NO_PAD.encode(&digest[..PROCESS_NAME * 3 / 4])
    }
}

/// One server in several processes.
impl Server {
    /// A key that seals old-era sessions and calls that wait for answers: give every replica the same
    /// one, and both outlive restarts. Without one a process makes its own.
    ///
    /// May be called several times: the first key seals, all of them open. So keys are changed without
    /// losing a session: add the new one behind the old one everywhere, then put it first everywhere,
    /// and take the old one away when the sessions that it has sealed have expired
    /// ([`Limits::session`](crate::Limits::session)).
    ///
    /// ```
    /// use disco_sdk::{Key, Server};
    /// let (new, old) = (Key::from([1; 32]), Key::from([2; 32]));
    /// let server = Server::new("demo", "1.0.0").key(new).key(old);
    /// ```
    pub fn key(mut self, key: impl Into<Key>) -> Self {
        self.replicas.keys.push(key.into());
        self
    }

    /// The name of this replica, which outlives restarts: a host and a port, say.
    ///
    /// Any replica serves the calls of any session, but the open stream of a session, its subscriptions
    /// and its log level are kept by the replica that opened it; any other refuses them and says that the
    /// requests of a session have to be routed to one replica. Without a name every process is another
    /// replica, also after a restart.
    pub fn replica(mut self, name: impl Into<String>) -> Self {
        self.replicas.name = Some(name.into());
        self
    }

    /// Where ended sessions are remembered, so that every replica refuses them.
    pub fn revoked(mut self, store: impl Revoked) -> Self {
        self.replicas.revoked = Some(Arc::new(store));
        self
    }

    /// Where the state of a call is kept that is too large to travel through the client
    /// ([`Limits::request_state`](crate::Limits::request_state)), and what calls of `#[tool(single_use)]`
    /// came to. Without it the one is refused, and the other does not build.
    pub fn request_states(mut self, store: impl RequestStates) -> Self {
        self.replicas.request_states = Some(Kept::new(store));
        self
    }

    /// What becomes of a call over HTTP whose client goes away.
    pub fn on_disconnect(mut self, what: OnDisconnect) -> Self {
        self.replicas.on_disconnect = what;
        self
    }
}
