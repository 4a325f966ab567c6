//! A server that offers all that the official conformance suite asks for, at one URL for every
//! revision. The names and the words are the suite's. Try it:
//!
//! ```sh
//! cargo run --bin everything -- --http 127.0.0.1:3000
//! ```

use disco_sdk::prelude::*;
use disco_sdk::schema::Dialect;

#[path = "everything/asking.rs"]
mod asking;
#[path = "everything/changes.rs"]
mod changes;
#[path = "everything/content.rs"]
mod content;
#[path = "everything/prompts.rs"]
mod prompts;
#[path = "everything/reconnection.rs"]
mod reconnection;
#[path = "everything/resources.rs"]
mod resources;
#[path = "everything/rounds.rs"]
mod rounds;
#[path = "everything/routing.rs"]
mod routing;
#[path = "everything/schema.rs"]
mod schema;
#[path = "everything/speaking.rs"]
mod speaking;
#[path = "everything/tasks.rs"]
mod tasks;

/// Answers with a text.
#[tool(read_only)]
fn test_simple_text() -> &'static str {
    "This is a simple text response for testing."
}

/// Fails, as a tool does: the model reads why.
#[tool(read_only)]
fn test_error_handling() -> Result<String> {
    Err(Error::new("This tool intentionally returns an error for testing"))
}

/// The server, for the program `everything` and for tests.
pub fn server() -> Server {
    Server::new("everything", "1.0.0")
        .title("Everything")
        .instructions("Offers every feature of the protocol once, for tests.")
        // One of its schemas shows all that JSON Schema has.
        .dialect(Dialect::Full)
        .with(registered!())
        .with(schema::json_schema_2020_12_tool())
}
