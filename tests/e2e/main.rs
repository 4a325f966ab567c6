//! Disco at the level a user meets it, over every transport and in every revision.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]
#![expect(clippy::needless_pass_by_value, reason = "messages are handed over as `json!` makes them")]

mod arguments;
mod ask;
mod bad_input;
mod batches;
mod book;
mod building;
mod callers;
mod changes;
mod command_line;
mod contracts;
mod dialects;
mod eras;
mod examples;
mod failures;
mod first_revision;
mod header_parameters;
mod http;
mod layers;
mod macros;
mod matrix;
mod mounts;
mod pages;
mod prompts;
mod registry;
mod replicas;
mod resumption;
mod sessions;
mod stdio;
mod stubs;
mod support;
mod tasks;
mod timeouts;
mod traces;
mod uris;
mod visibility;
mod wire;
mod wrong;
