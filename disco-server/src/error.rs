//! What can go wrong, in words that tell the caller what to do next.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The result of every fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure with a stable code, a sentence about what happened, and one about what to do.
///
/// It serialises to `{"code": "FILE_NOT_FOUND", "message": "...", "suggestion": "..."}`.
///
/// ```
/// use disco_server::error::{Error, ErrorCode};
///
/// let error = Error::new(ErrorCode::FileNotFound, "`a.txt` does not exist").suggest("list the folder first");
/// assert_eq!(serde_json::to_value(&error).unwrap()["code"], "FILE_NOT_FOUND");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Error {
    /// What kind of failure this is; never changes its meaning between versions.
    pub code: ErrorCode,
    /// What happened, with the names involved.
    pub message: String,
    /// What the caller can do about it.
    pub suggestion: String,
}

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum ErrorCode {
    /// An argument has a value that cannot be used.
    InvalidArgument,
    /// A path is empty, holds a NUL byte or is too long.
    InvalidPath,
    /// A path, or a symbolic link on it, leads out of the workspace.
    PathOutsideWorkspace,
    /// Nothing has this name.
    FileNotFound,
    /// Something has this name already.
    FileExists,
    /// A folder was named where a file is wanted.
    IsADirectory,
    /// A file was named where a folder is wanted.
    NotADirectory,
    /// A folder is not empty.
    DirectoryNotEmpty,
    /// The name belongs to a pipe, a socket or a device.
    NotARegularFile,
    /// The file is larger than the bound.
    FileTooLarge,
    /// The bytes are not text in UTF-8.
    NotText,
    /// The content is not in base64.
    NotBase64,
    /// The file is not what the caller thought (`expected_sha256`).
    FileChanged,
    /// The text to be replaced is not in the file.
    EditNotFound,
    /// The text to be replaced is in the file more than once.
    EditNotUnique,
    /// A search pattern or glob does not compile.
    InvalidPattern,
    /// So much is to be deleted that somebody has to agree first.
    ConfirmationNeeded,
    /// The user was asked, and did not agree.
    Declined,
    /// The bytes are not those that were announced (`sha256`).
    ChecksumMismatch,
    /// No output has this id, or it is not kept any more.
    OutputNotFound,
    /// The operating system, or a rule of the workspace, refuses.
    PermissionDenied,
    /// The disk, or the sandbox's share of it, is full.
    DiskFull,
    /// No sandbox has this id.
    SandboxNotFound,
    /// There are as many sandboxes as the settings allow.
    SandboxLimit,
    /// The default sandbox cannot be deleted, stopped or restarted.
    SandboxProtected,
    /// The sandbox is stopped, so that no command runs in it.
    SandboxStopped,
    /// The sandbox was removed because its time was over.
    SandboxExpired,
    /// No snapshot has this id.
    SnapshotNotFound,
    /// There are as many snapshots, or as many bytes in them, as the settings allow.
    SnapshotLimit,
    /// No template has this name.
    TemplateNotFound,
    /// A command that sets a new sandbox up has failed.
    TemplateFailed,
    /// This machine cannot run commands in isolation, so none is run.
    SandboxUnavailable,
    /// The sandbox could not be set up, though the machine should be able to.
    SandboxFailed,
    /// Neither Docker nor Podman answers.
    DockerUnavailable,
    /// The engine has no such image.
    ImageNotFound,
    /// No container of ours has this id.
    ContainerNotFound,
    /// The command could not be started.
    CommandNotFound,
    /// No process of the sandbox has this id.
    ProcessNotFound,
    /// The backend of the sandbox does not do this.
    NotOffered,
    /// No terminal has this id.
    TerminalNotFound,
    /// Another process of the server has the terminal.
    TerminalElsewhere,
    /// There are as many terminals as the settings allow.
    TerminalLimit,
    /// The terminal was closed; the message tells how.
    TerminalClosed,
    /// Something did not end in its time.
    Timeout,
    /// The folder is not in a git repository.
    NotAGitRepository,
    /// Git failed.
    GitFailed,
    /// Changes that are not committed stand in the way, or a merge waits.
    GitConflict,
    /// The remote refuses the credential, or wants one that is not there.
    GitAuthFailed,
    /// The URL of the remote is of a kind, or at a place, that is not allowed.
    GitRemoteRefused,
    /// There is no such remote, repository or branch of it.
    GitRemoteNotFound,
    /// The remote's host does not answer.
    GitRemoteUnreachable,
    /// The remote did not take what was pushed.
    GitRejected,
    /// No job has this id.
    JobNotFound,
    /// No run is kept under this id.
    RunNotFound,
    /// A job has this id already.
    JobExists,
    /// Too many jobs wait.
    JobLimit,
    /// The job has no such artifact.
    ArtifactNotFound,
    /// The job is not in a state in which this can be done.
    InvalidStatus,
    /// The state was written by a newer program.
    StateTooNew,
    /// Another process is writing the state, for longer than one waits.
    StateBusy,
    /// The file of the state cannot be understood.
    StateBroken,
    /// A request over HTTP that cannot be read: a parameter or a body is not what the description says.
    InvalidRequest,
    /// There is nothing at this address.
    NotFound,
    /// The address does not answer to this method.
    MethodNotAllowed,
    /// What writes has to be JSON.
    UnsupportedMediaType,
    /// The body is larger than the bound.
    BodyTooLarge,
    /// The request comes from a place that may not use this server.
    Forbidden,
    /// As many streams are open as may be.
    StreamLimit,
    /// As many requests are under way as may be.
    Busy,
    /// The settings are wrong.
    InvalidConfig,
    /// A fault of the server or of the machine.
    Internal,
}

