//! What a caller says of how a terminal is read.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::terminal::{Mode, Wait};

/// How long one waits when something is waited for and no time is given.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a terminal has to be quiet after something was typed, when nothing is waited for.
const QUIET: Duration = Duration::from_millis(200);

/// The arguments of `terminal_write` and `terminal_read` that are the same.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::terminal) struct Look {
    /// `stream`: what was shown, without colours; `screen`: the screen as it stands, for programs that fill it.
    pub(in crate::terminal) mode: Option<Mode>,
    /// Wait until this regular expression is in what comes, or on the screen.
    #[schemars(length(max = 1000), example = r"\$ $")]
    pub(in crate::terminal) wait_for: Option<String>,
    /// Wait until nothing was shown for so long.
    #[schemars(range(min = 1, max = 60_000))]
    pub(in crate::terminal) idle_ms: Option<u64>,
    /// Wait for so long at most.
    #[schemars(range(max = 60_000))]
    pub(in crate::terminal) timeout_ms: Option<u64>,
}

impl Look {
    pub(in crate::terminal) fn mode(&self) -> Mode {
        self.mode.unwrap_or_default()
    }

    /// Who only reads waits for nothing, unless told to.
    pub(in crate::terminal) fn wait(self) -> Wait {
        let given = self.timeout_ms.map(Duration::from_millis);
        let waits = self.wait_for.is_some() || self.idle_ms.is_some();
        let timeout = given.unwrap_or(if waits { TIMEOUT } else { Duration::ZERO });
        Wait { wait_for: self.wait_for, idle: self.idle_ms.map(Duration::from_millis), timeout }
    }

    /// Who types waits until it is quiet, unless told otherwise.
    pub(in crate::terminal) fn wait_after_typing(self) -> Wait {
        let idle_ms = match &self.wait_for {
            Some(_) => self.idle_ms,
            None => self.idle_ms.or_else(|| QUIET.as_millis().try_into().ok()),
        };
        Self { idle_ms, ..self }.wait()
    }
}
