//! What a call has learnt so far, sealed for the way through the client and back.
//!
//! `version | key id | nonce | XChaCha20-Poly1305(JSON)`, in base64. Any replica with the key can go on.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::journal::Entry;
use crate::error::{Error, Result};
use crate::protocol::capability::ClientCapabilities;

const VERSION: u8 = 1;
const NONCE: usize = 24;
const HEAD: usize = 2;

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

/// Seals and opens states. The first key seals, all of them open.
pub(crate) struct Sealer(Vec<(u8, XChaCha20Poly1305)>);

impl Sealer {
    pub(crate) fn new(keys: &[[u8; 32]]) -> Self {
        let cipher = |key: &[u8; 32]| {
            // The key seals other things too: this one is for states only.
            let derived: [u8; 32] =
                Sha256::new().chain_update(b"disco request state 1 ").chain_update(key).finalize().into();
            let id = Sha256::digest(derived)[0];
            (id, XChaCha20Poly1305::new(&Key::from(derived)))
        };
        Self(keys.iter().map(cipher).collect())
    }

    pub(super) fn seal(&self, state: &State) -> Result<String> {
        let (id, cipher) = self.0.first().ok_or_else(|| Error::new("there is no key"))?;
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| Error::new(format!("no random numbers: {error}")))?;
        let plain = serde_json::to_vec(state)?;
        let head = [VERSION, *id];
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: &head })
            .map_err(|_| Error::new("the state could not be sealed"))?;
        let mut token = Vec::with_capacity(HEAD + NONCE + sealed.len());
        token.extend_from_slice(&head);
        token.extend_from_slice(&nonce);
        token.extend(sealed);
        Ok(URL_SAFE_NO_PAD.encode(token))
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

    fn unseal(&self, token: &str) -> Result<State> {
        let tampered = || refused("tampered", "it is not as this server has sealed it");
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| tampered())?;
        let (head, rest) = bytes.split_at_checked(HEAD).ok_or_else(tampered)?;
        if head[0] != VERSION {
            return Err(refused("version", "another version of this server has sealed it"));
        }
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or_else(tampered)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| tampered())?;
        let mut fitting = self.0.iter().filter(|(id, _)| *id == head[1]).peekable();
        if fitting.peek().is_none() {
            let words = "its key is not here: if the server was restarted, give it a lasting key";
            return Err(refused("tampered", words));
        }
        let payload = || Payload { msg: sealed, aad: head };
        let plain = fitting.find_map(|(_, cipher)| cipher.decrypt(&XNonce::from(nonce), payload()).ok());
        let plain = plain.ok_or_else(tampered)?;
        serde_json::from_slice(&plain)
            .map_err(|_| refused("version", "another version of this server has sealed it"))
    }
}

fn refused(reason: &str, words: &str) -> Error {
    Error::invalid_params(format!("/params/requestState: {words}"))
        .with_suggestion("call again without requestState")
        .with_data("reason", reason)
        .with_data("pointer", "/params/requestState")
}

/// Milliseconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
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

    #[test]
    fn a_state_opens_where_the_key_is_and_for_whom_and_what_it_was_made() {
        let here = Sealer::new(&[[1; 32]]);
        let token = here.seal(&state()).unwrap();
        assert!(
            Sealer::new(&[[2; 32], [1; 32]]).open(&token, "issuer|ada", "d").is_ok(),
            "the old key of a ring"
        );
        assert_eq!(reason(here.open(&token, "issuer|eve", "d")), "principal");
        assert_eq!(reason(here.open(&token, "issuer|ada", "other")), "request");
        assert_eq!(reason(here.open(&format!("{token}A"), "issuer|ada", "d")), "tampered");
        assert_eq!(reason(here.open("", "issuer|ada", "d")), "tampered");
        assert_eq!(reason(Sealer::new(&[[2; 32]]).open(&token, "issuer|ada", "d")), "tampered");
        let late = here.seal(&State { expires: now(), ..state() }).unwrap();
        assert_eq!(reason(here.open(&late, "issuer|ada", "d")), "expired");
        let mut other = URL_SAFE_NO_PAD.decode(&token).unwrap();
        other[0] = VERSION + 1;
        assert_eq!(reason(here.open(&URL_SAFE_NO_PAD.encode(other), "issuer|ada", "d")), "version");
    }
}
