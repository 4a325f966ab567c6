//! `nonce | XChaCha20-Poly1305(bytes)`: nobody without the key reads it.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use super::super::fill_random;
use crate::error::{Error, Result};

pub(super) const VERSION: u8 = 1;
const NONCE: usize = 24;
pub(super) const OVERHEAD: usize = NONCE + 16;

pub(super) struct Cipher(XChaCha20Poly1305);

impl Cipher {
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(key)))
    }

    /// Writes what is sealed; it opens with the same `bound` bytes only.
    pub(super) fn seal(&self, plain: &[u8], bound: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let mut nonce = [0_u8; NONCE];
        fill_random(&mut nonce)?;
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: bound })
            .map_err(|_| Error::new("nothing can be sealed"))?;
        out.extend_from_slice(&nonce);
        out.extend(sealed);
        Ok(())
    }

    pub(super) fn open(&self, sealed: &[u8], bound: &[u8]) -> Option<Vec<u8>> {
        let (&nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        self.0.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: bound }).ok()
    }
}
