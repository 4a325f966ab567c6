//! The file system that the command sees: the trees on an empty root, with /proc, /dev and /tmp of its own.

use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags};
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags,
    UnmountFlags,
};

use super::super::spec::Spec;
use super::trees::{Mount, Trees};
use super::user::INSIDE;
use super::{During, Step, syscall};

/// The four folders of the sandbox that are in memory, and share one bound.
const SCRATCH: [(&str, &str, u32); 4] = [
    ("tmp", "tmp", 0o1777),
    ("run", "run", 0o755),
    ("shm", "dev/shm", 0o1777),
    ("home", "home/disco", 0o755),
];

/// Cuts the new mount namespace off from the host's.
pub(super) fn detach_from_host() -> Step {
    let flags = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    rustix::mount::mount_change("/", flags).during("make mounts private")
}

/// Builds the root, and moves into it.
pub(super) fn enter(spec: &Spec, trees: &Trees) -> Step {
    let base = new("tmpfs", &[("mode", "0755"), ("size", "1m"), ("nr_inodes", "4096")])?;
    let size = spec.tmp_size.to_string();
    let memory = new("tmpfs", &[("mode", "0755"), ("size", &size), ("nr_inodes", "200000")])?;
    // Any folder would do: the base covers it until it becomes the root. Beneath it lies the memory, of which only
    // parts are shown, and goes with the host's root.
    attach(&memory, CWD, Path::new("/proc"))?;
    attach(&base, CWD, Path::new("/proc"))?;
    let base = base.as_fd();
    for (path, target) in &trees.links {
        rustix::fs::symlinkat(target, base, relative(path)).during("make the system's links")?;
    }
    for mount in &trees.mounts {
        place(base, mount)?;
    }
    folder(base, "workspace", 0o755)?;
    attach(&trees.workspace, base, Path::new("workspace"))?;
    kernel(base)?;
    scratch(base, &memory)?;
    etc(base)?;
    pivot(base)
}

fn place(base: BorrowedFd<'_>, mount: &Mount) -> Step {
    let at = relative(&mount.at);
    if let Some(parent) = at.parent() {
        folders(base, parent)?;
    }
    if mount.is_dir {
        folders(base, at)?;
    } else {
        file(base, at, b"")?;
    }
    attach(&mount.tree, base, at)
}

/// /proc and what /dev needs beside the devices.
fn kernel(base: BorrowedFd<'_>) -> Step {
    folder(base, "proc", 0o555)?;
    attach(&new("proc", &[])?, base, Path::new("proc"))?;
    folder(base, "dev/pts", 0o755)?;
    let options = [("newinstance", ""), ("ptmxmode", "0666"), ("mode", "0620")];
    attach(&new("devpts", &options)?, base, Path::new("dev/pts"))?;
    let links = [
        ("ptmx", "pts/ptmx"),
        ("fd", "/proc/self/fd"),
        ("stdin", "fd/0"),
        ("stdout", "fd/1"),
        ("stderr", "fd/2"),
    ];
    for (name, target) in links {
        rustix::fs::symlinkat(target, base, format!("dev/{name}")).during("fill /dev")?;
    }
    Ok(())
}

/// Divides the memory among the folders that are in it.
fn scratch(base: BorrowedFd<'_>, memory: &OwnedFd) -> Step {
    folder(base, "home", 0o755)?;
    for (name, at, mode) in SCRATCH {
        folder(memory.as_fd(), name, mode)?;
        folder(base, at, mode)?;
        let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
        let tree = rustix::mount::open_tree(memory, name, flags).during("divide the memory")?;
        attach(&tree, base, Path::new(at))?;
    }
    folder(base, "var", 0o755)?;
    rustix::fs::symlinkat("../tmp", base, "var/tmp").during("make /var/tmp")
}

