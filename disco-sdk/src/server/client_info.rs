//! Who calls, and what it can do.

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use serde_json::value::RawValue;

use crate::error::Result;
use crate::protocol::capability::{Ability, ClientCapabilities};
use crate::protocol::legacy::Adapt;
use crate::protocol::lifecycle::Implementation;
use crate::protocol::meta;
use crate::protocol::params::check_object;
use crate::protocol::shape::{CAPABILITIES, IMPLEMENTATION};
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

/// The client that was read last. One that says the same again, letter by letter, as most do in every
/// request, is neither checked nor copied again: that saves some 1,700 instructions a call.
#[derive(Debug)]
pub(crate) struct LastClient {
    facts: ArcSwap<Facts>,
    /// No client is kept that says more than this of itself, in bytes.
    most: usize,
}

impl LastClient {
    pub(crate) fn new(most: usize) -> Self {
        Self { facts: ArcSwap::default(), most }
    }

    /// The client that a request of the modern era describes in its `_meta`.
    ///
    /// # Errors
    /// `-32602` with the JSON pointer of what is wrong with it.
    pub(crate) fn read(&self, info: Option<&RawValue>, capabilities: &RawValue) -> Result<ClientInfo> {
        let last = self.facts.load();
        if last.says(info, capabilities) {
            return Ok(ClientInfo(Arc::clone(&last)));
        }
        check_object(capabilities.get(), &CAPABILITIES, || meta::pointer(meta::CLIENT_CAPABILITIES))?;
        if let Some(info) = info {
            check_object(info.get(), &IMPLEMENTATION, || meta::pointer(meta::CLIENT_INFO))?;
        }
        let client = ClientInfo::unread(info, capabilities);
        if info.map_or(0, |info| info.get().len()) + capabilities.get().len() <= self.most {
            self.facts.store(Arc::clone(&client.0));
        }
        Ok(client)
    }
}

impl Facts {
    fn says(&self, info: Option<&RawValue>, capabilities: &RawValue) -> bool {
        let known = self.raw_capabilities.as_deref().map(RawValue::get);
        known == Some(capabilities.get())
            && self.raw_info.as_deref().map(RawValue::get) == info.map(RawValue::get)
    }
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
    fn unread(info: Option<&RawValue>, capabilities: &RawValue) -> Self {
        Self(Arc::new(Facts {
            raw_info: info.map(ToOwned::to_owned),
            raw_capabilities: Some(capabilities.to_owned()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_says_the_same_is_taken_for_the_last_client() {
        let last = LastClient::new(100);
        let read = |info: Option<&'static str>, capabilities: &'static str| {
            let raw = |json| serde_json::from_str::<&RawValue>(json).unwrap();
            last.read(info.map(raw), raw(capabilities))
        };
        let ada = Some(r#"{"name": "ada", "version": "1"}"#);
        let first = read(ada, "{}").unwrap();
        assert!(Arc::ptr_eq(&first.0, &read(ada, "{}").unwrap().0));
        let able = read(ada, r#"{"elicitation": {}}"#).unwrap();
        assert!(able.supports(Ability::Form) && !read(ada, "{}").unwrap().supports(Ability::Form));
        assert!(read(None, "{}").unwrap().implementation().is_none());
        assert_eq!(read(ada, "{}").unwrap().implementation().unwrap().name, "ada");
        assert!(read(Some("{}"), "{}").is_err() && read(Some("{}"), "{}").is_err());
        assert!(read(ada, r#"{"roots": 1}"#).is_err());
    }

    #[test]
    fn who_says_more_than_is_remembered_is_read_each_time() {
        let capabilities = serde_json::from_str::<&RawValue>(r#"{"roots": {}}"#).unwrap();
        for (most, is_kept) in [(13, true), (12, false), (0, false)] {
            let last = LastClient::new(most);
            let read = || last.read(None, capabilities).unwrap();
            assert_eq!(Arc::ptr_eq(&read().0, &read().0), is_kept, "{most}");
        }
    }
}
