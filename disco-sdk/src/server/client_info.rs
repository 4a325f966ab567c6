//! Who calls, and what it can do.

use std::sync::{Arc, OnceLock};

use serde_json::value::RawValue;

use crate::protocol::capability::{Ability, ClientCapabilities};
use crate::protocol::legacy::Adapt;
use crate::protocol::lifecycle::Implementation;
use crate::protocol::version::Version;

/// The client of a call: what it is and what it can do. Read only when somebody looks.
#[derive(Clone, Debug, Default)]
pub struct ClientInfo(Arc<Facts>);

#[derive(Debug, Default)]
struct Facts {
    raw_info: Option<Box<RawValue>>,
    raw_capabilities: Option<Box<RawValue>>,
    info: OnceLock<Option<Implementation>>,
    capabilities: OnceLock<ClientCapabilities>,
}

impl ClientInfo {
    /// What an `initialize` said, without what its revision does not have.
    pub(crate) fn known(
        info: Implementation,
        mut capabilities: ClientCapabilities,
        version: Version,
    ) -> Self {
        capabilities.adapt(version);
        Self(Arc::new(Facts {
            info: OnceLock::from(Some(info)),
            capabilities: OnceLock::from(capabilities),
            ..Facts::default()
        }))
    }

    /// What a request of the modern era says in its `_meta`.
    pub(crate) fn unread(info: Option<&RawValue>, capabilities: Option<&RawValue>) -> Self {
        Self(Arc::new(Facts {
            raw_info: info.map(ToOwned::to_owned),
            raw_capabilities: capabilities.map(ToOwned::to_owned),
            ..Facts::default()
        }))
    }

    /// The same client with other capabilities.
    pub(crate) fn with_capabilities(&self, capabilities: ClientCapabilities) -> Self {
        Self(Arc::new(Facts {
            raw_info: self.0.raw_info.clone(),
            capabilities: OnceLock::from(capabilities),
            ..Facts::default()
        }))
    }

    /// Its name and version, if it said.
    #[must_use]
    pub fn implementation(&self) -> Option<&Implementation> {
        let facts = &self.0;
        let read = || serde_json::from_str(facts.raw_info.as_deref()?.get()).ok();
        facts.info.get_or_init(read).as_ref()
    }

    /// What it can do.
    #[must_use]
    pub fn capabilities(&self) -> &ClientCapabilities {
        let facts = &self.0;
        let read = || serde_json::from_str(facts.raw_capabilities.as_deref()?.get()).ok();
        facts.capabilities.get_or_init(|| read().unwrap_or_default())
    }

    /// Whether it can be asked this, in the revision that is spoken.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    /// use disco_sdk::protocol::capability::Ability;
    ///
    /// /// Deletes everything.
    /// #[tool(destructive)]
    /// async fn purge(ctx: Context) -> Result<&'static str> {
    ///     if ctx.client().supports(Ability::Form) && !ctx.ask::<bool>("Really?").await? {
    ///         return Ok("nothing was deleted");
    ///     }
    ///     Ok("all is gone")
    /// }
    /// ```
    #[must_use]
    pub fn supports(&self, ability: Ability) -> bool {
        self.capabilities().has(ability)
    }
}
