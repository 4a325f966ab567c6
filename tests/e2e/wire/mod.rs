//! Everything that the server sends, checked against the official JSON schema of its revision.
//!
//! The schemas under `tests/wire` are the specification's, without their descriptions; `examples` beside
//! them are the specification's too, as they are.

mod examples;
mod messages;
mod no_id;
mod schema;

pub(crate) use messages::{check, seen};
pub(crate) use schema::Schema;
