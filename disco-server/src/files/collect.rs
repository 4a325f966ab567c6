//! Finds the regular files that patterns name, and opens each without following a link.

use std::fs::File;
use std::ops::ControlFlow;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rustix::fs::{FileType, OFlags};

use super::walk::{Kind, Next, Walk};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::paths::open_entry;
use crate::sandbox::{RelPath, Root};

/// Reads patterns of paths in the workspace, as in `dist/**/*.tar.gz`.
///
/// # Errors
/// `INVALID_PATTERN`, naming it.
pub fn patterns(patterns: &[String]) -> Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let inside = pattern.strip_prefix("/workspace/").unwrap_or(pattern);
        let inside = inside.strip_prefix("./").unwrap_or(inside);
        let glob = GlobBuilder::new(inside).literal_separator(true).build().map_err(|error| {
            Error::new(ErrorCode::InvalidPattern, format!("`{pattern}` is no pattern: {error}"))
                .suggest("write it as `dist/*.tar.gz` or `target/**/*.log`")
        })?;
        set.add(glob);
    }
    set.build().map_err(|error| Error::new(ErrorCode::InvalidPattern, error.to_string()))
}

/// Shows every file that a pattern names to `visit`, in the order of paths, until it breaks off. Tells in sentences
/// what was not looked at, and why.
///
/// # Errors
/// When a folder cannot be read.
pub fn collect(
    root: &Root,
    patterns: &GlobSet,
    visit: &mut dyn FnMut(&RelPath, File) -> ControlFlow<()>,
) -> Result<Vec<String>> {
    if patterns.is_empty() {
        return Ok(Vec::new());
    }
    let left_out = Walk::everything().run(root, &RelPath::parse("")?, &mut |entry| {
        if entry.kind != Kind::File || !patterns.is_match(entry.path.as_str()) {
            return ControlFlow::Continue(Next::Enter);
        }
        // What it was when its name was read, it need not be any more.
        let opened = open_entry(std::os::fd::AsFd::as_fd(entry.folder), entry.name, OFlags::RDONLY);
        let is_file = |fd| {
            rustix::fs::fstat(fd)
                .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile)
        };
        match opened {
            Ok(fd) if is_file(&fd) => visit(&entry.path, fd.into()).map_continue(|()| Next::Pass),
            _ => ControlFlow::Continue(Next::Pass),
        }
    })?;
    Ok(left_out.told)
}
