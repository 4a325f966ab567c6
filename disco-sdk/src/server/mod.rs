//! Serving: the registry, the calls, and what a handler may ask of them.

use std::future::Future;
use std::pin::Pin;

pub mod args;
pub mod catalog;
pub mod complete;
pub mod context;
pub mod failure;
mod nearest;
pub mod output;
pub mod param;
pub mod prompt;
pub mod range;
pub mod registered;
pub mod resource;
pub mod state;
pub mod text;
pub mod tool;

/// A future on the heap, which may go from thread to thread.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
