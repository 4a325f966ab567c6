//! What the tests share: a server over HTTP, a server as a process, and messages.

mod direct;
mod http;
mod proxy;
mod sse;

pub(crate) use direct::{Direct, Event, event, json};
pub(crate) use disco_tests::support::*;
pub(crate) use http::{Events, TestServer};
pub(crate) use proxy::Proxy;
