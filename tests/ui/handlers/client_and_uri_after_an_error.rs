//! One mistake, one error: what is written beside the block is still there.

use disco_sdk::client::Client;
use disco_sdk::prelude::*;

struct Notes;

#[handlers(client = NotesClient)]
impl Notes {
    #[tool]
    fn read(&self, id: u64) -> String {
        id.to_string()
    }

    /// A note.
    #[resource("note://{id}")]
    fn note(&self, id: u64) -> String {
        id.to_string()
    }
}

async fn read(client: &Client) -> Result<String> {
    Ok(NotesClient::new(client).read(7).await?)
}

fn main() {
    let _ = read;
    let _: String = Notes::note_uri(7);
    let _ = Server::new("notes", "1").with(Notes);
}
