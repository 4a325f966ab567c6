//! What `.gitignore` files hide. Whoever writes them is not trusted, so only so much of them is read.

use std::ffi::OsStr;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rustix::fs::{FileType, OFlags};

use super::Kind;
use crate::sandbox::RelPath;
use crate::sandbox::paths::open_entry;

const NAME: &str = ".gitignore";

/// The ignore files that hold at one place, from the workspace down.
pub(super) struct Rules {
    /// Each with how many bytes it has.
    files: Vec<(Gitignore, usize)>,
    /// How many bytes they may have together.
    most: usize,
}

impl Rules {
    /// None yet, and no more than so many bytes of them.
    pub(super) fn up_to(most: usize) -> Self {
        Self { files: Vec::new(), most }
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.files.truncate(len);
    }

    /// Adds those of a folder, if it has any. `false`: there was no room for all of them.
    pub(super) fn add(&mut self, folder: &OwnedFd, path: &RelPath) -> bool {
        let room = self.most - self.files.iter().map(|(_, bytes)| bytes).sum::<usize>();
        let Some(mut text) = read(folder, room) else { return true };
        let is_whole = text.len() <= room;
        if !is_whole {
            // The last line is not whole either.
            text.truncate(text[..text.floor_char_boundary(room)].rfind('\n').unwrap_or(0));
        }
        let mut builder = GitignoreBuilder::new(Path::new("/").join(path.as_str()));
        for line in text.lines() {
            // A line that is no pattern hides nothing, as in git.
            let _ = builder.add_line(None, line);
        }
        let built = builder.build();
        let is_built = built.is_ok();
        self.files.extend(built.ok().map(|rules| (rules, text.len())));
        is_whole && is_built
    }

    /// The nearest ignore file that says anything decides.
    pub(super) fn hide(&self, path: &RelPath, kind: Kind) -> bool {
        let path = Path::new("/").join(path.as_str());
        let verdict = self
            .files
            .iter()
            .rev()
            .map(|(rules, _)| rules.matched(&path, kind == Kind::Directory))
            .find(|found| !found.is_none());
        verdict.is_some_and(|found| found.is_ignore())
    }
}

/// The text of an ignore file, and one byte more than there is room for if it is longer.
fn read(folder: &OwnedFd, room: usize) -> Option<String> {
    let fd = open_entry(folder.as_fd(), OsStr::new(NAME), OFlags::RDONLY).ok()?;
    if FileType::from_raw_mode(rustix::fs::fstat(&fd).ok()?.st_mode) != FileType::RegularFile {
        return None;
    }
    let mut bytes = Vec::new();
    std::fs::File::from(fd).take(room as u64 + 1).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
