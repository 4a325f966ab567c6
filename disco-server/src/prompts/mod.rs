//! What a person may ask for by name. A prompt names only tools that are served by default.

mod code;
mod project;
mod sandbox;
