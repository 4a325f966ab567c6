//! The wire: one file for each page of the specification. No I/O, no `async`.

pub mod content;
pub mod icon;
pub mod prompt;
pub mod resource;
pub mod tool;
pub mod version;

pub use version::Version;