impl Error {
    /// Creates an error. What its code alone suggests holds until something better is said.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), suggestion: code.suggestion().to_owned() }
    }

    /// A fault of the server itself.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::Internal, error.to_string())
    }

    /// Says what the caller can do.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = suggestion.into();
        self
    }

    /// An error of the operating system, met while doing `what`.
    #[must_use]
    pub fn from_io(what: &str, error: &std::io::Error) -> Self {
        let (code, suggestion) = match error.raw_os_error().map(rustix::io::Errno::from_raw_os_error) {
            Some(rustix::io::Errno::NOENT) => {
                (ErrorCode::FileNotFound, "check the name by listing its folder")
            }
            Some(rustix::io::Errno::EXIST) => (ErrorCode::FileExists, "choose another name"),
            Some(rustix::io::Errno::ISDIR) => (ErrorCode::IsADirectory, "name a file in it"),
            Some(rustix::io::Errno::NOTDIR) => {
                (ErrorCode::NotADirectory, "a part of the path is a file, not a folder")
            }
            Some(rustix::io::Errno::ACCESS | rustix::io::Errno::PERM | rustix::io::Errno::ROFS) => (
                ErrorCode::PermissionDenied,
                "the owner or mode of the file forbids it: change them with a command",
            ),
            Some(rustix::io::Errno::NOSPC | rustix::io::Errno::DQUOT | rustix::io::Errno::FBIG) => {
                (ErrorCode::DiskFull, "delete what is not needed")
            }
            Some(rustix::io::Errno::NAMETOOLONG) => (ErrorCode::InvalidPath, "use a shorter name"),
            _ => (ErrorCode::Internal, "try again; if it stays, run `disco doctor`"),
        };
        Self::new(code, format!("{what}: {error}")).suggest(suggestion)
    }

    /// The same for the errors of `rustix`.
    #[must_use]
    pub fn from_errno(what: &str, errno: rustix::io::Errno) -> Self {
        Self::from_io(what, &errno.into())
    }
}

impl ErrorCode {
    /// The code as it stands in JSON, for instance `FILE_NOT_FOUND`.
    #[must_use]
    pub fn as_str(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// What to do about it, as far as the code alone tells.
    fn suggestion(self) -> &'static str {
        match self {
            Self::StateBroken => "put back a copy of the file of state, or choose another `data_dir`",
            Self::Internal | Self::SandboxFailed => {
                "try again; if it stays, run `disco doctor` and look at the server's log"
            }
            _ => "compare what was asked for with the description of the tool",
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// What a tool has said of it.
impl From<disco_sdk::Error> for Error {
    fn from(error: disco_sdk::Error) -> Self {
        let code = error.name().and_then(|name| serde_json::from_value(name.into()).ok());
        let told = Self::new(code.unwrap_or(ErrorCode::Internal), error.to_string());
        match error.suggestion() {
            Some(suggestion) => told.suggest(suggestion),
            None => told,
        }
    }
}

/// What a tool says of it. (It is no [`std::error::Error`]: those turn into words alone.)
impl From<Error> for disco_sdk::Error {
    fn from(error: Error) -> Self {
        Self::new(error.message).with_code(error.code.as_str()).with_suggestion(error.suggestion)
    }
}
