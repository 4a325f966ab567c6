//! The layers that are built in.

mod concurrency;
mod endings;
mod rate_limit;
mod response_limit;
mod timeout;
