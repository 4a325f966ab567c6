//! Errors over HTTP: the word and the status that belong to a code, and the envelope.

use axum::Json;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::door::Door;
use crate::error::{Error, ErrorCode};

/// The envelope of an error.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Failure")]
pub(super) struct Failure {
    /// Always `error`.
    #[schemars(extend("const" = "error"))]
    status: String,
    /// What went wrong.
    error: Refusal,
}

/// What went wrong: an error in the words of REST.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RestError")]
pub(super) struct Refusal {
    /// In a word, which never changes its meaning: one of those that the operation names.
    code: String,
    /// What happened, with the names involved.
    message: String,
    /// What the caller can do about it.
    suggestion: String,
}

impl From<&Error> for Refusal {
    fn from(error: &Error) -> Self {
        let Error { code, message, suggestion } = error.clone();
        Self { code: word(code), message, suggestion }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let failure = Failure { status: "error".to_owned(), error: Refusal::from(&self) };
        let mut response = (status(self.code), Json(failure)).into_response();
        response.extensions_mut().insert(self.code);
        response
    }
}

/// The word of REST for a code. Its callers know a few by another word than those of the tools: a sandbox is called a
/// container there.
pub(super) fn word(code: ErrorCode) -> String {
    match code {
        ErrorCode::SandboxNotFound => "CONTAINER_NOT_FOUND".to_owned(),
        ErrorCode::InvalidArgument => "INVALID_REQUEST".to_owned(),
        ErrorCode::SandboxFailed => "EXECUTION_ERROR".to_owned(),
        ErrorCode::GitFailed => "GIT_ERROR".to_owned(),
        ErrorCode::Internal => "INTERNAL_ERROR".to_owned(),
        code => code.as_str(),
    }
}

/// The status that belongs to a code.
pub(super) fn status(code: ErrorCode) -> StatusCode {
    use ErrorCode as Code;
    match code {
        Code::Forbidden | Code::PermissionDenied | Code::PathOutsideWorkspace | Code::SandboxProtected => {
            StatusCode::FORBIDDEN
        }
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::FileChanged
        | Code::DirectoryNotEmpty
        | Code::ConfirmationNeeded
        | Code::InvalidStatus
        | Code::SandboxStopped
        | Code::TerminalElsewhere
        | Code::GitConflict
        | Code::GitRejected => StatusCode::CONFLICT,
        Code::SandboxExpired | Code::TerminalClosed => StatusCode::GONE,
        Code::BodyTooLarge | Code::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        // What was asked for is as described, but what it names, or is made of, cannot be used so.
        Code::InvalidPath
        | Code::InvalidPattern
        | Code::IsADirectory
        | Code::NotADirectory
        | Code::NotARegularFile
        | Code::NotText
        | Code::NotBase64
        | Code::ChecksumMismatch
        | Code::EditNotFound
        | Code::EditNotUnique
        | Code::CommandNotFound
        | Code::NotAGitRepository
        | Code::GitFailed
        | Code::GitAuthFailed
        | Code::GitRemoteRefused
        | Code::TemplateFailed
        // What this machine cannot do will not be done by asking again.
        | Code::NotOffered
        | Code::DockerUnavailable
        | Code::SandboxUnavailable => StatusCode::UNPROCESSABLE_ENTITY,
        Code::SandboxFailed
        | Code::StateTooNew
        | Code::StateBroken
        | Code::InvalidConfig
        | Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Busy | Code::StateBusy => StatusCode::SERVICE_UNAVAILABLE,
        Code::GitRemoteUnreachable => StatusCode::BAD_GATEWAY,
        Code::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Code::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        other => by_name(&other.as_str()),
    }
}

/// What the name of a code says of its kind.
fn by_name(code: &str) -> StatusCode {
    match code.rsplit('_').next().unwrap_or_default() {
        "FOUND" => StatusCode::NOT_FOUND,
        "EXISTS" => StatusCode::CONFLICT,
        "LIMIT" => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// The answer of the guard against foreign hosts and origins.
pub(super) fn of_the_guard(door: &Door, status: StatusCode, words: String) -> Response {
    let code = if status == StatusCode::FORBIDDEN { ErrorCode::Forbidden } else { ErrorCode::InvalidRequest };
    let help = "name this server by the address it listens on, or allow the host or origin in its settings";
    let error = Error::new(code, words).suggest(help);
    door.turned_away_by_the_guard(&error);
    error.into_response()
}

pub(super) async fn not_found(uri: Uri) -> Error {
    Error::new(ErrorCode::NotFound, format!("there is nothing at `{}`", uri.path()))
        .suggest("look at /docs; the MCP endpoint is /mcp")
}

pub(super) async fn method_not_allowed(uri: Uri) -> Error {
    Error::new(ErrorCode::MethodNotAllowed, format!("`{}` does not answer to this method", uri.path()))
        .suggest("the header `Allow` names those that it answers to")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_the_status_that_its_name_says() {
        assert_eq!(status(ErrorCode::SandboxNotFound), 404);
        assert_eq!(status(ErrorCode::JobExists), 409);
        assert_eq!(status(ErrorCode::JobLimit), 429);
        assert_eq!(status(ErrorCode::SandboxUnavailable), 422);
        assert_eq!(status(ErrorCode::InvalidArgument), 400);
    }

    #[test]
    fn a_code_that_callers_of_rest_know_by_another_word_has_that_word() {
        assert_eq!(word(ErrorCode::SandboxNotFound), "CONTAINER_NOT_FOUND");
        assert_eq!(word(ErrorCode::Internal), "INTERNAL_ERROR");
        assert_eq!(word(ErrorCode::FileNotFound), "FILE_NOT_FOUND");
    }
}
