//! A file system of its own for each workspace: an image as large as the sandbox's disk, mounted where the workspace is.
//!
//! What would pass the bound fails at once with "No space left on device", and nothing is killed for it. It takes root,
//! loop devices, and the programs `mkfs.ext4` and `mount`; a new sandbox then takes some tens of milliseconds longer.
//! The kernel reads what `mkfs.ext4` has written: commands write files, and never the image.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::fs::{FlockOperation, flock};
use rustix::mount::{UnmountFlags, unmount};

use super::UNPRIVILEGED;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::registry::DEFAULT;
use crate::sandbox::store::Record;
use crate::sandbox::tree;

/// Where distributions have programs that only root runs.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// What to do where there can be none.
const TAKES: &str =
    "`disk_images` takes root, loop devices, `mkfs.ext4` and `mount`; turn it off to have a watcher";
/// The smallest that holds a file system, in MiB.
const LEAST: u64 = 8;

/// The images of all workspaces that have one.
#[derive(Debug, Clone)]
pub(super) struct Volumes {
    folder: PathBuf,
    /// Whether new workspaces get one.
    for_new: bool,
}

impl Volumes {
    pub(super) fn new(folder: PathBuf, for_new: bool) -> Self {
        Self { folder, for_new }
    }

    /// Makes one and removes it.
    pub(super) fn try_out(&self) -> Result<()> {
        tree::make_private(&self.folder)?;
        let (image, workspace) = (self.folder.join("trial"), self.folder.join("trial.mounted"));
        let failed = |error: std::io::Error| Error::from_io("try a file system for a workspace", &error);
        // One server after the other; what a killed one has left of its trial is removed.
        let turn = File::open(&self.folder).map_err(failed)?;
        flock(&turn, FlockOperation::LockExclusive).map_err(|error| failed(error.into()))?;
        take_away(&image, &workspace)?;
        let tried = self.make(&image, &workspace, LEAST);
        let removed = take_away(&image, &workspace).and_then(|()| tree::remove(&workspace));
        tried.and(removed).map_err(|error| {
            let what = format!("no workspace can be a file system of its own here: {}", error.message);
            Error::new(ErrorCode::InvalidConfig, what).suggest(TAKES)
        })
    }

    /// Makes the workspace of a sandbox if it is not there, or mounts its image again after the machine's restart.
    pub(super) fn open(&self, record: &Record) -> Result<()> {
        let image = self.image(record);
        if image.exists() {
            return mount(&image, &record.workspace);
        }
        // The default workspace is a folder of the user's.
        if self.for_new && record.id != DEFAULT && !record.workspace.exists() {
            return self.make(&image, &record.workspace, record.limits.disk_mb.max(LEAST));
        }
        tree::make_workspace(&record.workspace)
    }

    /// Removes the image of a sandbox, if it has one.
    pub(super) fn remove(&self, record: &Record) -> Result<()> {
        take_away(&self.image(record), &record.workspace)
    }

    fn image(&self, record: &Record) -> PathBuf {
        self.folder.join(&record.id)
    }

    fn make(&self, image: &Path, workspace: &Path, mib: u64) -> Result<()> {
        tree::make_private(&self.folder)?;
        let failed = |error: std::io::Error| Error::from_io(&format!("make {}", image.display()), &error);
        File::create(image).and_then(|file| file.set_len(mib << 20)).map_err(failed)?;
        let owner = format!("root_owner={UNPRIVILEGED}:{UNPRIVILEGED}");
        let quick = format!("{owner},lazy_itable_init=1,lazy_journal_init=1,nodiscard");
        run(Command::new("mkfs.ext4").args(["-q", "-F", "-m", "0", "-E", &quick]).arg(image))?;
        mount(image, workspace)?;
        fs::remove_dir(workspace.join("lost+found")).or_else(unless_missing).map_err(failed)
    }
}

/// Mounts an image, unless this or another server has done so.
fn mount(image: &Path, workspace: &Path) -> Result<()> {
    let failed = |error: std::io::Error| Error::from_io(&format!("mount {}", image.display()), &error);
    let file = File::open(image).map_err(failed)?;
    flock(&file, FlockOperation::LockExclusive).map_err(|error| failed(error.into()))?;
    tree::make_workspace(workspace)?;
    if is_mounted(workspace).map_err(failed)? {
        return Ok(());
    }
    run(Command::new("mount")
        .args(["-t", "ext4", "-o", "loop,nosuid,nodev,noatime"])
        .arg(image)
        .arg(workspace))
}

fn take_away(image: &Path, workspace: &Path) -> Result<()> {
    if !image.exists() {
        return Ok(());
    }
    let failed = |error: std::io::Error| Error::from_io(&format!("remove {}", image.display()), &error);
    if workspace.exists() && is_mounted(workspace).map_err(failed)? {
        unmount(workspace, UnmountFlags::DETACH).map_err(|error| failed(error.into()))?;
    }
    fs::remove_file(image).or_else(unless_missing).map_err(failed)
}

/// Whether a folder is on another file system than the one that it is in.
fn is_mounted(folder: &Path) -> std::io::Result<bool> {
    Ok(fs::metadata(folder)?.dev() != fs::metadata(folder.join(".."))?.dev())
}

fn unless_missing(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().display().to_string();
    let what = match command.env_clear().env("PATH", PATH).output() {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    Err(Error::new(ErrorCode::SandboxFailed, format!("`{program}`: {what}")).suggest(TAKES))
}
