//! `version | key id | nonce | XChaCha20-Poly1305(bytes)`, in base64: nobody without the key reads it,
//! and nobody changes it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};

use super::fill_random;
use crate::error::{Error, Result};

const VERSION: u8 = 1;
const HEAD: usize = 2;
const NONCE: usize = 24;
/// How much longer a sealed thing is than the plain one, before base64.
const OVERHEAD: usize = HEAD + NONCE + 16;

/// Seals and opens. The first key seals, all of them open.
pub(crate) struct Seal(Vec<(u8, XChaCha20Poly1305)>);

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
        let cipher = |key: [u8; 32]| (Sha256::digest(key)[0], XChaCha20Poly1305::new(&Key::from(key)));
        Self(keys.map(cipher).collect())
    }

    /// How much fits, if the sealed text may have `characters`.
    pub(crate) const fn room(characters: usize) -> usize {
        (characters * 3 / 4).saturating_sub(OVERHEAD)
    }

    /// Seals something that can be opened for the same purpose only.
    pub(crate) fn seal(&self, plain: &[u8], purpose: &str) -> Result<String> {
        let (id, cipher) = self.0.first().ok_or_else(|| Error::new("there is no key"))?;
        let mut nonce = [0_u8; NONCE];
        fill_random(&mut nonce)?;
        let head = [VERSION, *id];
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &bound(head, purpose) })
            .map_err(|_| Error::new("nothing can be sealed"))?;
        let mut token = Vec::with_capacity(plain.len() + OVERHEAD);
        token.extend_from_slice(&head);
        token.extend_from_slice(&nonce);
        token.extend(sealed);
        Ok(URL_SAFE_NO_PAD.encode(token))
    }

    pub(crate) fn open(&self, token: &str, purpose: &str) -> Result<Vec<u8>, Fault> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| Fault::Tampered)?;
        let (head, rest) = bytes.split_at_checked(HEAD).ok_or(Fault::Tampered)?;
        if head[0] != VERSION {
            return Err(Fault::OtherVersion);
        }
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(Fault::Tampered)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Fault::Tampered)?;
        let mut fitting = self.0.iter().filter(|(id, _)| *id == head[1]).peekable();
        if fitting.peek().is_none() {
            return Err(Fault::NoSuchKey);
        }
        let aad = bound([head[0], head[1]], purpose);
        let payload = || Payload { msg: sealed, aad: &aad };
        fitting
            .find_map(|(_, cipher)| cipher.decrypt(&XNonce::from(nonce), payload()).ok())
            .ok_or(Fault::Tampered)
    }
}

/// What is not in the sealed thing, but has to be the same when it is opened.
fn bound(head: [u8; HEAD], purpose: &str) -> Vec<u8> {
    [&head, purpose.as_bytes()].concat()
}
