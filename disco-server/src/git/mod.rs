//! Git, run inside the sandbox: what a repository's settings make it do, it does behind the walls.
//!
//! Whatever speaks to another machine ([`clone`], [`pull`], [`push`]) runs in a sandbox of its own over the same workspace,
//! whose only network leads to that one repository. The credential is added outside of it (see `remote`).

mod branch;
mod commit;
mod diff;
mod log;
mod names;
mod porcelain;
mod progress;
mod remote;
mod routes;
mod run;
mod status;
mod tools;
mod transfer;

use std::path::PathBuf;
use std::time::Duration;

use crate::sandbox::network::Allowed;

pub(crate) use routes::routes;

pub use branch::{Branch, BranchAction, BranchRequest, Branches, CheckoutRequest, branch, checkout};
pub use commit::{AddRequest, CommitRequest, Committed, ResetMode, ResetRequest, add, commit, reset};
pub use diff::{Diff, DiffRequest, FileDiff, diff};
pub use log::{Commit, Log, LogRequest, ShowRequest, Shown, log, show};
pub use names::Author;
pub use progress::Tell;
pub use status::{Change, ChangeKind, Status, StatusRequest, status};
pub use transfer::{
    CloneRequest, Cloned, Outcome, Outside, PullRequest, Pulled, PushRequest, Pushed, clone, pull, push,
};

/// What the settings say of git.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who commits, where neither the repository nor the caller names somebody.
    pub author: Author,
    /// The file of credentials, if there is one.
    pub credentials: Option<PathBuf>,
    /// Certificates of authorities beside the system's.
    pub ca_file: Option<PathBuf>,
    /// How long a clone, fetch or push may take.
    pub timeout: Duration,
    /// What it may reach.
    pub allowed: Allowed,
}