fn etc(base: BorrowedFd<'_>) -> Step {
    let passwd =
        format!("root:x:0:0::/nonexistent:/bin/false\ndisco:x:{INSIDE}:{INSIDE}::/home/disco:/bin/bash\n");
    let group = format!("root:x:0:\ndisco:x:{INSIDE}:\n");
    folders(base, Path::new("etc"))?;
    file(base, Path::new("etc/passwd"), passwd.as_bytes())?;
    file(base, Path::new("etc/group"), group.as_bytes())?;
    file(base, Path::new("etc/hosts"), b"127.0.0.1 localhost sandbox\n::1 localhost\n")?;
    file(base, Path::new("etc/hostname"), b"sandbox\n")?;
    file(base, Path::new("etc/nsswitch.conf"), b"passwd: files\ngroup: files\nhosts: files dns\n")
}

/// Makes the base the root, read-only, and forgets the host's.
fn pivot(base: BorrowedFd<'_>) -> Step {
    let attr = syscall::MountAttr {
        attr_set: u64::from(MountAttrFlags::MOUNT_ATTR_RDONLY.bits()),
        ..Default::default()
    };
    syscall::set_mount(base, false, &attr).during("make the root read-only")?;
    rustix::process::fchdir(base).during("enter the root")?;
    rustix::process::pivot_root(".", ".").during("change the root")?;
    rustix::mount::unmount(".", UnmountFlags::DETACH).during("leave the host's root")?;
    rustix::process::chdir("/").during("enter the root")
}

/// A new file system, not yet anywhere.
fn new(kind: &'static str, options: &[(&str, &str)]) -> Step<OwnedFd> {
    let context = rustix::mount::fsopen(kind, FsOpenFlags::FSOPEN_CLOEXEC).during(kind)?;
    for (key, value) in options {
        if value.is_empty() {
            rustix::mount::fsconfig_set_flag(&context, *key).during(kind)?;
        } else {
            rustix::mount::fsconfig_set_string(&context, *key, *value).during(kind)?;
        }
    }
    rustix::mount::fsconfig_create(&context).during(kind)?;
    let mut flags = MountAttrFlags::MOUNT_ATTR_NOSUID;
    if kind == "proc" || kind == "devpts" {
        flags |= MountAttrFlags::MOUNT_ATTR_NOEXEC;
    }
    if kind != "devpts" {
        flags |= MountAttrFlags::MOUNT_ATTR_NODEV;
    }
    rustix::mount::fsmount(&context, FsMountFlags::FSMOUNT_CLOEXEC, flags).during(kind)
}

fn attach(tree: &OwnedFd, base: BorrowedFd<'_>, at: &Path) -> Step {
    rustix::mount::move_mount(tree, "", base, at, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)
        .during("attach a mount")
}

fn folders(base: BorrowedFd<'_>, path: &Path) -> Step {
    for part in path.ancestors().collect::<Vec<_>>().into_iter().rev().skip(1) {
        match rustix::fs::mkdirat(base, part, Mode::from_raw_mode(0o755)) {
            Ok(()) | Err(rustix::io::Errno::EXIST) => {}
            Err(error) => return Err(error).during("make a folder"),
        }
    }
    Ok(())
}

fn folder(base: BorrowedFd<'_>, path: &str, mode: u32) -> Step {
    match rustix::fs::mkdirat(base, path, Mode::from_raw_mode(mode)) {
        Ok(()) | Err(rustix::io::Errno::EXIST) => {}
        Err(error) => return Err(error).during("make a folder"),
    }
    rustix::fs::chmodat(base, path, Mode::from_raw_mode(mode), rustix::fs::AtFlags::empty())
        .during("set a mode")
}

fn file(base: BorrowedFd<'_>, path: &Path, bytes: &[u8]) -> Step {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::CLOEXEC;
    let fd = rustix::fs::openat(base, path, flags, Mode::from_raw_mode(0o644)).during("make a file")?;
    std::fs::File::from(fd).write_all(bytes).during("fill a file")
}

fn relative(path: &Path) -> &Path {
    path.strip_prefix("/").unwrap_or(path)
}
