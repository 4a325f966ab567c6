//! What all tests share: a server as a process, the program that it is, and messages.
#![expect(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "what a test cannot go on without fails it"
)]
#![expect(clippy::needless_pass_by_value, reason = "messages are handed over as `json!` makes them")]

mod messages;
mod process;
mod program;

pub use messages::*;
pub use process::Process;
pub use program::program;
