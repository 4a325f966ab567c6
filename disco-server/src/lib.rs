//! The Disco server: a coding environment for AI clients.
//!
//! Each folder is a domain. Its `mod.rs` does the work and knows neither MCP nor HTTP; its `tools.rs` is the MCP face, its `routes.rs`
//! the REST face.

pub mod app;
pub mod audit;
pub mod cli;
mod compat;
pub mod config;
pub mod connect;
pub mod containers;
mod digest;
pub mod doctor;
pub mod error;
pub mod files;
pub mod git;
pub mod jobs;
mod moment;
mod page;
mod progress;
mod prompts;
mod random;
pub mod rest;
pub mod results;
pub mod sandbox;
pub mod state;
mod system;
pub mod terminal;
pub mod toolsets;
mod trial;

pub use error::{Error, ErrorCode, Result};
