//! Cursors: the entry at which a page ends, sealed, so that a client can hand it back and no more.
//!
//! Any replica with the key opens it. It says nothing of the list to whoever is not offered that entry.

use super::super::key::{KeyRing, Seal};
use super::pages::List;

/// The longest cursor that is looked at.
const LONGEST: usize = 16 << 10;

/// Seals and opens cursors.
pub(crate) struct Cursors(Seal);

impl Cursors {
    pub(crate) fn new(keys: &KeyRing) -> Self {
        Self(keys.seal_for("list cursor"))
    }

    /// A cursor for what comes behind this entry.
    pub(super) fn seal(&self, list: List, entry: &str) -> String {
        // Without random numbers there is no cursor that opens: the next page is refused in words.
        self.0.seal(entry.as_bytes(), list.member()).unwrap_or_default()
    }

    /// The entry that a cursor names; `None` if it is none of ours for this list.
    pub(super) fn open(&self, list: List, cursor: &str) -> Option<String> {
        if cursor.len() > LONGEST {
            return None;
        }
        String::from_utf8(self.0.open(cursor, list.member()).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursors(keys: &[u8]) -> Cursors {
        let keys = keys.iter().map(|&key| [key; 32].into()).collect();
        Cursors::new(&KeyRing::new(keys).unwrap())
    }

    #[test]
    fn a_cursor_opens_for_its_list_where_the_key_is() {
        let here = cursors(&[1]);
        let cursor = here.seal(List::Tools, "add");
        assert_eq!(here.open(List::Tools, &cursor).as_deref(), Some("add"));
        let rotated = cursors(&[2, 1]);
        assert_eq!(rotated.open(List::Tools, &cursor).as_deref(), Some("add"));
        assert_eq!(here.open(List::Prompts, &cursor), None);
        assert_eq!(cursors(&[2]).open(List::Tools, &cursor), None);
        for wrong in ["", "AAAA", &format!("{cursor}A"), &cursor[1..], &"A".repeat(LONGEST + 1)] {
            assert_eq!(here.open(List::Tools, wrong), None, "{wrong}");
        }
    }
}
