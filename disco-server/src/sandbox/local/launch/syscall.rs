//! The five system calls that have no safe wrapper. All `unsafe` of this crate is here.
//!
//! Everything here is called by the launcher only, which has one thread.
#![expect(
    unsafe_code,
    reason = "fork, unshare, mount_setattr, close_range and getrusage have no safe wrapper"
)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::process::Pid;
use rustix::thread::UnshareFlags;

use crate::sandbox::exec::Usage;

/// Forks; `None` is the child.
///
/// The process must have one thread: then the child is a full copy, and no lock is held by nobody.
pub(super) fn fork() -> io::Result<Option<Pid>> {
    debug_assert!(has_one_thread(), "fork in a process with more than one thread");
    // SAFETY: the process has one thread, so the child may do whatever the parent may.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        pid => Ok(Pid::from_raw(pid)),
    }
}

fn has_one_thread() -> bool {
    std::fs::read_dir("/proc/self/task").is_ok_and(|tasks| tasks.count() == 1)
}

/// Leaves namespaces. Never shares out the table of files.
pub(super) fn unshare(flags: UnshareFlags) -> io::Result<()> {
    assert!(!flags.contains(UnshareFlags::FILES), "the table of files stays shared");
    // SAFETY: the danger is in `FILES` alone, which is excluded above.
    Ok(unsafe { rustix::thread::unshare_unsafe(flags) }?)
}

/// Closes every file from this number on.
pub(super) fn close_from(first: u32) -> io::Result<()> {
    // SAFETY: called first of all in the launcher, when no value of the program owns a file beyond the standard three.
    match unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, 0) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// What all processes have used together that this one, and those it has waited for, have waited for.
pub(super) fn usage_of_children() -> io::Result<Usage> {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the pointer is to a struct of the kernel's layout, in which all zeros are a value.
    let usage = unsafe {
        if libc::getrusage(libc::RUSAGE_CHILDREN, usage.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        usage.assume_init()
    };
    let number = |value: i64| u64::try_from(value).unwrap_or(0);
    let ms = |time: libc::timeval| number(time.tv_sec) * 1000 + number(time.tv_usec) / 1000;
    Ok(Usage {
        cpu_ms: ms(usage.ru_utime) + ms(usage.ru_stime),
        memory_peak_kb: number(usage.ru_maxrss),
        // In blocks of 512 bytes.
        disk_read_kb: number(usage.ru_inblock) / 2,
        disk_write_kb: number(usage.ru_oublock) / 2,
        ..Usage::default()
    })
}

/// What [`set_mount`] changes: the kernel's `struct mount_attr`.
#[repr(C)]
#[derive(Debug, Default)]
pub(super) struct MountAttr {
    pub(super) attr_set: u64,
    pub(super) attr_clr: u64,
    pub(super) propagation: u64,
    pub(super) userns_fd: u64,
}

/// `mount_setattr` on the mount that `tree` stands for, and with `recursive` on those below it.
pub(super) fn set_mount(tree: BorrowedFd<'_>, recursive: bool, attr: &MountAttr) -> io::Result<()> {
    let flags = libc::AT_EMPTY_PATH | if recursive { libc::AT_RECURSIVE } else { 0 };
    // SAFETY: the path is a C string, and the pointer and the size are those of a struct of the kernel's layout.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            tree.as_raw_fd(),
            c"".as_ptr(),
            flags,
            std::ptr::from_ref(attr),
            size_of::<MountAttr>(),
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
