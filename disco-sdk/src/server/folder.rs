//! Small things that replicas share as files of a folder, each until its time is over.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::{Error, Result};

/// The file that is locked while nobody else may look and write. What has an extension is nothing kept.
const LOCK: &str = "folder.lock";
/// No expiry has more characters.
const LONGEST_EXPIRY: usize = 24;

/// A folder whose files end. The first line of a file says when, in seconds since 1970; the rest is what is
/// kept. It may be on a volume that several machines mount.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`, which is made if it is not there; `of` says what it is for.
    pub(crate) fn open(path: PathBuf, of: &str) -> Result<Self> {
        let opened = fs::create_dir_all(&path).and_then(|()| fs::read_dir(&path));
        opened.map_err(|error| Error::new(format!("the folder {} of {of}: {error}", path.display())))?;
        Ok(Self(path))
    }

    /// Does file work where it holds nothing up.
    pub(crate) async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let folder = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&folder)).await;
        Ok(done.map_err(|_| Error::new("the server is stopping"))??)
    }

    /// Looks and writes with nobody between, on any machine.
    pub(crate) fn alone<T>(&self, work: impl FnOnce(&Self) -> io::Result<T>) -> io::Result<T> {
        // The lock ends with the file, and with the process.
        let file = File::options().create(true).append(true).open(self.0.join(LOCK))?;
        file.lock()?;
        work(self)
    }

    /// Keeps `value`, in place of what was there. It comes into being whole.
    pub(crate) fn write(&self, name: &str, until: SystemTime, value: &[u8]) -> io::Result<()> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let until = until.duration_since(UNIX_EPOCH).unwrap_or_default();
        let until = format!("{}.{:03}", until.as_secs(), until.subsec_millis());
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let draft = self.0.join(format!("{name}.{}-{number}", std::process::id()));
        let mut file = File::create(&draft)?;
        file.write_all(format!("{until}\n").as_bytes())?;
        file.write_all(value)?;
        file.sync_all()?;
        fs::rename(draft, self.0.join(name))
    }

    /// What is kept under `name`, if its time is not over.
    pub(crate) fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let mut kept = match fs::read(self.0.join(name)) {
            Ok(kept) => kept,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let end = kept.iter().position(|byte| *byte == b'\n').unwrap_or(kept.len());
        if expiry(&kept[..end]) <= SystemTime::now() {
            return Ok(None);
        }
        kept.drain(..(end + 1).min(kept.len()));
        Ok(Some(kept))
    }

    /// Forgets what is kept under `name`.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        remove(&self.0.join(name))
    }

    /// Removes what has expired, and then what expires first, until at most `most` are left.
    pub(crate) fn make_room(&self, most: usize) -> io::Result<()> {
        let mut left = self.left()?;
        left.sort_unstable();
        let too_many = left.len().saturating_sub(most);
        left.iter().take(too_many).try_for_each(|(_, file)| remove(file))
    }

    /// Removes what has expired, and gives the rest: when each ends, and where it is.
    pub(crate) fn left(&self) -> io::Result<Vec<(SystemTime, PathBuf)>> {
        let now = SystemTime::now();
        let mut left = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let file = entry?.path();
            if file.extension().is_some() {
                continue;
            }
            match expiry_of(&file) {
                // Another replica has removed it meanwhile.
                Err(_) => {}
                Ok(until) if until <= now => remove(&file)?,
                Ok(until) => left.push((until, file)),
            }
        }
        Ok(left)
    }
}

fn expiry_of(file: &Path) -> io::Result<SystemTime> {
    let mut head = [0; LONGEST_EXPIRY];
    let read = File::open(file)?.read(&mut head)?;
    let line = head[..read].split(|byte| *byte == b'\n').next();
    Ok(expiry(line.unwrap_or_default()))
}

/// What is no expiry is over.
fn expiry(line: &[u8]) -> SystemTime {
    let read = |line| {
        let (seconds, milliseconds) = std::str::from_utf8(line).ok()?.split_once('.')?;
        let seconds = Duration::from_secs(seconds.parse().ok()?);
        UNIX_EPOCH.checked_add(seconds.checked_add(Duration::from_millis(milliseconds.parse().ok()?))?)
    };
    read(line).unwrap_or(UNIX_EPOCH)
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
