//! Deletes files and folders: first looks at how much it would be, then deletes what was looked at.

use std::ops::ControlFlow;
use std::os::fd::{AsFd, AsRawFd};

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list::compile;
use super::walk::{Kind, Next, Walk, kind};
use crate::digest::sha256;
use crate::error::{Error, ErrorCode, Result};
use crate::results::ends;
use crate::sandbox::paths::open_entry;
use crate::sandbox::tree::empty;
use crate::sandbox::{RelPath, Root};

/// The most names that one call deletes, and the most entries that are counted.
const MOST: usize = 10_000;
/// How many names are told.
const TOLD: usize = 100;

/// What to delete.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeleteRequest {
    /// Files and folders, relative to the workspace.
    #[schemars(length(max = 10_000))]
    pub paths: Vec<String>,
    /// And all files that match, as in `*.log` (any folder) or `build/**/*.o`.
    pub glob: Option<String>,
    /// Whether folders are deleted that are not empty.
    pub recursive: bool,
}

/// What would be deleted.
#[derive(Debug)]
struct Plan {
    /// The names, none of which is in another.
    paths: Vec<RelPath>,
    /// How many entries that are, with those in folders.
    entries: u64,
    bytes: u64,
    /// How many of the names are folders that are not empty.
    full_folders: u64,
    /// Whether there is more than was counted.
    is_more: bool,
}

/// What would be deleted, in short: what somebody agrees to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The question whether to do it.
    pub question: String,
    /// How many entries that are, with those in folders.
    pub entries: u64,
    /// How many of the names are folders that are not empty.
    pub full_folders: u64,
    /// A digest of the names.
    names: String,
}

/// What was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FilesDeleted")]
pub struct DeleteResult {
    /// The first hundred of the names, relative to the workspace.
    pub paths: Vec<String>,
    /// How many entries were deleted, or would be, with those in folders.
    pub entries: u64,
    /// How many bytes the files had.
    pub bytes: u64,
    /// Whether they are gone; not in a dry run.
    pub deleted: bool,
}

impl Look {
    /// Whether it is so much that somebody should agree first.
    #[must_use]
    pub fn is_much(&self, ask_above: u64) -> bool {
        self.entries > ask_above || self.full_folders > 0
    }
}

impl Plan {
    fn look(&self) -> Look {
        let mut words: Vec<String> =
            self.paths.iter().take(5).map(|path| format!("`{}`", named(path))).collect();
        if self.paths.len() > words.len() {
            words.push(format!("{} more", self.paths.len() - words.len()));
        }
        let (named, more) = (words.join(", "), if self.is_more { "more than " } else { "" });
        let all: Vec<&str> = self.paths.iter().map(RelPath::as_str).collect();
        Look {
            question: format!(
                "Delete {named}? That is {more}{} files and folders with {} bytes, for good.",
                self.entries, self.bytes
            ),
            entries: self.entries,
            full_folders: self.full_folders,
            names: sha256(all.join("\0").as_bytes()),
        }
    }

    fn told(self, deleted: bool) -> DeleteResult {
        let paths = self.paths.iter().take(TOLD).map(ToString::to_string).collect();
        DeleteResult { paths, entries: self.entries, bytes: self.bytes, deleted }
    }
}

/// A name as a person is asked about it: whatever a command has called it, it is one short line.
fn named(path: &RelPath) -> String {
    ends(&path.as_str().escape_debug().to_string(), 120)
}

/// Looks at what would be deleted.
///
/// # Errors
/// `FILE_NOT_FOUND` when a name, or anything that matches, is not there; `DIRECTORY_NOT_EMPTY` for a folder that is not
/// empty unless `recursive` is said; `INVALID_ARGUMENT` for nothing and too much,
/// `PERMISSION_DENIED` for the workspace itself; `INVALID_PATTERN`, and those of the path.
pub fn look(root: &Root, request: &DeleteRequest) -> Result<Look> {
    Ok(plan(root, request)?.look())
}

/// Tells what would be deleted.
///
/// # Errors
/// As [`look`].
pub fn would_delete(root: &Root, request: &DeleteRequest) -> Result<DeleteResult> {
    Ok(plan(root, request)?.told(false))
}

fn plan(root: &Root, request: &DeleteRequest) -> Result<Plan> {
    let mut names: Vec<RelPath> =
        request.paths.iter().map(|path| RelPath::parse(path)).collect::<Result<_>>()?;
    if let Some(glob) = &request.glob {
        names.extend(matching(root, glob)?);
    }
    names.sort_by(|one, other| one.as_str().split('/').cmp(other.as_str().split('/')));
    names.dedup_by(|later, kept| is_within(later, kept));
    if names.iter().any(RelPath::is_root) {
        let what = "the workspace itself cannot be deleted";
        return Err(Error::new(ErrorCode::PermissionDenied, what).suggest("name what is in it"));
    }
    if names.is_empty() || names.len() > MOST {
        let what = format!("{} files or folders are named, but must be 1 to {MOST}", names.len());
        return Err(Error::new(ErrorCode::InvalidArgument, what).suggest("give `paths` or a `glob`"));
    }
    let mut plan = Plan { paths: Vec::new(), entries: 0, bytes: 0, full_folders: 0, is_more: false };
    for name in &names {
        count(root, name, request.recursive, &mut plan)?;
    }
    plan.paths = names;
    Ok(plan)
}

