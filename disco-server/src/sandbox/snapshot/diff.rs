//! What is different between two trees.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, ResolveFlags, Stat};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use similar::TextDiff;

use super::replace;
use crate::error::{Error, ErrorCode, Result};
use crate::progress;
use crate::sandbox::tree::open_beneath;

/// The longest text that is compared line by line.
const LONGEST_TEXT: u64 = 256 << 10;
/// How many bytes of changed lines are gathered.
const LINES: usize = 4 << 20;
/// How many changes are listed; all are counted.
const LISTED: usize = 10_000;
/// How many bytes of files are read to compare them; beyond it, files of one size and two times count as changed.
const COMPARED: u64 = 1 << 30;

/// What has changed since a snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SnapshotDiff")]
pub struct Diff {
    /// The snapshot that was compared with.
    pub snapshot_id: String,
    /// How many entries are new.
    pub added: u64,
    /// How many are no longer the same.
    pub changed: u64,
    /// How many are gone.
    pub deleted: u64,
    /// Which, in the order of their paths; the first of them when there are many.
    pub changes: Vec<Change>,
    /// Whether there are more changes than are listed, or more changed lines than are shown.
    pub truncated: bool,
    /// The changed lines of text files, as a unified diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unified: Option<String>,
}

/// One entry that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SnapshotChange")]
pub struct Change {
    /// Relative to the workspace; a folder ends in `/`.
    pub path: String,
    /// What has happened to it.
    pub change: ChangeKind,
    /// Its size now, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Its size in the snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_before: Option<u64>,
}

/// What has happened to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SnapshotChangeKind")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its content, its kind or its mode is another.
    Changed,
    /// It is gone.
    Deleted,
}

/// Compares two trees of at most `most` entries each.
pub(super) fn diff(before: BorrowedFd<'_>, now: BorrowedFd<'_>, most: u64, unified: bool) -> Result<Diff> {
    let (old, new) = (entries(before, most)?, entries(now, most)?);
    let mut paths: Vec<&PathBuf> = old.keys().chain(new.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut compared = 0;
    let mut diff = Diff { unified: unified.then(String::new), ..Diff::default() };
    for path in paths {
        let change = match (old.get(path), new.get(path)) {
            (None, Some(_)) => ChangeKind::Added,
            (Some(_), None) => ChangeKind::Deleted,
            (Some(a), Some(b)) if is_other(before, now, path, a, b, &mut compared) => ChangeKind::Changed,
            _ => continue,
        };
        diff.note(path, change, old.get(path), new.get(path));
        if let Some(text) = &mut diff.unified {
            diff.truncated |= !lines(before, now, path, text);
        }
    }
    diff.truncated |= diff.changes.len() as u64 != diff.total();
    Ok(diff)
}

impl Diff {
    fn total(&self) -> u64 {
        self.added + self.changed + self.deleted
    }

    fn note(&mut self, path: &Path, change: ChangeKind, old: Option<&Stat>, new: Option<&Stat>) {
        *match change {
            ChangeKind::Added => &mut self.added,
            ChangeKind::Changed => &mut self.changed,
            ChangeKind::Deleted => &mut self.deleted,
        } += 1;
        if self.changes.len() < LISTED {
            let slash = if new.or(old).is_some_and(is_folder) { "/" } else { "" };
            self.changes.push(Change {
                path: format!("{}{slash}", path.display()),
                change,
                size: new.and_then(size),
                size_before: old.and_then(size),
            });
        }
    }
}

fn kind(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

fn is_folder(stat: &Stat) -> bool {
    kind(stat) == FileType::Directory
}

fn size(stat: &Stat) -> Option<u64> {
    (!is_folder(stat)).then(|| u64::try_from(stat.st_size).unwrap_or(0))
}

/// All files, folders and links below a folder.
fn entries(root: BorrowedFd<'_>, most: u64) -> Result<BTreeMap<PathBuf, Stat>> {
    let failed = |error| Error::from_errno("compare the files", error);
    let (mut found, mut folders) = (BTreeMap::new(), vec![PathBuf::new()]);
    while let Some(path) = folders.pop() {
        let is_top = path.as_os_str().is_empty();
        // Gone meanwhile, or not to be read.
        let Ok(folder) = open_beneath(root, if is_top { Path::new(".") } else { &path }) else { continue };
        for entry in Dir::read_from(&folder).map_err(failed)?.flatten() {
            let name = entry.file_name();
            let shown = OsStr::from_bytes(name.to_bytes());
            if name == c"." || name == c".." || is_top && !replace::is_file(shown) {
                continue;
            }
            progress::count(1);
            let Ok(stat) = rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) else { continue };
            match kind(&stat) {
                FileType::Directory => folders.push(path.join(shown)),
                FileType::RegularFile | FileType::Symlink => {}
                _ => continue,
            }
            found.insert(path.join(shown), stat);
            if found.len() as u64 > most {
                return Err(Error::new(
                    ErrorCode::SnapshotLimit,
                    format!("there are more than {most} files, the most that are compared"),
                )
                .suggest("delete what is not needed, or raise `snapshot_files`"));
            }
        }
    }
    Ok(found)
}

fn is_other(
    before: BorrowedFd<'_>,
    now: BorrowedFd<'_>,
    path: &Path,
    old: &Stat,
    new: &Stat,
    compared: &mut u64,
) -> bool {
    if kind(old) != kind(new) {
        return true;
    }
    match kind(old) {
        FileType::Symlink => {
            let target =
                |root| rustix::fs::readlinkat(parent(root, path).ok()?, path.file_name()?, Vec::new()).ok();
            target(before) != target(now)
        }
        FileType::Directory => old.st_mode & 0o1777 != new.st_mode & 0o1777,
        _ if old.st_size != new.st_size || old.st_mode & 0o1777 != new.st_mode & 0o1777 => true,
        // The time of change can be forged from inside, so the content decides as long as there is not too much.
        _ => {
            *compared += u64::try_from(new.st_size).unwrap_or(0);
            if *compared > COMPARED {
                return (old.st_mtime, old.st_mtime_nsec) != (new.st_mtime, new.st_mtime_nsec);
            }
            !is_same_content(before, now, path).unwrap_or(false)
        }
    }
}

fn is_same_content(before: BorrowedFd<'_>, now: BorrowedFd<'_>, path: &Path) -> std::io::Result<bool> {
    let (mut old, mut new) = (open(before, path)?, open(now, path)?);
    let (mut one, mut two) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    loop {
        let (a, b) = (fill(&mut old, &mut one)?, fill(&mut new, &mut two)?);
        if one[..a] != two[..b] {
            return Ok(false);
        }
        if a == 0 {
            return Ok(true);
        }
    }
}

fn fill(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..])? {
            0 => break,
            more => length += more,
        }
    }
    Ok(length)
}

