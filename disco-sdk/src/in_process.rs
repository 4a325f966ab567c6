//! A server and a client in one process: where the two layers, which know nothing of each other, meet.

use std::sync::Arc;

use crate::client::{Answers, Client};
use crate::error::{Error, Result};
use crate::protocol::version::Version;
use crate::server::{Server, Service};
use crate::transport::{Caller, Connect as _, Conversation, RequestParts, Wire};

impl Service {
    /// A client in this process that speaks the newest revision.
    ///
    /// # Errors
    /// None that a server of ours would give.
    pub async fn client(&self) -> Result<Client> {
        self.client_in(Version::LATEST).await
    }

    /// A client in this process that speaks `version`.
    ///
    /// # Errors
    /// None that a server of ours would give.
    pub async fn client_in(&self, version: Version) -> Result<Client> {
        self.client_with(version, Answers::default()).await
    }

    /// A client in this process that speaks `version` and can be asked.
    ///
    /// # Errors
    /// None that a server of ours would give.
    pub async fn client_with(&self, version: Version, answers: Answers) -> Result<Client> {
        Client::connect_with(self.conversation(Wire::Memory).await?, version, answers).await
    }

    /// A conversation with somebody on this machine.
    pub(crate) async fn conversation(&self, wire: Wire) -> Result<Arc<dyn Conversation>> {
        let caller = self.0.identify(&RequestParts::local()).settled().await;
        let caller = caller.map_err(|refusal| Error::forbidden(String::from_utf8_lossy(&refusal.body)))?;
        Ok(Arc::new(self.clone()).connect(wire, caller))
    }

    /// A client in this process that speaks `version` and is this caller, whatever
    /// [`Server::caller`] would say.
    ///
    /// # Errors
    /// None that a server of ours would give.
    pub async fn client_as(&self, caller: Caller, version: Version) -> Result<Client> {
        Client::connect(Arc::new(self.clone()).connect(Wire::Memory, caller), version).await
    }
}

impl Server {
    /// A client in this process, for tests, that speaks the newest revision.
    ///
    /// # Errors
    /// Those of [`Server::build`].
    pub async fn client(self) -> Result<Client> {
        self.build()?.client().await
    }

    /// A client in this process, for tests, that speaks `version`.
    ///
    /// # Errors
    /// Those of [`Server::build`].
    pub async fn client_in(self, version: Version) -> Result<Client> {
        self.build()?.client_in(version).await
    }
}
