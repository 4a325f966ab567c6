//! Serving: the registry, the calls, and what a handler may ask of them.

pub mod context;
