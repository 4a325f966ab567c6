//! Walks a tree by the descriptors of its folders, in the order of names, and never through a link.

use std::ffi::{CString, OsStr};
use std::io::Read;
use std::ops::ControlFlow;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rustix::fs::{AtFlags, Dir, FileType, OFlags, Stat};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::sandbox::paths::open_entry;
use crate::sandbox::{RelPath, Root};

/// Folders deeper than this are named, but not entered.
pub(super) const DEEPEST: usize = 128;
/// A longer ignore file is not read.
const LONGEST_IGNORE: u64 = 1 << 20;

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

impl Walk {
    /// Shows every entry below the folder `start` to `visit`, until it breaks off.
    pub(super) fn run(self, root: &Root, start: &RelPath, visit: &mut Visit<'_>) -> Result<()> {
        let folder = root.open_dir(start)?;
        let mut rules = Vec::new();
        if !self.ignored {
            for above in above(start) {
                rules.extend(root.open_dir(&above).ok().and_then(|folder| ignore_file(&folder, &above)));
            }
        }
        let _ = self.folder(&folder, start, self.depth.min(DEEPEST), &mut rules, visit)?;
        Ok(())
    }

    fn folder(
        self,
        folder: &OwnedFd,
        path: &RelPath,
        depth: usize,
        rules: &mut Vec<Gitignore>,
        visit: &mut Visit<'_>,
    ) -> Result<ControlFlow<()>> {
        let own = if self.ignored { None } else { ignore_file(folder, path) };
        let depth_of_rules = rules.len();
        rules.extend(own);
        let mut flow = ControlFlow::Continue(());
        for name in names(folder, path)? {
            flow = self.entry(folder, path, &name, depth, rules, visit)?;
            if flow.is_break() {
                break;
            }
        }
        rules.truncate(depth_of_rules);
        Ok(flow)
    }

    fn entry(
        self,
        folder: &OwnedFd,
        path: &RelPath,
        name: &CString,
        depth: usize,
        rules: &mut Vec<Gitignore>,
        visit: &mut Visit<'_>,
    ) -> Result<ControlFlow<()>> {
        let name = OsStr::from_bytes(name.as_bytes());
        // Gone since its name was read.
        let Ok(stat) = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) else {
            return Ok(ControlFlow::Continue(()));
        };
        let kind = kind(&stat);
        let path = path.join(&name.to_string_lossy());
        if !self.ignored && is_ignored(rules, &path, kind) {
            return Ok(ControlFlow::Continue(()));
        }
        match visit(&Entry { path: path.clone(), kind, stat, folder, name }) {
            ControlFlow::Break(()) => return Ok(ControlFlow::Break(())),
            ControlFlow::Continue(Next::Pass) => return Ok(ControlFlow::Continue(())),
            ControlFlow::Continue(Next::Enter) => {}
        }
        if kind != Kind::Directory || depth <= 1 || (!self.ignored && name == ".git") {
            return Ok(ControlFlow::Continue(()));
        }
        match open_entry(folder.as_fd(), name, OFlags::RDONLY | OFlags::DIRECTORY) {
            Ok(child) => self.folder(&child, &path, depth - 1, rules, visit),
            // Gone, replaced by something else, or not ours to read.
            Err(_) => Ok(ControlFlow::Continue(())),
        }
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

fn names(folder: &OwnedFd, path: &RelPath) -> Result<Vec<CString>> {
    let failed = |error| Error::from_errno(&format!("cannot list `{path}`"), error);
    let mut names = Vec::new();
    for entry in Dir::read_from(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name() != c"." && entry.file_name() != c".." {
            names.push(entry.file_name().to_owned());
        }
    }
    names.sort();
    Ok(names)
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

fn ignore_file(folder: &OwnedFd, path: &RelPath) -> Option<Gitignore> {
    let fd = open_entry(folder.as_fd(), OsStr::new(".gitignore"), OFlags::RDONLY).ok()?;
    if FileType::from_raw_mode(rustix::fs::fstat(&fd).ok()?.st_mode) != FileType::RegularFile {
        return None;
    }
    let mut text = String::new();
    std::fs::File::from(fd).take(LONGEST_IGNORE).read_to_string(&mut text).ok()?;
    let mut builder = GitignoreBuilder::new(Path::new("/").join(path.as_str()));
    for line in text.lines() {
        // A line that is no pattern hides nothing, as in git.
        let _ = builder.add_line(None, line);
    }
    builder.build().ok()
}

/// The nearest ignore file that says anything decides.
fn is_ignored(rules: &[Gitignore], path: &RelPath, kind: Kind) -> bool {
    let path = Path::new("/").join(path.as_str());
    let verdict = rules
        .iter()
        .rev()
        .map(|rules| rules.matched(&path, kind == Kind::Directory))
        .find(|found| !found.is_none());
    verdict.is_some_and(|found| found.is_ignore())
}