/// Adds the changed lines of one file, if it is text. `false`: they have no room.
fn lines(before: BorrowedFd<'_>, now: BorrowedFd<'_>, path: &Path, text: &mut String) -> bool {
    let (Some(old), Some(new)) = (read_text(before, path), read_text(now, path)) else { return true };
    if old.is_none() && new.is_none() {
        return true;
    }
    let name = path.display().to_string();
    let header = |side: &str, text: &Option<String>| match text {
        Some(_) => format!("{side}/{name}"),
        None => "/dev/null".to_owned(),
    };
    let (from, to) = (header("a", &old), header("b", &new));
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let changed = TextDiff::from_lines(&old, &new).unified_diff().header(&from, &to).to_string();
    let fits = text.len() + changed.len() <= LINES;
    if fits {
        text.push_str(&changed);
    }
    fits
}

/// A text; `Some(None)` if there is no such file, `None` if it is no text to be compared.
#[expect(
    clippy::option_option,
    reason = "what is absent is compared with nothing, what is no text is not compared"
)]
fn read_text(root: BorrowedFd<'_>, path: &Path) -> Option<Option<String>> {
    let Ok(file) = open(root, path) else { return Some(None) };
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > LONGEST_TEXT {
        return None;
    }
    let mut text = String::new();
    file.take(LONGEST_TEXT + 1).read_to_string(&mut text).ok()?;
    Some(Some(text))
}

fn open(root: BorrowedFd<'_>, path: &Path) -> std::io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    Ok(rustix::fs::openat2(root, path, flags, Mode::empty(), resolve)?.into())
}

fn parent(root: BorrowedFd<'_>, path: &Path) -> rustix::io::Result<OwnedFd> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    open_beneath(root, folder.unwrap_or(Path::new(".")))
}
