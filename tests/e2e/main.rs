//! Disco at the level a user meets it, over every transport and in every revision.

mod ask;
mod bad_input;
mod building;
mod command_line;
mod disco;
mod eras;
mod examples;
mod first_revision;
mod http;
mod stdio;
mod support;
mod wire;
