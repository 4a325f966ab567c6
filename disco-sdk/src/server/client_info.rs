//! Who calls, and what it can do.

use std::sync::{Arc, OnceLock};

use arc_swap::{ArcSwap, Guard};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::protocol::capability::{Ability, ClientCapabilities};
use crate::protocol::legacy::Adapt;
use crate::protocol::lifecycle::Implementation;
use crate::protocol::meta::{self, KnownMeta, RequestMeta};
use crate::protocol::params::check_object;
use crate::protocol::reading::read_object;
use crate::protocol::shape::{CAPABILITIES, IMPLEMENTATION};
use crate::protocol::version::Version;

/// The client of a call: what it is and what it can do. Read only when somebody looks.
#[derive(Clone, Debug, Default)]
pub struct ClientInfo(Arc<Facts>);

#[derive(Debug, Default)]
struct Facts {
    /// What it has said itself.
    said: KnownMeta,
    info: OnceLock<Option<Implementation>>,
    capabilities: OnceLock<ClientCapabilities>,
}

/// The client that was read last. One that says the same again, letter by letter, as most do in every
/// request, is neither checked nor copied again: that saves some 1,700 instructions a call. What it says it with is not
/// even walked over again.
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

    /// What it has said, for the next message to be compared with.
    pub(crate) fn look(&self) -> LastSaid {
        LastSaid(self.facts.load())
    }

    /// The client that a request of the modern era describes in its `_meta`.
    ///
    /// # Errors
    /// `-32602` with the JSON pointer of what is wrong with it.
    pub(crate) fn read(&self, said: &RequestMeta<'_>) -> Result<ClientInfo> {
        let last = self.facts.load();
        let is_known = last.says(said);
        // Of who has begun with what passes, such as a token of progress, the words are kept when they come without.
        if is_known && (!last.said.text.is_empty() || said.lasting(self.most).is_empty()) {
            return Ok(ClientInfo(Arc::clone(&last)));
        }
        if !is_known {
            check(said)?;
        }
        let client = ClientInfo(Arc::new(Facts { said: KnownMeta::of(said, self.most), ..Facts::default() }));
        if described(said).map(|part| part.map_or(0, str::len)).iter().sum::<usize>() <= self.most {
            self.facts.store(Arc::clone(&client.0));
        }
        Ok(client)
    }
}

/// What the last client has said.
pub(crate) struct LastSaid(Guard<Arc<Facts>>);

impl LastSaid {
    pub(crate) fn meta(&self) -> &KnownMeta {
        &self.0.said
    }
}

/// How a request describes the client.
fn described<'a>(meta: &RequestMeta<'a>) -> [Option<&'a str>; 2] {
    [meta.client_info.map(RawValue::get), meta.client_capabilities.map(RawValue::get)]
}

fn check(meta: &RequestMeta<'_>) -> Result<()> {
    let [info, capabilities] = described(meta);
    if let Some(capabilities) = capabilities {
        check_object(capabilities, &CAPABILITIES, || meta::pointer(meta::CLIENT_CAPABILITIES))?;
    }
    if let Some(info) = info {
        check_object(info, &IMPLEMENTATION, || meta::pointer(meta::CLIENT_INFO))?;
    }
    Ok(())
}

impl Facts {
    fn says(&self, meta: &RequestMeta<'_>) -> bool {
        let KnownMeta { client_info, client_capabilities, .. } = &self.said;
        [client_info, client_capabilities].map(|part| part.as_deref().map(RawValue::get)) == described(meta)
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

    /// The same client with other capabilities.
    pub(crate) fn with_capabilities(&self, capabilities: ClientCapabilities) -> Self {
        Self(Arc::new(Facts {
            said: KnownMeta { client_info: self.0.said.client_info.clone(), ..KnownMeta::default() },
            capabilities: OnceLock::from(capabilities),
            ..Facts::default()
        }))
    }

    /// Its name and version, if it said.
    #[must_use]
    pub fn implementation(&self) -> Option<&Implementation> {
        let facts = &self.0;
        let read = || read_object(facts.said.client_info.as_deref()?.get()).ok();
        facts.info.get_or_init(read).as_ref()
    }

    /// What it can do.
    #[must_use]
    pub fn capabilities(&self) -> &ClientCapabilities {
        let facts = &self.0;
        let read = || {
            let said = facts.said.client_capabilities.as_deref()?;
            let all: Map<String, Value> = serde_json::from_str(said.get()).ok()?;
            all.try_into().ok()
        };
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

    fn said(info: Option<&'static str>, capabilities: &'static str) -> RequestMeta<'static> {
        let raw = |json| serde_json::from_str::<&RawValue>(json).unwrap();
        RequestMeta {
            client_info: info.map(raw),
            client_capabilities: Some(raw(capabilities)),
            ..RequestMeta::default()
        }
    }

    #[test]
    fn only_who_says_the_same_is_taken_for_the_last_client() {
        let last = LastClient::new(100);
        let read = |info, capabilities| last.read(&said(info, capabilities));
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
        for (most, is_kept) in [(13, true), (12, false), (0, false)] {
            let last = LastClient::new(most);
            let read = || last.read(&said(None, r#"{"roots": {}}"#)).unwrap();
            assert_eq!(Arc::ptr_eq(&read().0, &read().0), is_kept, "{most}");
        }
    }

    #[test]
    fn the_words_of_a_client_are_kept_as_soon_as_nothing_in_them_passes() {
        let last = LastClient::new(100);
        let words = || last.look().meta().text.clone();
        let plain = RequestMeta { text: "{..}", ..said(None, "{}") };
        let token = serde_json::from_str("1").unwrap();
        let with_token = RequestMeta { progress_token: Some(token), text: "{.., 1}", ..plain.clone() };
        let first = last.read(&with_token).unwrap();
        assert_eq!(*words(), *"");
        assert!(Arc::ptr_eq(&first.0, &last.read(&with_token).unwrap().0));
        let second = last.read(&plain).unwrap();
        assert_eq!(*words(), *"{..}");
        assert!(Arc::ptr_eq(&second.0, &last.read(&with_token).unwrap().0));
        assert_eq!(*words(), *"{..}");
    }
}
