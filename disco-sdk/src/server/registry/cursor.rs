//! Cursors: the entry at which a page ends, sealed, so that a client can hand it back and no more.
//!
//! Any replica with the key opens it. It says nothing of the list to whoever is not offered that entry.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};

use super::pages::List;

const NONCE: usize = 24;
/// The longest cursor that is looked at.
const LONGEST: usize = 16 << 10;

/// Seals and opens cursors. The first key seals, all of them open.
pub(crate) struct Cursors(Vec<XChaCha20Poly1305>);

impl Cursors {
    pub(crate) fn new(keys: &[[u8; 32]]) -> Self {
        let cipher = |key: &[u8; 32]| {
            // The key seals other things too: this one is for cursors only.
            let derived: [u8; 32] =
                Sha256::new().chain_update(b"disco list cursor 1 ").chain_update(key).finalize().into();
            XChaCha20Poly1305::new(&Key::from(derived))
        };
        Self(keys.iter().map(cipher).collect())
    }

    /// A cursor for what comes behind this entry.
    pub(super) fn seal(&self, list: List, entry: &str) -> String {
        let seal = || {
            let mut nonce = [0_u8; NONCE];
            getrandom::fill(&mut nonce).ok()?;
            let payload = Payload { msg: entry.as_bytes(), aad: list.member().as_bytes() };
            let sealed = self.0.first()?.encrypt(&XNonce::from(nonce), payload).ok()?;
            Some([nonce.as_slice(), &sealed].concat())
        };
        // Without random numbers there is no cursor that opens: the next page is refused in words.
        seal().map_or_else(String::new, |token| URL_SAFE_NO_PAD.encode(token))
    }

    /// The entry that a cursor names; `None` if it is none of ours for this list.
    pub(super) fn open(&self, list: List, cursor: &str) -> Option<String> {
        if cursor.len() > LONGEST {
            return None;
        }
        let token = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (nonce, sealed) = token.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = || Payload { msg: sealed, aad: list.member().as_bytes() };
        let mut plain = self.0.iter().filter_map(|key| key.decrypt(&XNonce::from(nonce), payload()).ok());
        String::from_utf8(plain.next()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_for_its_list_where_the_key_is() {
        let cursors = Cursors::new(&[[1; 32]]);
        let cursor = cursors.seal(List::Tools, "add");
        assert_eq!(cursors.open(List::Tools, &cursor).as_deref(), Some("add"));
        let rotated = Cursors::new(&[[2; 32], [1; 32]]);
        assert_eq!(rotated.open(List::Tools, &cursor).as_deref(), Some("add"));
        assert_eq!(cursors.open(List::Prompts, &cursor), None);
        assert_eq!(Cursors::new(&[[2; 32]]).open(List::Tools, &cursor), None);
        for wrong in ["", "AAAA", &format!("{cursor}A"), &cursor[1..], &"A".repeat(LONGEST + 1)] {
            assert_eq!(cursors.open(List::Tools, wrong), None, "{wrong}");
        }
    }
}