fn is_within(path: &RelPath, folder: &RelPath) -> bool {
    let rest = path.as_str().strip_prefix(folder.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn matching(root: &Root, glob: &str) -> Result<Vec<RelPath>> {
    let (wanted, mut found) = (compile(glob)?, Vec::new());
    let left_out = Walk::everything().run(root, &RelPath::parse("")?, &mut |entry| {
        if entry.name == ".git" {
            return ControlFlow::Continue(Next::Pass);
        }
        if entry.kind != Kind::Directory && wanted.is_match(entry.path.as_str()) {
            found.push(entry.path.clone());
        }
        if found.len() > MOST { ControlFlow::Break(()) } else { ControlFlow::Continue(Next::Enter) }
    })?;
    if let Some(what) = left_out.told.first() {
        let what = format!("not all that `{glob}` matches can be found: left out is {what}");
        return Err(Error::new(ErrorCode::InvalidArgument, what)
            .suggest("nothing was deleted; name folders as `paths` with `recursive`"));
    }
    if found.is_empty() {
        return Err(Error::new(ErrorCode::FileNotFound, format!("no file matches `{glob}`"))
            .suggest("globs match files, not folders, and nothing in `.git`; list the folder first"));
    }
    Ok(found)
}

fn count(root: &Root, name: &RelPath, recursive: bool, plan: &mut Plan) -> Result<()> {
    let Some((folder, own)) = name.split() else { return Ok(()) };
    let stat = rustix::fs::statat(root.open_dir(&folder)?, own, AtFlags::SYMLINK_NOFOLLOW)
        .map_err(|error| Error::from_errno(&format!("`{name}`"), error))?;
    plan.entries += 1;
    if kind(&stat) != Kind::Directory {
        plan.bytes += u64::try_from(stat.st_size).unwrap_or(0);
        return Ok(());
    }
    let before = plan.entries;
    let walked = Walk::everything().run(root, name, &mut |entry| {
        if plan.entries >= MOST as u64 {
            plan.is_more = true;
            return ControlFlow::Break(());
        }
        plan.entries += 1;
        match entry.kind {
            Kind::File => plan.bytes += u64::try_from(entry.stat.st_size).unwrap_or(0),
            // It is named, but what is in it is not counted.
            Kind::Directory => plan.is_more |= entry.stat.st_mode & 0o500 != 0o500,
            _ => {}
        }
        ControlFlow::Continue(Next::Enter)
    });
    match walked {
        // It can be deleted, but not counted.
        Err(error) if error.code == ErrorCode::PermissionDenied => plan.is_more = true,
        walked => plan.is_more |= !walked?.told.is_empty(),
    }
    if plan.entries > before || plan.is_more {
        plan.full_folders += 1;
        if !recursive {
            return Err(Error::new(
                ErrorCode::DirectoryNotEmpty,
                format!("`{name}` is a folder that is not empty"),
            )
            .suggest("say `recursive` to delete it with all that is in it"));
        }
    }
    Ok(())
}

/// Deletes what was looked at. What has grown since is not deleted, for nobody has agreed to that.
///
/// # Errors
/// `FILE_CHANGED` when there is more than was looked at, those of [`look`], and those of the system; then a part may be
/// gone.
pub fn delete(root: &Root, request: &DeleteRequest, agreed: &Look) -> Result<DeleteResult> {
    let _turn = root.writing();
    let now = plan(root, request)?;
    let look = now.look();
    if look.entries > agreed.entries || look.names != agreed.names {
        let what = "what is to be deleted has changed since it was looked at; nothing was deleted";
        return Err(Error::new(ErrorCode::FileChanged, what).suggest("look again with `dry_run`"));
    }
    for path in &now.paths {
        remove(root, path)?;
    }
    Ok(now.told(true))
}

/// Removes one name, by the descriptor of its folder, and never through a link.
fn remove(root: &Root, path: &RelPath) -> Result<()> {
    let failed = |error| Error::from_errno(&format!("cannot delete `{path}`"), error);
    let Some((folder, name)) = path.split() else { return Ok(()) };
    let folder = root.open_dir(&folder)?;
    match rustix::fs::unlinkat(&folder, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => return Ok(()),
        Err(Errno::ISDIR | Errno::PERM) => {}
        Err(error) => return Err(failed(error)),
    }
    let inside =
        open_entry(folder.as_fd(), name.as_ref(), OFlags::PATH | OFlags::DIRECTORY).map_err(failed)?;
    let mode = rustix::fs::fstat(&inside).map_err(failed)?.st_mode;
    if mode & 0o700 != 0o700 {
        // By its descriptor, so that nothing else can have taken its place.
        let handle = format!("/proc/self/fd/{}", inside.as_raw_fd());
        rustix::fs::chmod(handle, Mode::from_raw_mode(0o700)).map_err(failed)?;
    }
    empty(&inside).map_err(failed)?;
    match rustix::fs::unlinkat(&folder, name, AtFlags::REMOVEDIR) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}
