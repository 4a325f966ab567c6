//! The domain of the Disco server: sandboxes, files, terminals and git, knowing neither MCP nor HTTP.

pub mod app;
pub mod cli;
pub mod config;
pub mod doctor;
pub mod error;
pub mod files;
pub mod git;
pub mod sandbox;
pub mod terminal;

pub use error::{Error, ErrorCode, Result};
