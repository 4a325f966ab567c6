//! A server with a state of its own: notes that can be written, found and read.
//!
//! `#[handlers]` serves the methods of a value. The value is shared by all calls, so its inside is
//! behind a lock. Try it:
//!
//! ```sh
//! cargo run --bin notes -- --http 127.0.0.1:3000
//! ```

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use disco_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// The notes, by their numbers.
#[derive(Default)]
struct Notes {
    notes: Mutex<BTreeMap<u64, Note>>,
}

/// One note.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Note {
    /// Its number; read it again at `note://{id}`.
    id: u64,
    /// What it says.
    text: String,
}

#[handlers(client = NotesClient)]
impl Notes {
    /// Writes a new note.
    #[tool]
    fn write(
        &self,
        /// What it is to say.
        text: String,
    ) -> Result<Json<Note>> {
        if text.trim().is_empty() {
            return Err(Error::new("a note has to say something").with_code("EMPTY_NOTE"));
        }
        let mut notes = self.lock();
        let id = notes.last_key_value().map_or(1, |(last, _)| last + 1);
        let note = Note { id, text };
        notes.insert(id, note.clone());
        Ok(Json(note))
    }

    /// Finds the notes that contain a text.
    #[tool(read_only)]
    fn find(
        &self,
        /// The text; leave it out for all notes.
        text: Option<String>,
    ) -> Json<Vec<Note>> {
        let wanted = text.unwrap_or_default();
        let notes = self.lock();
        let found = notes.values().filter(|note| note.text.contains(&wanted));
        Json(found.cloned().collect())
    }

    /// A note.
    #[resource("note://{id}", mime_type = "text/plain", list = Self::all)]
    fn note(&self, id: u64) -> Option<String> {
        self.lock().get(&id).map(|note| note.text.clone())
    }

    /// The notes that there are, for `resources/list`.
    fn all(&self) -> Vec<ResourceLink> {
        let link = |note: &Note| ResourceLink::new(Self::note_uri(note.id), format!("note {}", note.id));
        self.lock().values().map(link).collect()
    }

    /// Asks for all notes to be put into a few words.
    #[prompt]
    fn sum_up(
        &self,
        /// How many words at the most.
        words: Option<u32>,
    ) -> String {
        let notes: Vec<String> = self.lock().values().map(|note| format!("- {}", note.text)).collect();
        let words = words.unwrap_or(50);
        format!("Sum up these notes in at most {words} words:\n{}", notes.join("\n"))
    }
}

impl Notes {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Note>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

disco_sdk::main!(Server::new("notes", "1.0.0").with(Notes::default()));

// ANCHOR: test
#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_note_that_was_written_can_be_read() -> Result<()> {
        let client = Server::new("notes", "1.0.0").with(Notes::default()).client().await?;
        let notes = NotesClient::new(&client);
        assert_eq!(notes.write("buy milk").await?.id, 1);
        assert_eq!(notes.find("milk").await?[0].text, "buy milk");
        let read = client.read("note://1").await?;
        assert_eq!(read.contents[0].text.as_deref(), Some("buy milk"));
        Ok(())
    }
}
// ANCHOR_END: test
