//! Walks a tree by the descriptors of its folders, in the order of names, and never through a link.
//!
//! Commands make these trees, so a walk is bounded: in time, in names that are held, in depth, and in patterns that are
//! obeyed ([`Walks`]). What it leaves out for that is told.

mod rules;

use std::ffi::{CString, OsStr};
use std::ops::ControlFlow;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::time::Instant;

use rustix::fs::{AtFlags, Dir, FileType, OFlags, Stat};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::progress;
use crate::sandbox::paths::open_entry;
use crate::sandbox::{RelPath, Root, Walks};
use rules::Rules;

/// How many places are told at which something was left out.
const TOLD: usize = 5;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "FileKind")]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A pipe, a socket or a device.
    Other,
}

/// An entry on the way.
pub(super) struct Entry<'a> {
    pub(super) path: RelPath,
    pub(super) kind: Kind,
    pub(super) stat: Stat,
    pub(super) folder: &'a OwnedFd,
    pub(super) name: &'a OsStr,
}

/// How to walk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    /// 1 is the folder's own entries.
    pub(super) depth: usize,
    /// Whether to see what `.gitignore` hides, and the inside of `.git`.
    pub(super) ignored: bool,
}

/// What to do after an entry.
pub(super) enum Next {
    /// Go on, into the folder if it is one.
    Enter,
    /// Go on, past the folder.
    Pass,
}

type Visit<'a> = dyn FnMut(&Entry<'_>) -> ControlFlow<(), Next> + 'a;

/// What a walk did not look at, and why.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    /// In sentences; the first of them.
    pub(super) told: Vec<String>,
    /// Whether its time was over.
    pub(super) is_late: bool,
}

impl LeftOut {
    fn tell(&mut self, what: impl FnOnce() -> String) {
        if self.told.len() < TOLD {
            self.told.push(what());
        }
    }
}

impl Walk {
    /// All entries, as deep as they are.
    pub(super) fn everything() -> Self {
        Self { depth: usize::MAX, ignored: true }
    }

    /// Shows every entry below the folder `start` to `visit`, until it breaks off. Tells what was left out.
    pub(super) fn run(self, root: &Root, start: &RelPath, visit: &mut Visit<'_>) -> Result<LeftOut> {
        let folder = root.open_dir(start)?;
        let bounds = root.walks();
        let mut way = Way {
            walk: self,
            bounds,
            end: Instant::now() + bounds.patience(),
            rules: Rules::up_to(bounds.ignore_bytes()),
            held: 0,
            left_out: LeftOut::default(),
            visit,
        };
        for above in above(start) {
            if let Ok(folder) = root.open_dir(&above) {
                way.obey(&folder, &above);
            }
        }
        let _ = way.folder(&folder, start, self.depth.min(bounds.walk_depth))?;
        Ok(way.left_out)
    }
}

/// A walk under way.
struct Way<'a> {
    walk: Walk,
    bounds: Walks,
    end: Instant,
    rules: Rules,
    /// How many names are held.
    held: usize,
    left_out: LeftOut,
    visit: &'a mut Visit<'a>,
}

impl Way<'_> {
    fn folder(&mut self, folder: &OwnedFd, path: &RelPath, depth: usize) -> Result<ControlFlow<()>> {
        let rules = self.rules.len();
        self.obey(folder, path);
        let names = self.names(folder, path)?;
        self.held += names.len();
        let mut flow = ControlFlow::Continue(());
        for name in &names {
            flow = self.entry(folder, path, name, depth)?;
            if flow.is_break() {
                break;
            }
        }
        self.held -= names.len();
        self.rules.truncate(rules);
        Ok(flow)
    }

    fn entry(
        &mut self,
        folder: &OwnedFd,
        path: &RelPath,
        name: &CString,
        depth: usize,
    ) -> Result<ControlFlow<()>> {
        let name = OsStr::from_bytes(name.as_bytes());
        let path = path.join(&name.to_string_lossy());
        if Instant::now() >= self.end {
            let seconds = self.bounds.walk_seconds;
            self.left_out
                .tell(|| format!("`{path}` and what follows: {seconds} seconds were over (`walk_seconds`)"));
            self.left_out.is_late = true;
            return Ok(ControlFlow::Break(()));
        }
        progress::count(1);
        // Gone since its name was read.
        let Ok(stat) = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) else {
            return Ok(ControlFlow::Continue(()));
        };
        let kind = kind(&stat);
        if !self.walk.ignored && self.rules.hide(&path, kind) {
            return Ok(ControlFlow::Continue(()));
        }
        match (self.visit)(&Entry { path: path.clone(), kind, stat, folder, name }) {
            ControlFlow::Break(()) => return Ok(ControlFlow::Break(())),
            ControlFlow::Continue(Next::Pass) => return Ok(ControlFlow::Continue(())),
            ControlFlow::Continue(Next::Enter) => {}
        }
        if kind != Kind::Directory || (!self.walk.ignored && name == ".git") {
            return Ok(ControlFlow::Continue(()));
        }
        if depth <= 1 {
            self.pass(&path);
            return Ok(ControlFlow::Continue(()));
        }
        match open_entry(folder.as_fd(), name, OFlags::RDONLY | OFlags::DIRECTORY) {
            Ok(child) => self.folder(&child, &path, depth - 1),
            // Gone, replaced by something else, or not ours to read.
            Err(_) => Ok(ControlFlow::Continue(())),
        }
    }

    /// Tells of a folder that is not entered, unless the caller wanted no deeper ones.
    fn pass(&mut self, path: &RelPath) {
        let most = self.bounds.walk_depth;
        if self.walk.depth > most {
            self.left_out
                .tell(|| format!("what is in `{path}`: a walk goes {most} folders deep (`walk_depth`)"));
        }
    }

    /// From here on, what the ignore file of this folder says holds too.
    fn obey(&mut self, folder: &OwnedFd, path: &RelPath) {
        if !self.walk.ignored && !self.rules.add(folder, path) {
            let most = self.bounds.ignore_bytes();
            self.left_out.tell(|| {
                let file = path.join(".gitignore");
                format!(
                    "some of `{file}` hides nothing: at most {most} bytes of such files hold at one place (`walk_ignore_kb`)"
                )
            });
        }
    }

    /// The names of a folder, sorted, as many as can be held.
    fn names(&mut self, folder: &OwnedFd, path: &RelPath) -> Result<Vec<CString>> {
        let failed = |error| Error::from_errno(&format!("cannot list `{path}`"), error);
        let most = self.bounds.walk_names;
        let room = most - self.held;
        let mut names = Vec::new();
        for entry in Dir::read_from(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name() == c"." || entry.file_name() == c".." {
                continue;
            }
            if names.len() == room {
                self.left_out.tell(|| {
                    format!("all but {room} names of `{path}`: a folder and those above it may have {most} together (`walk_names`)")
                });
                break;
            }
            names.push(entry.file_name().to_owned());
        }
        names.sort();
        Ok(names)
    }
}

pub(super) fn kind(stat: &Stat) -> Kind {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Directory,
        FileType::Symlink => Kind::Symlink,
        _ => Kind::Other,
    }
}

/// The folders above `path`, from the workspace down, without itself.
fn above(path: &RelPath) -> Vec<RelPath> {
    let mut list = Vec::new();
    let mut path = path.clone();
    while let Some((folder, _)) = path.split() {
        list.push(folder.clone());
        path = folder;
    }
    list.reverse();
    list
}

#[cfg(test)]
mod tests;
