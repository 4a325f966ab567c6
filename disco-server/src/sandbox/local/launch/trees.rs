//! The parts of the host's file system that are shown in the sandbox, each held as a detached mount.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use rustix::fs::CWD;
use rustix::mount::{MountAttrFlags, OpenTreeFlags};

use super::super::spec::Spec;
use super::{During, Step, syscall, user};

/// The system's folders. Where one is a symbolic link (`/bin` to `usr/bin`), the link is shown.
const SYSTEM: [&str; 8] = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32", "/opt"];

/// What programs need of /etc, and nothing that is secret: no users, no keys, no settings of services.
const ETC: [&str; 9] = [
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
];

/// The devices that give and take nothing but zeros, noise and the caller's own terminal.
const DEVICES: [&str; 6] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"];

/// What is shown, and where.
#[derive(Debug)]
pub(super) struct Trees {
    pub(super) workspace: OwnedFd,
    pub(super) mounts: Vec<Mount>,
    pub(super) links: Vec<(PathBuf, PathBuf)>,
}

/// One detached mount.
#[derive(Debug)]
pub(super) struct Mount {
    pub(super) at: PathBuf,
    pub(super) tree: OwnedFd,
    pub(super) is_dir: bool,
}

impl Trees {
    /// Takes hold of all that `spec` shows.
    pub(super) fn open(spec: &Spec) -> Step<Self> {
        let mut trees = Self { workspace: workspace(spec)?, mounts: Vec::new(), links: Vec::new() };
        for path in SYSTEM.iter().chain(&ETC) {
            trees.show(Path::new(path))?;
        }
        for path in &spec.tools {
            trees.show(path)?;
        }
        for path in DEVICES {
            trees.device(Path::new(path))?;
        }
        Ok(trees)
    }

    fn show(&mut self, path: &Path) -> Step {
        let Ok(metadata) = fs::symlink_metadata(path) else {
            return Ok(());
        };
        if metadata.is_symlink() && path.parent() == Some(Path::new("/")) {
            let target = fs::read_link(path).during("read a link of the system")?;
            self.links.push((path.to_owned(), target));
            return Ok(());
        }
        // A link within /etc (localtime) is followed; what it names is shown in its place.
        let Ok(metadata) = fs::metadata(path) else {
            return Ok(());
        };
        let tree = clone(path).during("take hold of the system's folders")?;
        restrict(&tree, MountAttrFlags::MOUNT_ATTR_RDONLY | MountAttrFlags::MOUNT_ATTR_NODEV)
            .during("make the system read-only")?;
        self.mounts.push(Mount { at: path.to_owned(), tree, is_dir: metadata.is_dir() });
        Ok(())
    }

    fn device(&mut self, path: &Path) -> Step {
        if fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_char_device()) {
            let tree = clone(path).during("take hold of a device")?;
            self.mounts.push(Mount { at: path.to_owned(), tree, is_dir: false });
        }
        Ok(())
    }
}

fn workspace(spec: &Spec) -> Step<OwnedFd> {
    let tree = clone(&spec.workspace).during("take hold of the workspace")?;
    if spec.user.translate_root {
        let namespace = user::root_seen_as(spec.user)?;
        let attr = syscall::MountAttr {
            attr_set: u64::from(MountAttrFlags::MOUNT_ATTR_IDMAP.bits()),
            userns_fd: u64::from(std::os::fd::AsRawFd::as_raw_fd(&namespace).unsigned_abs()),
            ..Default::default()
        };
        syscall::set_mount(tree.as_fd(), true, &attr).during("translate the owner of the workspace")?;
    }
    restrict(&tree, MountAttrFlags::MOUNT_ATTR_NODEV).during("restrict the workspace")?;
    Ok(tree)
}

fn clone(path: &Path) -> rustix::io::Result<OwnedFd> {
    let flags =
        OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_RECURSIVE;
    rustix::mount::open_tree(CWD, path, flags)
}

fn restrict(tree: &OwnedFd, flags: MountAttrFlags) -> std::io::Result<()> {
    let set = flags | MountAttrFlags::MOUNT_ATTR_NOSUID;
    let attr = syscall::MountAttr { attr_set: u64::from(set.bits()), ..Default::default() };
    syscall::set_mount(tree.as_fd(), true, &attr)
}
