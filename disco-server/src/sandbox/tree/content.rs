//! Copies what is in one file, and its attributes.

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustix::fs::{SeekFrom, Stat, XattrFlags};
use rustix::io::Errno;

use crate::error::{Error, ErrorCode, Result};

/// A file up to this size is copied by reading and writing: less calls than sharing a file in the kernel takes.
const SMALL: u64 = 64 << 10;
/// The longest list of attributes, and the longest of them, that is copied.
const ATTRIBUTES: usize = 4096;

/// How many bytes may yet be copied.
pub(super) struct Budget {
    used: AtomicU64,
    most: u64,
}

impl Budget {
    pub(super) fn new(most: u64) -> Self {
        Self { used: AtomicU64::new(0), most }
    }

    pub(super) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    fn take(&self, bytes: u64) -> Result<()> {
        let used = self.used.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if used <= self.most {
            return Ok(());
        }
        Err(too_large(&format!("the files have more than {} MiB", self.most >> 20)))
    }
}

/// A tree that may not be copied for its size.
pub(super) fn too_large(what: &str) -> Error {
    Error::new(ErrorCode::SnapshotLimit, format!("{what}, the most that can be copied"))
        .suggest("delete what is not needed, delete snapshots with `snapshot_delete`, or raise `disk_mb`, `snapshot_mb` or `snapshot_files`")
}

/// Copies the content, holes as holes.
pub(super) fn copy(
    from: &OwnedFd,
    to: &OwnedFd,
    stat: &Stat,
    budget: &Budget,
    can_share: &AtomicBool,
    at: impl Fn() -> PathBuf,
) -> Result<()> {
    let size = u64::try_from(stat.st_size).unwrap_or(0);
    if size == 0 {
        return Ok(());
    }
    let failed = |error| Error::from_errno(&format!("copy `{}`", at().display()), error);
    if can_share.load(Ordering::Relaxed) {
        budget.take(size.min(u64::try_from(stat.st_blocks).unwrap_or(0) * 512))?;
        if rustix::fs::ioctl_ficlone(to, from).is_ok() {
            return Ok(());
        }
        can_share.store(false, Ordering::Relaxed);
        budget.used.fetch_sub(size.min(u64::try_from(stat.st_blocks).unwrap_or(0) * 512), Ordering::Relaxed);
    }
    if size <= SMALL {
        return small(from, to, size, budget, failed);
    }
    let mut done = 0;
    while done < size {
        let begin = match rustix::fs::seek(from, SeekFrom::Data(done)) {
            Ok(begin) if begin < size => begin,
            // Only a hole is left, or the file has become shorter.
            Ok(_) | Err(Errno::NXIO) => break,
            Err(error) => return Err(failed(error)),
        };
        let end = rustix::fs::seek(from, SeekFrom::Hole(begin)).unwrap_or(size).min(size);
        budget.take(end - begin)?;
        range(from, to, begin, end).map_err(failed)?;
        done = end.max(begin + 1);
    }
    rustix::fs::ftruncate(to, size).map_err(failed)
}

fn small(
    from: &OwnedFd,
    to: &OwnedFd,
    size: u64,
    budget: &Budget,
    failed: impl Fn(Errno) -> Error,
) -> Result<()> {
    let mut buffer = vec![0; usize::try_from(size).unwrap_or(0)];
    let mut length = 0;
    while length < buffer.len() {
        match rustix::io::read(from, &mut buffer[length..]).map_err(&failed)? {
            0 => break,
            more => length += more,
        }
    }
    budget.take(length as u64)?;
    write_all(to, &buffer[..length]).map_err(failed)
}

/// Copies a part, in the kernel where it can.
fn range(from: &OwnedFd, to: &OwnedFd, start: u64, end: u64) -> rustix::io::Result<()> {
    let (mut here, mut there) = (start, start);
    while here < end {
        let length = usize::try_from(end - here).unwrap_or(usize::MAX).min(1 << 30);
        match rustix::fs::copy_file_range(from, Some(&mut here), to, Some(&mut there), length) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(Errno::XDEV | Errno::OPNOTSUPP | Errno::INVAL | Errno::NOSYS) => {
                return by_hand(from, to, here, end);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn by_hand(from: &OwnedFd, to: &OwnedFd, mut at: u64, end: u64) -> rustix::io::Result<()> {
    let mut buffer = vec![0; 256 << 10];
    rustix::fs::seek(to, SeekFrom::Start(at))?;
    while at < end {
        let length = usize::try_from(end - at).unwrap_or(usize::MAX).min(buffer.len());
        match rustix::io::pread(from, &mut buffer[..length], at)? {
            0 => return Ok(()),
            read => {
                write_all(to, &buffer[..read])?;
                at += read as u64;
            }
        }
    }
    Ok(())
}

fn write_all(to: &OwnedFd, mut bytes: &[u8]) -> rustix::io::Result<()> {
    while !bytes.is_empty() {
        let written = rustix::io::write(to, bytes)?;
        bytes = &bytes[written..];
    }
    Ok(())
}

/// Copies the attributes that users give. What cannot be copied is left out: it is no part of a file's content.
pub(super) fn copy_attributes(from: &OwnedFd, to: &OwnedFd) {
    let mut names = [0; ATTRIBUTES];
    let Ok(length @ 1..) = rustix::fs::flistxattr(from, &mut names[..]) else { return };
    for name in names[..length].split(|byte| *byte == 0).filter(|name| name.starts_with(b"user.")) {
        let mut value = [0; ATTRIBUTES];
        if let Ok(length) = rustix::fs::fgetxattr(from, name, &mut value[..]) {
            let _ = rustix::fs::fsetxattr(to, name, &value[..length], XattrFlags::empty());
        }
    }
}
