//! The processes that share the file, and which of them are dead.

use rusqlite::{Connection, ErrorCode, params};

use crate::error::{Error, Result};
use crate::random;

/// A process by its number and start: a number is given again, both together never are before the machine starts
/// anew, which `boot` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    id: String,
    pid: u32,
    started: u64,
    boot: String,
}

impl Process {
    /// This one, under a new name.
    pub(super) fn this() -> Result<Self> {
        let pid = std::process::id();
        let started = start(pid).ok_or_else(|| {
            Error::new(crate::ErrorCode::Internal, "/proc does not tell when this process began")
        })?;
        Ok(Self { id: random::name("prc")?, pid, started, boot: boot() })
    }

    /// The name by which rows of the file belong to it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn register(&self, connection: &Connection) -> Result<()> {
        let values = params![self.id, self.pid, self.started, self.boot];
        connection.execute("INSERT INTO processes (id, pid, started, boot) VALUES (?, ?, ?, ?)", values)?;
        Ok(())
    }

    fn is_alive(&self) -> bool {
        self.boot == boot() && start(self.pid) == Some(self.started)
    }

    /// The names of those that are dead.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn dead(connection: &Connection) -> Result<Vec<String>> {
        Ok(Self::all(connection)?
            .into_iter()
            .filter(|process| !process.is_alive())
            .map(|process| process.id)
            .collect())
    }

    /// The names of those that live.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn living(connection: &Connection) -> Result<Vec<String>> {
        Ok(Self::all(connection)?.into_iter().filter(Self::is_alive).map(|process| process.id).collect())
    }

    fn all(connection: &Connection) -> Result<Vec<Self>> {
        let mut statement = connection.prepare_cached("SELECT id, pid, started, boot FROM processes")?;
        let all = statement.query_map([], |row| {
            Ok(Self { id: row.get(0)?, pid: row.get(1)?, started: row.get(2)?, boot: row.get(3)? })
        })?;
        Ok(all.collect::<rusqlite::Result<_>>()?)
    }

    /// Forgets those that are dead, but for one that has something yet.
    pub(super) fn forget_the_dead(connection: &Connection) -> Result<()> {
        for dead in Self::dead(connection)? {
            match connection.execute("DELETE FROM processes WHERE id = ?", [dead]) {
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {}
                done => _ = done?,
            }
        }
        Ok(())
    }
}

/// When a process began, in ticks since the machine did; `None` if there is none of this number, or only what is
/// left of it until its parent has asked.
pub(crate) fn start(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name is in brackets and may hold anything; the state is the first field behind it, the start the twentieth.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    fields.nth(18)?.parse().ok().filter(|_| !["Z", "X"].contains(&state))
}

/// The name of this run of the machine.
fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

    use super::*;

    #[test]
    fn a_process_that_has_ended_is_dead_though_its_parent_has_not_asked() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let started = start(child.id()).unwrap();
        let process = Process { id: "p".into(), pid: child.id(), started, boot: boot() };
        assert!(process.is_alive());
        drop(child.stdin.take());
        let id = WaitId::Pid(Pid::from_child(&child));
        waitid(id, WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).unwrap();
        assert!(!process.is_alive());
        child.wait().unwrap();
        assert!(!process.is_alive());
    }
}
