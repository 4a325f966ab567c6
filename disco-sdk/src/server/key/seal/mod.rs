//! `version | key id | sealed`, in base64: nobody without the key changes it.
//!
//! With the feature `http` nobody reads it either: there it passes through proxies and their logs.
//! Without it the client is a process of the same machine, as a rule the one that started this one: a
//! signature is enough, and a cipher is fourteen crates less.

#[cfg_attr(feature = "http", path = "encrypted.rs")]
#[cfg_attr(not(feature = "http"), path = "signed.rs")]
mod cipher;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::Hash;

use self::cipher::Cipher;
use crate::error::{Error, Result};

const HEAD: usize = 2;
/// How much longer a sealed thing is than the plain one, before base64.
const OVERHEAD: usize = HEAD + cipher::OVERHEAD;

/// Seals and opens. The first key seals, all of them open.
pub(crate) struct Seal(Vec<(u8, Cipher)>);

/// Why something could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not as it was sealed.
    Tampered,
    /// Another version of this crate has sealed it.
    OtherVersion,
    /// None of the keys is its key.
    NoSuchKey,
}

impl Seal {
    pub(super) fn new(keys: impl Iterator<Item = [u8; 32]>) -> Self {
        Self(keys.map(|key| (Hash::hash(&key)[0], Cipher::new(key))).collect())
    }

    /// How much fits, if the sealed text may have `characters`.
    pub(crate) const fn room(characters: usize) -> usize {
        (characters * 3 / 4).saturating_sub(OVERHEAD)
    }

    /// Seals something that can be opened for the same purpose only.
    pub(crate) fn seal(&self, plain: &[u8], purpose: &str) -> Result<String> {
        let (id, cipher) = self.0.first().ok_or_else(|| Error::new("there is no key"))?;
        let head = [cipher::VERSION, *id];
        let mut token = Vec::with_capacity(plain.len() + OVERHEAD);
        token.extend_from_slice(&head);
        cipher.seal(plain, &bound(head, purpose), &mut token)?;
        Ok(URL_SAFE_NO_PAD.encode(token))
    }

    pub(crate) fn open(&self, token: &str, purpose: &str) -> Result<Vec<u8>, Fault> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| Fault::Tampered)?;
        let (&head, sealed) = bytes.split_first_chunk::<HEAD>().ok_or(Fault::Tampered)?;
        let [version, id] = head;
        if version != cipher::VERSION {
            return Err(Fault::OtherVersion);
        }
        let mut fitting = self.0.iter().filter(|(known, _)| *known == id).peekable();
        if fitting.peek().is_none() {
            return Err(Fault::NoSuchKey);
        }
        let bound = bound(head, purpose);
        fitting.find_map(|(_, cipher)| cipher.open(sealed, &bound)).ok_or(Fault::Tampered)
    }
}

/// What is not in the sealed thing, but has to be the same when it is opened.
fn bound(head: [u8; HEAD], purpose: &str) -> Vec<u8> {
    [&head, purpose.as_bytes()].concat()
}
