//! Serving: the registry, the calls, and what a handler may ask of them.

mod answer;
pub mod args;
pub mod ask;
mod batch;
pub mod bound;
mod builder;
mod call;
mod caller;
pub mod catalog;
mod client_info;
mod clock;
pub mod complete;
mod connection;
pub mod context;
mod core;
mod deadline;
mod dispatch;
mod elsewhere;
mod ended;
mod era;
mod exchange;
pub mod failure;
pub mod form;
mod in_flight;
mod interest;
mod key;
mod listener;
mod mirror;
mod nearest;
pub mod notifier;
mod outbox;
pub mod output;
pub mod param;
mod particulars;
pub mod prompt;
pub mod registered;
mod registry;
mod replicas;
pub mod resource;
pub(crate) mod run;
mod sender;
mod service;
mod session;
mod settings;
pub mod state;
mod subscription;
pub mod task;
pub mod text;
pub mod tool;

use std::pin::Pin;

pub use ask::{Ask, Elicitation};
pub use builder::Server;
pub use caller::IntoCaller;
pub use client_info::ClientInfo;
pub use context::Context;
pub use key::Key;
pub use notifier::Notifier;
pub use registry::Registry;
pub use service::Service;
pub use session::revoked::{Revoked, RevokedFolder};
pub use settings::Cached;

/// A future on the heap, which may go from thread to thread.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
