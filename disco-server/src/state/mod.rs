//! What must last: one `SQLite` file in the data folder, which several processes share.
//!
//! What is committed is with the kernel, so it outlives the end of the process however that comes; it is not
//! forced onto the disk, so a loss of power may take the last seconds. Every process is known here by its number
//! and start ([`Process`]): what a dead one has left is found by that, and nothing of the living is touched.

mod migrations;
mod process;

use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use tokio::sync::Semaphore;

pub use process::Process;
pub(crate) use process::start;

use crate::error::{Error, ErrorCode, Result};

/// The file in the data folder.
pub const FILE: &str = "disco.db";
/// How long a process waits for another one that is writing.
const BUSY: Duration = Duration::from_secs(10);

/// The file, open. Clones are the same.
#[derive(Debug, Clone)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
    /// Who may use the connection: those who wait take no thread.
    turns: Arc<Semaphore>,
    process: Arc<Process>,
    folder: PathBuf,
}

impl Store {
    /// Opens the file in the folder, makes both if they are not there, and brings the file up to this program.
    ///
    /// # Errors
    /// When they cannot be made or read, and `STATE_TOO_NEW` when a newer program has written the file.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let connection =
            make(folder, &path).and_then(|()| connect(&path)).map_err(|error| at(&path, error))?;
        let process = Process::this().and_then(|process| process.register(&connection).map(|()| process));
        let process = Arc::new(process.map_err(|error| at(&path, error))?);
        let (connection, turns) = (Arc::new(Mutex::new(connection)), Arc::new(Semaphore::new(1)));
        Ok(Self { connection, turns, process, folder: folder.to_owned() })
    }

    /// Forgets the processes that are dead. Whatever has belonged to one is taken over before.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn forget_the_dead(&self) -> Result<()> {
        self.write(|state| Process::forget_the_dead(state)).await
    }

    /// The name that the file has given itself: what belongs to it elsewhere is known by that.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn name(&self) -> Result<String> {
        self.read(|state| Ok(state.query_row("SELECT name FROM owner", [], |row| row.get(0))?)).await
    }

    /// This process, as others find it in the file.
    #[must_use]
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// The folder that the file is in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Reads, all of it from one state of the file, aside from the async threads.
    ///
    /// # Errors
    /// Those of `work`, and when the file cannot be read.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.aside(TransactionBehavior::Deferred, |transaction| work(transaction)).await
    }

    /// Writes, all of it or nothing. No other process writes meanwhile; when this returns, it lasts.
    ///
    /// # Errors
    /// Those of `work`, and when the file cannot be written.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.aside(TransactionBehavior::Immediate, work).await
    }

    /// Lets the log of the file (WAL) go, in which what was deleted can still be read. If somebody reads just now, the
    /// next one to say so does it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn forget_what_was_deleted(&self) -> Result<()> {
        let store = self.clone();
        let turn = self.turns.clone().acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let connection = store.connection.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
        })
        .await;
        done.map_err(Error::internal)?
    }

    async fn aside<T: Send + 'static>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = self.clone();
        let turn = self.turns.clone().acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            store.transact(behavior, work)
        })
        .await;
        done.map_err(Error::internal)?
    }

    fn transact<T>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(behavior)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }
}

/// What is kept here is nobody else's business: the folder and the file are the user's own.
fn make(folder: &Path, path: &Path) -> Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .and_then(|()| std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path).map(drop))
        .map_err(|error| Error::from_io("make the file", &error))
}

fn connect(path: &Path) -> Result<Connection> {
    let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // In WAL mode a commit is written, not forced onto the disk: a killed process loses nothing by that.
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted is overwritten: secrets of jobs are here for a while.
    connection.pragma_update(None, "secure_delete", true)?;
    migrations::apply(&mut connection)?;
    Ok(connection)
}

fn at(path: &Path, error: Error) -> Error {
    Error { message: format!("{}: {}", path.display(), error.message), ..error }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi::ErrorCode as Sqlite;
        let (code, suggestion) = match error.sqlite_error_code() {
            Some(Sqlite::DiskFull) => (ErrorCode::DiskFull, "make room where the data folder is"),
            Some(Sqlite::DatabaseBusy | Sqlite::DatabaseLocked) => {
                (ErrorCode::StateBusy, "another process is writing for long: try again")
            }
            Some(Sqlite::DatabaseCorrupt | Sqlite::NotADatabase) => {
                (ErrorCode::StateBroken, "put back a copy of the file, or choose another `data_dir`")
            }
            Some(Sqlite::ReadOnly | Sqlite::PermissionDenied | Sqlite::CannotOpen) => {
                (ErrorCode::PermissionDenied, "give the data folder to the user of the server")
            }
            _ => (ErrorCode::Internal, "try again; if it stays, run `disco doctor`"),
        };
        Self::new(code, format!("the state cannot be kept: {error}")).suggest(suggestion)
    }
}

#[cfg(test)]
mod tests;
