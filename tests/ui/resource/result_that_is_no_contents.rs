use disco_sdk::prelude::*;

struct Note;

/// A note.
#[resource("note://{id}")]
async fn note(id: String) -> Result<Note> {
    let _ = id;
    Ok(Note)
}

fn main() {}
