//! Percent escapes. Specification: RFC 3986, 2; RFC 6570, 1.5.

use std::fmt::Write as _;

/// Which bytes are written as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    Unreserved,
    /// Reserved ones too, and escapes.
    Reserved,
    /// Unreserved ones, and those that part a path.
    Slashes,
    Alphanumeric,
    Nothing,
}

impl Keep {
    fn has(self, byte: u8) -> bool {
        let is_unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        match self {
            Self::Unreserved => is_unreserved,
            Self::Reserved => is_unreserved || b":/?#[]@!$&'()*+,;=".contains(&byte),
            Self::Slashes => is_unreserved || b"/:@".contains(&byte),
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Nothing => false,
        }
    }
}

/// Writes all but what is kept as percent escapes.
pub(super) fn encode(text: &str, keep: Keep, uri: &mut String) {
    let bytes = text.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let is_escape = byte == b'%' && keep == Keep::Reserved && is_escape(&bytes[at..]);
        if keep.has(byte) || is_escape {
            uri.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
}

/// Whether an escape begins here.
fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

/// Whether a place is no place between two characters, because it is inside an escape.
pub(super) fn is_inside(bytes: &[u8], place: usize) -> bool {
    let begins = |back: usize| place.checked_sub(back).is_some_and(|at| is_escape(&bytes[at..]));
    begins(1) || begins(2)
}

/// Undoes percent escapes; `None` if they are wrong, or are no text.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// Undoes the escapes that are right, and leaves what is none.
pub(super) fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, behind @ ..] = rest {
        let escaped = if is_escape(rest) { byte_of(&rest[1..3]) } else { None };
        bytes.push(escaped.unwrap_or(*byte));
        rest = if escaped.is_some() { &rest[3..] } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn byte_of(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
