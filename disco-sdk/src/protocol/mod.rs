//! The wire: one file for each page of the specification. No I/O, no `async`.

pub mod cache;
pub mod capability;
pub mod completion;
pub mod content;
pub mod elicitation;
pub mod form;
pub mod icon;
pub mod input;
pub mod jsonrpc;
pub(crate) mod legacy;
pub mod lifecycle;
pub mod logging;
pub mod members;
pub mod message;
pub mod meta;
pub mod method;
pub mod notification;
pub mod page;
pub mod params;
pub mod prompt;
pub(crate) mod reading;
pub mod request;
pub mod resource;
pub mod root;
pub mod sampling;
pub(crate) mod scan;
pub(crate) mod shape;
pub mod subscription;
pub mod task;
pub mod tool;
pub mod trace;
pub mod version;

pub use version::Version;
