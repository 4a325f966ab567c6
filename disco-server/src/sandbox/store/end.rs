//! How sandboxes ended: what is answered for those that are gone.

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Error, ErrorCode, Result};
use crate::moment;

/// The end of a sandbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    /// Why.
    pub(crate) reason: Reason,
    /// When, in seconds since 1970.
    pub(crate) at: u64,
    /// How many ends are known; the oldest are forgotten.
    pub(crate) most: usize,
}

/// Why a sandbox ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Somebody asked for it.
    Deleted,
    /// Its time was over.
    Ttl,
    /// Nobody used it for so many seconds.
    Idle(u64),
}

impl End {
    /// Keeps it, and forgets the oldest over the bound.
    pub(super) fn keep(self, state: &Connection, id: &str) -> Result<()> {
        let (reason, idle) = match self.reason {
            Reason::Deleted => ("deleted", 0),
            Reason::Ttl => ("ttl", 0),
            Reason::Idle(seconds) => ("idle", seconds),
        };
        let insert = "INSERT OR REPLACE INTO sandbox_ends (sandbox, reason, idle, at) VALUES (?, ?, ?, ?)";
        state.execute(insert, params![id, reason, idle, self.at])?;
        let forget = "DELETE FROM sandbox_ends WHERE number <=
            (SELECT number FROM sandbox_ends ORDER BY number DESC LIMIT 1 OFFSET ?)";
        state.execute(forget, [i64::try_from(self.most).unwrap_or(i64::MAX)])?;
        Ok(())
    }

    pub(super) fn forget(state: &Connection, id: &str) -> Result<()> {
        Ok(state.execute("DELETE FROM sandbox_ends WHERE sandbox = ?", [id]).map(drop)?)
    }

    /// What to tell somebody who asks for it.
    pub(super) fn find(state: &Connection, id: &str) -> Result<Option<Error>> {
        let select = "SELECT reason, idle, at FROM sandbox_ends WHERE sandbox = ?";
        let found = state
            .query_row(select, [id], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?, row.get::<_, u64>(2)?))
            })
            .optional()?;
        Ok(found.map(|(reason, idle, at)| {
            let reason = match reason.as_str() {
                "ttl" => Reason::Ttl,
                "idle" => Reason::Idle(idle),
                _ => Reason::Deleted,
            };
            reason.error(id, at)
        }))
    }
}

impl Reason {
    /// What to tell of a sandbox that ended at a time, in seconds since 1970.
    pub(crate) fn error(self, id: &str, at: u64) -> Error {
        let at = moment::at(at);
        let (code, what) = match self {
            Self::Deleted => (ErrorCode::SandboxNotFound, format!("was deleted at {at}")),
            Self::Ttl => (ErrorCode::SandboxExpired, format!("was removed at {at}: its time (ttl) was over")),
            Self::Idle(seconds) => (
                ErrorCode::SandboxExpired,
                format!("was removed at {at}: nobody had used it for {seconds} seconds (idle)"),
            ),
        };
        let suggestion = match code {
            ErrorCode::SandboxExpired => {
                "create another with `sandbox_create`, with a longer `ttl_s` or `idle_s`"
            }
            _ => "create another with `sandbox_create`",
        };
        Error::new(code, format!("the sandbox `{}` {what}", id.escape_debug())).suggest(suggestion)
    }
}
