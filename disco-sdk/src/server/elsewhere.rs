//! What only another replica could do: refused, and never an empty success.

use super::answer;
use crate::error::{Error, ErrorCode};
use crate::protocol::jsonrpc::Id;
use crate::protocol::version::Version;
use crate::transport::{Reply, Status};

/// The error for something that another replica keeps.
pub(crate) fn error(what: &str) -> Error {
    let words = format!("{what} by another replica of this server, or before a restart");
    Error::protocol(ErrorCode::INVALID_REQUEST, words)
        .with_code("ELSEWHERE")
        .with_suggestion("route the requests of a session to one replica (sticky routing)")
}

/// The same as an answer: 421 over HTTP.
pub(crate) fn reply(id: Option<&Id>, version: Version, what: &str) -> Reply {
    Reply { status: Status::Elsewhere, ..answer::error(id, version, &error(what)) }
}
