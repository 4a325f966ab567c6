//! The keys of a server, and what is sealed with them for the way through a client and back.

mod seal;

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use hmac_sha256::HMAC;

pub(crate) use seal::{Fault, Seal};

use crate::error::{Error, Result};

const BYTES: usize = 32;

/// A secret of 32 bytes that every replica of a server shares.
///
/// It seals what old-era clients carry as their session, and what a call of 2026-07-28 has learnt
/// between two rounds, each with a key of its own that is derived from this one. With the feature `http`
/// what is sealed is encrypted; without it, it is signed: a client can read it and not change it. A key is
/// read from text as base64 or as hexadecimal digits; `openssl rand -base64 32` makes one. It is never
/// printed.
///
/// ```
/// use disco_sdk::Key;
/// let key: Key = "3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu8=".parse().unwrap();
/// assert_eq!(format!("{key:?}"), "Key(..)");
/// assert!("too short".parse::<Key>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; BYTES]);

impl Key {
    /// A key that nobody else has.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn random() -> Result<Self> {
        random_bytes().map(Self)
    }
}

impl From<[u8; BYTES]> for Key {
    fn from(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

impl FromStr for Key {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let bases = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
        let decoded = from_hex(text).or_else(|| bases.iter().find_map(|base| base.decode(text).ok()));
        let bytes = decoded.and_then(|bytes| <[u8; BYTES]>::try_from(bytes).ok());
        bytes.map(Self).ok_or_else(|| {
            Error::new("a key is 32 bytes in base64 or in hexadecimal digits")
                .with_suggestion("make one with `openssl rand -base64 32`")
        })
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 2 * BYTES || !text.is_ascii() {
        return None;
    }
    (0..BYTES).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()).collect()
}

/// The keys of a server: the first seals, all of them open, so that keys can be changed one by one.
pub(crate) struct KeyRing {
    keys: Vec<Key>,
    is_shared: bool,
}

impl KeyRing {
    /// The keys that were given; if there are none, one that ends with this process.
    pub(crate) fn new(given: Vec<Key>) -> Result<Self> {
        let is_shared = !given.is_empty();
        let keys = if is_shared { given } else { vec![Key::random()?] };
        Ok(Self { keys, is_shared })
    }

    /// Whether other processes may have the keys too.
    pub(crate) fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// What seals things of one kind, and opens nothing of another.
    pub(crate) fn seal_for(&self, kind: &str) -> Seal {
        let derived = |key: &Key| {
            let mut mac = HMAC::new(key.0);
            mac.update("disco ");
            mac.update(kind);
            mac.finalize()
        };
        Seal::new(self.keys.iter().map(derived))
    }
}

/// 32 bytes that nobody can guess.
pub(crate) fn random_bytes() -> Result<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    fill_random(&mut bytes)?;
    Ok(bytes)
}

pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| Error::new(format!("no random numbers: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_from_base64_and_from_digits_and_nothing_shorter_passes() {
        let key = Key::from([0xab; BYTES]);
        assert_eq!("ab".repeat(BYTES).parse::<Key>().unwrap(), key);
        for base in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
            assert_eq!(format!(" {}\n", base.encode([0xab; BYTES])).parse::<Key>().unwrap(), key);
        }
        for wrong in ["", "password", &STANDARD.encode([1; 31]), &"zz".repeat(BYTES), &"ab".repeat(33)] {
            let error = wrong.parse::<Key>().unwrap_err();
            assert!(error.suggestion().unwrap().contains("openssl rand"), "{wrong}");
        }
    }

    #[test]
    fn the_first_key_seals_and_every_key_opens_and_kinds_are_kept_apart() {
        let ring = |keys: &[u8]| {
            KeyRing::new(keys.iter().map(|&key| Key::from([key; BYTES])).collect()).unwrap().seal_for("test")
        };
        let token = ring(&[1]).seal(b"plain", "").unwrap();
        assert_eq!(ring(&[2, 1]).open(&token, "").unwrap(), b"plain");
        assert_eq!(ring(&[2]).open(&token, "").unwrap_err(), Fault::NoSuchKey);
        let new = ring(&[2, 1]).seal(b"plain", "").unwrap();
        assert_eq!(ring(&[2]).open(&new, "").unwrap(), b"plain");
        let mut changed = URL_SAFE_NO_PAD.decode(&token).unwrap();
        changed[0] += 1;
        let changed = URL_SAFE_NO_PAD.encode(changed);
        assert_eq!(ring(&[1]).open(&changed, "").unwrap_err(), Fault::OtherVersion);
        assert_eq!(ring(&[1]).open(&format!("{token}A"), "").unwrap_err(), Fault::Tampered);
        assert_eq!(ring(&[1]).open(&token, "other").unwrap_err(), Fault::Tampered);
        let other = KeyRing::new(vec![Key::from([1; BYTES])]).unwrap().seal_for("other");
        assert!(other.open(&token, "").is_err());
    }
}
