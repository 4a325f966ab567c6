//! `HMAC-SHA256(bytes) | bytes`: whoever holds it reads it.

use hmac_sha256::HMAC;

use crate::error::Result;

pub(super) const VERSION: u8 = 2;
pub(super) const OVERHEAD: usize = 32;

pub(super) struct Cipher([u8; 32]);

impl Cipher {
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// Writes what is sealed; it opens with the same `bound` bytes only.
    #[expect(clippy::unnecessary_wraps, reason = "the other cipher can fail")]
    pub(super) fn seal(&self, plain: &[u8], bound: &[u8], out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(&self.signature(plain, bound).finalize());
        out.extend_from_slice(plain);
        Ok(())
    }

    pub(super) fn open(&self, sealed: &[u8], bound: &[u8]) -> Option<Vec<u8>> {
        let (signature, plain) = sealed.split_first_chunk::<OVERHEAD>()?;
        self.signature(plain, bound).finalize_verify(signature).then(|| plain.to_vec())
    }

    /// The length keeps what is bound and what is sealed apart.
    fn signature(&self, plain: &[u8], bound: &[u8]) -> HMAC {
        let mut mac = HMAC::new(self.0);
        mac.update((bound.len() as u64).to_le_bytes());
        mac.update(bound);
        mac.update(plain);
        mac
    }
}
