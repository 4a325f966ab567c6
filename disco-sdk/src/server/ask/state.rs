//! What a call has learnt so far, sealed for the way through the client and back. Any replica with the
//! key can go on.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::clock::now;
use super::super::key::{Fault, KeyRing, Seal};
use super::journal::Entry;
use crate::error::{Error, Result};
use crate::protocol::capability::ClientCapabilities;

/// What a call has learnt so far. Short names: it travels with every round.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// What idempotency keys are made of.
    #[serde(rename = "i")]
    pub(super) call: String,
    /// In whose name the call was made.
    #[serde(rename = "p", default, skip_serializing_if = "String::is_empty")]
    pub(super) principal: String,
    /// When it ends, in milliseconds since 1970.
    #[serde(rename = "e")]
    pub(super) expires: u64,
    /// What was asked for.
    #[serde(rename = "d")]
    pub(super) digest: String,
    /// How often the client was asked.
    #[serde(rename = "r")]
    pub(super) round: u32,
    /// What the handler was told, in order.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub(super) log: Vec<Entry>,
    /// What it was not told yet.
    #[serde(rename = "q", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) asked: BTreeMap<String, Asked>,
    /// What the client could do in the first round.
    #[serde(rename = "c")]
    pub(super) capabilities: ClientCapabilities,
    /// Under which name the store has what the handler was told and was not told yet.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub(super) kept: Option<String>,
}

/// A question that the client was asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Asked {
    #[serde(rename = "f")]
    pub(super) fingerprint: String,
    #[serde(rename = "m")]
    pub(super) label: String,
    /// How many answers did not fit.
    #[serde(rename = "n", default, skip_serializing_if = "is_zero")]
    pub(super) misfits: u32,
    /// What was wrong with the last of them.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// Until when an answer counts.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<u64>,
    /// An answer that the handler has not come to.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<Value>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl State {
    /// The same without what the store has under `name`.
    pub(super) fn kept_as(&self, name: String) -> Self {
        Self {
            call: self.call.clone(),
            principal: self.principal.clone(),
            expires: self.expires,
            digest: self.digest.clone(),
            round: self.round,
            capabilities: self.capabilities.clone(),
            kept: Some(name),
            ..Self::default()
        }
    }

    /// What idempotency keys are made of.
    pub(super) fn secret(&self) -> Option<[u8; 32]> {
        URL_SAFE_NO_PAD.decode(&self.call).ok()?.try_into().ok()
    }

    /// For how long it is good.
    pub(super) fn time_left(&self) -> Duration {
        Duration::from_millis(self.expires.saturating_sub(now()))
    }
}

/// Seals and opens states.
pub(crate) struct Sealer(Seal);

impl Sealer {
    pub(crate) fn new(keys: &KeyRing) -> Self {
        Self(keys.seal_for("request state"))
    }

    pub(super) fn seal(&self, state: &State) -> Result<String> {
        self.0.seal(&serde_json::to_vec(state)?, "")
    }

    /// Opens a state for a request.
    ///
    /// # Errors
    /// `-32602` with the reason in one word.
    pub(super) fn open(&self, token: &str, principal: &str, digest: &str) -> Result<State> {
        let state = self.unseal(token)?;
        if state.principal != principal {
            return Err(refused("principal", "it was given to somebody else"));
        }
        if state.digest != digest {
            return Err(refused("request", "it belongs to a request with other parameters"));
        }
        if state.expires <= now() {
            return Err(refused("expired", "it has expired"));
        }
        Ok(state)
    }

    /// Seals something for the store; it opens under this name only.
    pub(super) fn seal_as<T: Serialize>(&self, name: &str, value: &T) -> Result<Vec<u8>> {
        Ok(self.0.seal(&serde_json::to_vec(value)?, name)?.into_bytes())
    }

    /// What the store has under this name; `None`: this server has not sealed it for that.
    pub(super) fn open_as<T: DeserializeOwned>(&self, name: &str, sealed: Vec<u8>) -> Option<T> {
        let plain = self.0.open(&String::from_utf8(sealed).ok()?, name).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    fn unseal(&self, token: &str) -> Result<State> {
        let other_version = || refused("version", "another version of this server has sealed it");
        let plain = self.0.open(token, "").map_err(|fault| match fault {
            Fault::Tampered => refused("tampered", "it is not as this server has sealed it"),
            Fault::OtherVersion => other_version(),
            Fault::NoSuchKey => {
                refused("tampered", "its key is not here: if the server was restarted, give it a lasting key")
            }
        })?;
        serde_json::from_slice(&plain).map_err(|_| other_version())
    }
}

/// A state that is not taken back: the reason in one word, and in several.
pub(super) fn refused(reason: &str, words: &str) -> Error {
    Error::invalid_params(format!("/params/requestState: {words}"))
        .with_suggestion("call again without requestState")
        .with_data("reason", reason)
        .with_data("pointer", "/params/requestState")
}

/// What the store gives was not put there by this server.
pub(super) fn not_ours() -> Error {
    refused("tampered", "what the store has is not as this server has sealed it")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        State {
            principal: "issuer|ada".into(),
            digest: "d".into(),
            expires: now() + 60_000,
            ..State::default()
        }
    }

    fn reason(outcome: Result<State>) -> String {
        outcome.unwrap_err().data()["reason"].as_str().unwrap_or_default().to_owned()
    }

    fn sealer(keys: &[u8]) -> Sealer {
        let keys = keys.iter().map(|&key| [key; 32].into()).collect();
        Sealer::new(&KeyRing::new(keys).unwrap())
    }

    #[test]
    fn a_state_opens_where_the_key_is_and_for_whom_and_what_it_was_made() {
        let here = sealer(&[1]);
        let token = here.seal(&state()).unwrap();
        assert!(sealer(&[2, 1]).open(&token, "issuer|ada", "d").is_ok(), "the old key of a ring");
        assert_eq!(reason(here.open(&token, "issuer|eve", "d")), "principal");
        assert_eq!(reason(here.open(&token, "issuer|ada", "other")), "request");
        assert_eq!(reason(here.open(&format!("{token}A"), "issuer|ada", "d")), "tampered");
        assert_eq!(reason(here.open("", "issuer|ada", "d")), "tampered");
        assert_eq!(reason(sealer(&[2]).open(&token, "issuer|ada", "d")), "tampered");
        let late = here.seal(&State { expires: now(), ..state() }).unwrap();
        assert_eq!(reason(here.open(&late, "issuer|ada", "d")), "expired");
    }
}
