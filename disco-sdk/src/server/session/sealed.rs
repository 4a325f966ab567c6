//! What a session id holds, and what is left out of it so that it stays short.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::SessionKey;
use crate::error::{Error, Result};
use crate::protocol::capability::ClientCapabilities;
use crate::protocol::lifecycle::InitializeParams;
use crate::protocol::version::Version;

/// A client's name and version are for the log; nobody needs more of them than this, in bytes.
const LONGEST_NAME: usize = 48;
const LONGEST_RELEASE: usize = 24;

/// The payload of a session id. It is written as a list, because it travels with every request.
pub(super) struct Sealed {
    name: String,
    /// The replica that has opened it.
    pub(super) home: String,
    pub(super) expires: u64,
    version: String,
    pub(super) client: String,
    pub(super) release: String,
    pub(super) capabilities: ClientCapabilities,
}

type Written = (String, String, u64, String, String, String, ClientCapabilities);

impl Sealed {
    pub(super) fn new(
        name: SessionKey,
        home: &str,
        expires: u64,
        version: Version,
        params: &InitializeParams,
    ) -> Self {
        Self {
            name: URL_SAFE_NO_PAD.encode(name),
            home: home.to_owned(),
            expires,
            version: version.to_string(),
            client: shortened(&params.client_info.name, LONGEST_NAME),
            release: shortened(&params.client_info.version, LONGEST_RELEASE),
            capabilities: params.capabilities.clone(),
        }
    }

    pub(super) fn read(plain: &[u8]) -> Option<Self> {
        let (name, home, expires, version, client, release, capabilities): Written =
            serde_json::from_slice(plain).ok()?;
        Some(Self { name, home, expires, version, client, release, capabilities })
    }

    pub(super) fn name(&self) -> Option<SessionKey> {
        URL_SAFE_NO_PAD.decode(&self.name).ok()?.try_into().ok()
    }

    pub(super) fn version(&self) -> Option<Version> {
        self.version.parse().ok()
    }

    /// As bytes, at most `room` of them. What a client says beyond that is left out: first what is
    /// experimental, then its extensions, then whatever no revision has a name for.
    pub(super) fn within(mut self, room: usize) -> Result<Vec<u8>> {
        let shorter: [fn(&mut ClientCapabilities); 3] = [
            |capabilities| capabilities.experimental = None,
            |capabilities| capabilities.extensions = None,
            |capabilities| *capabilities = essence(capabilities),
        ];
        for shorten in shorter {
            let plain = self.written()?;
            if plain.len() <= room {
                return Ok(plain);
            }
            shorten(&mut self.capabilities);
        }
        let plain = self.written()?;
        if plain.len() <= room {
            return Ok(plain);
        }
        Err(Error::new("a session id would be too long"))
    }

    fn written(&self) -> Result<Vec<u8>> {
        let Self { name, home, expires, version, client, release, capabilities } = self;
        Ok(serde_json::to_vec(&(name, home, expires, version, client, release, capabilities))?)
    }
}

/// The capabilities that a server acts on, without anything that a client has added to them.
fn essence(all: &ClientCapabilities) -> ClientCapabilities {
    let only = |members: &Option<Map<String, Value>>, known: &[&str]| {
        let has = |name: &&&str| members.as_ref().is_some_and(|members| members.contains_key(**name));
        let kept = known.iter().filter(has).map(|name| ((*name).to_owned(), Value::Object(Map::new())));
        members.as_ref().map(|_| kept.collect())
    };
    ClientCapabilities {
        roots: only(&all.roots, &[]),
        sampling: only(&all.sampling, &["tools", "context"]),
        elicitation: only(&all.elicitation, &["form", "url"]),
        ..ClientCapabilities::default()
    }
}

/// At most `most` bytes of a text, without what JSON would write in more than two.
fn shortened(text: &str, most: usize) -> String {
    let mut short = String::new();
    for char in text.chars().filter(|char| !char.is_control()) {
        if short.len() + char.len_utf8() > most {
            break;
        }
        short.push(char);
    }
    short
}
