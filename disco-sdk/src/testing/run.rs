//! How a body runs in one cell.

use std::fmt;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::timeout;

use super::{Cell, Place};
use crate::client::{Answers, Heard, Profile};
use crate::server::Server;

/// How long a body may take before its test fails.
const PATIENCE: Duration = Duration::from_mins(1);

/// What every client of a test has in common: what it answers, and who reads along.
#[derive(Debug)]
pub struct Setup {
    server: Server,
    profile: Profile,
}

impl Setup {
    /// Tests this server, by clients that cannot be asked anything.
    #[must_use]
    pub fn new(server: Server, place: Place) -> Self {
        Self { server, profile: Profile::new(place.version) }
    }

    /// The clients answer so.
    #[must_use]
    pub fn answers(mut self, answers: Answers) -> Self {
        self.profile = self.profile.answers(answers);
        self
    }

    /// Shows `reader` every message of the server.
    #[must_use]
    pub fn reader(mut self, reader: impl Fn(&Heard) + Send + Sync + 'static) -> Self {
        self.profile = self.profile.reader(reader);
        self
    }
}

/// What the body of a test may return.
#[diagnostic::on_unimplemented(
    message = "the body of a test cannot return `{Self}`",
    label = "neither nothing nor a `Result`",
    note = "return nothing, or a `Result<(), E>` whose `E` can be printed by `{{:?}}`"
)]
pub trait Verdict {
    /// Fails the test of this cell if the verdict says so.
    fn judge(self, place: Place);
}

impl Verdict for () {
    fn judge(self, _: Place) {}
}

impl<E: fmt::Debug> Verdict for Result<(), E> {
    #[track_caller]
    fn judge(self, place: Place) {
        if let Err(error) = self {
            panic!("{place}: {error:?}");
        }
    }
}

/// Fails the test of this cell if the verdict says so.
pub fn judge<V: Verdict>(place: Place, verdict: V) {
    verdict.judge(place);
}

/// Runs a body in one cell, on a runtime of its own.
///
/// # Panics
/// When the test fails: by the body, because the server does not build, or because a minute has passed.
pub fn run(place: Place, setup: Setup, body: impl AsyncFnOnce(&Cell)) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let in_time = runtime.block_on(async {
        let service = setup.server.build().unwrap_or_else(|error| panic!("{error:?}"));
        let cell = Cell::start(place, service, setup.profile).await;
        let cell = cell.unwrap_or_else(|error| panic!("{place}: {error:?}"));
        timeout(PATIENCE, body(&cell)).await
    });
    assert!(in_time.is_ok(), "{place}: the body has not come to an end within {} s", PATIENCE.as_secs());
}
