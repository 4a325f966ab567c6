//! Names that nobody guesses and nobody has given before.

use crate::error::{Error, Result};

/// `prefix_` and 80 random bits, in letters and digits that are not mistaken for each other.
pub(crate) fn name(prefix: &str) -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut bytes = [0; 16];
    rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())
        .map_err(|error| Error::from_errno("no random numbers", error))?;
    let text: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(format!("{prefix}_{text}"))
}
