//! Keys by their names, as the bytes that a terminal sends for them.

use crate::error::{Error, ErrorCode, Result};

/// Those that are not made by a rule, as `xterm` sends them.
const NAMED: &[(&str, &str)] = &[
    ("enter", "\r"),
    ("tab", "\t"),
    ("shift-tab", "\x1b[Z"),
    ("escape", "\x1b"),
    ("esc", "\x1b"),
    ("space", " "),
    ("backspace", "\x7f"),
    ("delete", "\x1b[3~"),
    ("insert", "\x1b[2~"),
    ("page-up", "\x1b[5~"),
    ("page-down", "\x1b[6~"),
    ("ctrl-space", "\0"),
    ("f1", "\x1bOP"),
    ("f2", "\x1bOQ"),
    ("f3", "\x1bOR"),
    ("f4", "\x1bOS"),
    ("f5", "\x1b[15~"),
    ("f6", "\x1b[17~"),
    ("f7", "\x1b[18~"),
    ("f8", "\x1b[19~"),
    ("f9", "\x1b[20~"),
    ("f10", "\x1b[21~"),
    ("f11", "\x1b[23~"),
    ("f12", "\x1b[24~"),
];
/// Those whose bytes a program may change (`\x1b[A`, or `\x1bOA` in the application's mode).
const MOVING: &[(&str, char)] =
    &[("up", 'A'), ("down", 'B'), ("right", 'C'), ("left", 'D'), ("end", 'F'), ("home", 'H')];

/// What the name of a key looks like, for those who read the description.
pub(super) const NAME: &str = r"^(enter|tab|shift-tab|escape|esc|space|backspace|delete|insert|up|down|left|right|home|end|page-up|page-down|f[1-9]|f1[0-2]|ctrl-space|ctrl-[a-zA-Z\[\\\]^_]|alt-.)$";

/// The bytes of a key. `application` is whether the program has asked for its own kind of arrows.
///
/// # Errors
/// `INVALID_ARGUMENT`, with the names that there are.
pub(super) fn bytes(name: &str, application: bool) -> Result<Vec<u8>> {
    let key = name.to_ascii_lowercase().replace(['_', '+'], "-");
    if let Some((_, bytes)) = NAMED.iter().find(|(named, _)| *named == key) {
        return Ok(bytes.as_bytes().to_vec());
    }
    if let Some((_, letter)) = MOVING.iter().find(|(named, _)| *named == key) {
        return Ok(format!("\x1b{}{letter}", if application { 'O' } else { '[' }).into_bytes());
    }
    // The modifiers take the key as it was written: alt-A is not alt-a.
    let with = |modifier: &str| {
        let rest = key.strip_prefix(modifier).and_then(|_| name.get(modifier.len()..))?;
        let mut letters = rest.chars();
        letters.next().filter(|_| letters.next().is_none())
    };
    if let Some(letter @ ('a'..='z' | 'A'..='Z' | '[' | '\\' | ']' | '^' | '_')) = with("ctrl-") {
        return Ok(vec![letter.to_ascii_uppercase() as u8 & 0x1f]);
    }
    if let Some(letter) = with("alt-") {
        return Ok(format!("\x1b{letter}").into_bytes());
    }
    Err(Error::new(ErrorCode::InvalidArgument, format!("`keys`: there is no key `{}`", name.escape_debug()))
        .suggest(
            "name it enter, tab, shift-tab, escape, space, backspace, delete, insert, up, down, left, right, home, \
             end, page-up, page-down, f1 to f12, ctrl-c and the like, or alt-x; anything else is `text`",
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_what_a_terminal_sends() {
        for (name, sent) in [
            ("enter", "\r"),
            ("Ctrl-C", "\x03"),
            ("ctrl+d", "\x04"),
            ("ctrl-[", "\x1b"),
            ("page_up", "\x1b[5~"),
            ("alt-A", "\x1bA"),
            ("up", "\x1b[A"),
        ] {
            assert_eq!(bytes(name, false).unwrap(), sent.as_bytes(), "{name}");
        }
        assert_eq!(bytes("up", true).unwrap(), b"\x1bOA");
        let described = regex::Regex::new(NAME).unwrap();
        for name in NAMED
            .iter()
            .map(|named| named.0)
            .chain(MOVING.iter().map(|moving| moving.0))
            .chain(["ctrl-c", "alt-x"])
        {
            assert!(described.is_match(name) && bytes(name, false).is_ok(), "{name}");
        }
        for none in ["", "enterr", "ctrl-", "ctrl-é", "ctrl-cc", "alt-"] {
            assert_eq!(bytes(none, false).unwrap_err().code, ErrorCode::InvalidArgument, "{none}");
        }
    }
}
