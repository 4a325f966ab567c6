//! The parts of the host's file system that are shown in the sandbox, each held as a detached mount.

use std::ffi::OsString;
use std::fs;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags};
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

/// What a root of its own does not give: every sandbox makes these for itself.
const OWN: [&str; 9] = ["proc", "dev", "sys", "tmp", "run", "home", "var", "etc", "workspace"];

/// The same in /etc.
const OWN_ETC: [&str; 5] = ["passwd", "group", "hosts", "hostname", "nsswitch.conf"];

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
        let host = hold(Path::new("/"))?;
        match &spec.root {
            Some(root) => trees.show_all(root)?,
            None => {
                for path in SYSTEM.iter().chain(&ETC) {
                    trees.show(&host, Path::new(path))?;
                }
            }
        }
        for path in &spec.tools {
            trees.show(&host, path)?;
        }
        for path in DEVICES {
            trees.device(Path::new(path))?;
        }
        Ok(trees)
    }

    /// Shows a root of its own, but for what every sandbox has by itself.
    fn show_all(&mut self, path: &Path) -> Step {
        let root = hold(path)?;
        for name in names(path)?.iter().filter(|name| !OWN.iter().any(|own| *name == own)) {
            self.show(&root, &Path::new("/").join(name))?;
        }
        for name in names(&path.join("etc"))?.iter().filter(|name| !OWN_ETC.iter().any(|own| *name == own)) {
            self.show(&root, &Path::new("/etc").join(name))?;
        }
        Ok(())
    }

    /// Shows what a root has at `path`. Links in it lead nowhere else than into this root.
    fn show(&mut self, root: &OwnedFd, path: &Path) -> Step {
        let inside = path.strip_prefix("/").unwrap_or(path);
        let Ok(stat) = rustix::fs::statat(root, inside, AtFlags::SYMLINK_NOFOLLOW) else {
            return Ok(());
        };
        if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink && path.parent() == Some(Path::new("/"))
        {
            let target =
                rustix::fs::readlinkat(root, inside, Vec::new()).during("read a link of the system")?;
            self.links.push((path.to_owned(), OsString::from_vec(target.into_bytes()).into()));
            return Ok(());
        }
        // A link within /etc (localtime) is followed; what it names is shown in its place.
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let Ok(found) = rustix::fs::openat2(root, inside, flags, Mode::empty(), ResolveFlags::IN_ROOT) else {
            return Ok(());
        };
        let stat = rustix::fs::fstat(&found).during("look at the system's folders")?;
        let tree = clone(found.as_fd(), Path::new("")).during("take hold of the system's folders")?;
        restrict(&tree, MountAttrFlags::MOUNT_ATTR_RDONLY | MountAttrFlags::MOUNT_ATTR_NODEV)
            .during("make the system read-only")?;
        let is_dir = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        self.mounts.push(Mount { at: path.to_owned(), tree, is_dir });
        Ok(())
    }

    fn device(&mut self, path: &Path) -> Step {
        if fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_char_device()) {
            let tree = clone(CWD, path).during("take hold of a device")?;
            self.mounts.push(Mount { at: path.to_owned(), tree, is_dir: false });
        }
        Ok(())
    }
}

fn workspace(spec: &Spec) -> Step<OwnedFd> {
    let tree = clone(CWD, &spec.workspace).during("take hold of the workspace")?;
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

fn hold(path: &Path) -> Step<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).during("take hold of the root")
}

/// The names in a folder of a root; none if it is not there.
fn names(folder: &Path) -> Step<Vec<OsString>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let names = entries.map(|entry| entry.map(|entry| entry.file_name()));
    names.collect::<std::io::Result<_>>().during("list the root")
}

fn clone(folder: BorrowedFd<'_>, path: &Path) -> rustix::io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE
        | OpenTreeFlags::AT_EMPTY_PATH;
    rustix::mount::open_tree(folder, path, flags)
}

fn restrict(tree: &OwnedFd, flags: MountAttrFlags) -> std::io::Result<()> {
    let set = flags | MountAttrFlags::MOUNT_ATTR_NOSUID;
    let attr = syscall::MountAttr { attr_set: u64::from(set.bits()), ..Default::default() };
    syscall::set_mount(tree.as_fd(), true, &attr)
}
