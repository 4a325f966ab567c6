//! The files that jobs leave, kept by the digest of their bytes: the same bytes are there once.
//!
//! They are taken out of the workspace by its descriptors, never by a path. A file comes to its place, or goes from
//! it, only while the file of state is being written: so no process takes away what another one just counts on.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::run::Artifact;
use crate::digest::hex;
use crate::error::{Error, ErrorCode, Result};
use crate::files;
use crate::random;
use crate::sandbox::Root;
use crate::state::{Process, Store};

/// How many files of one job are kept.
pub const MOST: usize = 1000;

/// The folder of all of them.
#[derive(Debug, Clone)]
pub(super) struct Blobs {
    folder: PathBuf,
}

/// What was taken out of a workspace and is not in its place yet. Dropping it removes what is left.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) artifacts: Vec<Artifact>,
    pub(super) notes: Vec<String>,
    parts: Vec<(PathBuf, String)>,
}

impl Blobs {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let folder = folder.join("artifacts");
        let unsettled = folder.join("parts");
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&unsettled);
        made.map_err(|error| Error::from_io(&format!("cannot make {}", unsettled.display()), &error))?;
        Ok(Self { folder })
    }

    /// Takes the files that the patterns name out of the workspace, `most_bytes` together at most. Blocks.
    pub(super) fn take(
        &self,
        root: &Root,
        patterns: &[String],
        process: &str,
        most_bytes: u64,
    ) -> Result<Taken> {
        let wanted = files::patterns(patterns)?;
        let mut taken = Taken::default();
        let mut left = most_bytes;
        let mut failed = None;
        let left_out = files::collect(root, &wanted, &mut |path, file| {
            if taken.artifacts.len() == MOST {
                taken.notes.push(format!(
                    "more than {MOST} files fit the patterns: `{path}` and later ones were left out"
                ));
                return ControlFlow::Break(());
            }
            match self.copy(file, process, left) {
                Ok(Some((part, size_bytes, sha256))) => {
                    left -= size_bytes;
                    taken.parts.push((part, sha256.clone()));
                    taken.artifacts.push(Artifact { name: path.as_str().to_owned(), size_bytes, sha256 });
                }
                Ok(None) => taken.notes.push(format!(
                    "`{path}` was left out: the artifacts are larger than {most_bytes} bytes together"
                )),
                Err(error) => {
                    failed = Some(Error::from_io(&format!("keep `{path}`"), &error));
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        taken
            .notes
            .extend(left_out.into_iter().map(|what| format!("artifacts were not looked for in {what}")));
        taken.notes.truncate(20);
        failed.map_or(Ok(taken), Err)
    }

    /// `None`: it is larger than `most`.
    fn copy(&self, file: File, process: &str, most: u64) -> std::io::Result<Option<(PathBuf, u64, String)>> {
        let name = random::name(process).map_err(|error| std::io::Error::other(error.message))?;
        let part = self.folder.join("parts").join(name);
        let (mut out, mut digest, mut size) = (File::create(&part)?, Sha256::new(), 0);
        let mut file = file.take(most.saturating_add(1));
        let mut buffer = vec![0; 64 << 10];
        loop {
            let length = file.read(&mut buffer)?;
            if length == 0 {
                break;
            }
            size += length as u64;
            digest.update(&buffer[..length]);
            out.write_all(&buffer[..length])?;
        }
        if size > most {
            fs::remove_file(part)?;
            return Ok(None);
        }
        Ok(Some((part, size, hex(&digest.finalize()))))
    }

    /// Brings all to their places. To be done in the write that counts on them.
    pub(super) fn settle(&self, taken: &Taken) -> Result<()> {
        for (part, sha256) in &taken.parts {
            let place = self.place(sha256);
            let folder = place.parent().unwrap_or(&self.folder);
            let moved = fs::create_dir_all(folder).and_then(|()| fs::rename(part, &place));
            moved.map_err(|error| Error::from_io("keep an artifact", &error))?;
        }
        Ok(())
    }

    /// Removes those of the digests that nothing names any more. To be done in the write that took the names away.
    pub(super) fn sweep(&self, state: &Connection, digests: &[String]) -> Result<()> {
        let mut named = state.prepare_cached("SELECT EXISTS (SELECT 1 FROM artifacts WHERE sha256 = ?)")?;
        for sha256 in digests {
            if !named.query_row([sha256], |row| row.get::<_, bool>(0))? {
                fs::remove_file(self.place(sha256)).ok();
            }
        }
        Ok(())
    }

    /// Removes what processes that are dead have left on its way.
    pub(super) fn remove_parts_of_the_dead(&self, state: &Connection) -> Result<()> {
        let dead = Process::dead(state)?;
        for entry in fs::read_dir(self.folder.join("parts")).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if dead.iter().any(|dead| name.to_string_lossy().starts_with(dead.as_str())) {
                fs::remove_file(entry.path()).ok();
            }
        }
        Ok(())
    }

    /// Some of the bytes of one.
    pub(super) fn read(&self, sha256: &str, offset: u64, most: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(self.place(sha256))
            .and_then(|mut file| {
                file.seek(SeekFrom::Start(offset))?;
                file.take(most).read_to_end(&mut bytes)
            })
            .map_err(|error| Error::from_io("read an artifact", &error))?;
        Ok(bytes)
    }

    fn place(&self, sha256: &str) -> PathBuf {
        self.folder.join(&sha256[..2]).join(sha256)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        for (part, _) in &self.parts {
            // Those that are in their place are not here any more.
            fs::remove_file(part).ok();
        }
    }
}

/// The artifacts of a job in the order of their names, after one of them.
pub(super) async fn list(store: &Store, job: &str, after: &str, limit: usize) -> Result<Vec<Artifact>> {
    let (job, after) = (job.to_owned(), after.to_owned());
    let select = "SELECT name, size, sha256 FROM artifacts WHERE job = ? AND name > ? ORDER BY name LIMIT ?";
    let list = move |state: &Connection| {
        let mut statement = state.prepare_cached(select)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![job, after, limit], artifact)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    store.read(list).await
}

/// One artifact of a job.
pub(super) async fn find(store: &Store, job: &str, name: &str) -> Result<Artifact> {
    let (job, name) = (job.to_owned(), name.to_owned());
    let select = "SELECT name, size, sha256 FROM artifacts WHERE job = ? AND name = ?";
    let find = move |state: &Connection| {
        let found = state.query_row(select, [&job, &name], artifact).optional()?;
        found.ok_or_else(|| {
            Error::new(ErrorCode::ArtifactNotFound, format!("the job `{job}` has no artifact `{name}`"))
                .suggest("list them with `list_artifacts`")
        })
    };
    store.read(find).await
}

fn artifact(row: &rusqlite::Row<'_>) -> rusqlite::Result<Artifact> {
    Ok(Artifact { name: row.get(0)?, size_bytes: row.get(1)?, sha256: row.get(2)? })
}

/// Takes the files aside, where it may block.
pub(super) async fn take(
    blobs: &Blobs,
    root: &Root,
    patterns: Vec<String>,
    process: String,
    most_bytes: u64,
) -> Result<Taken> {
    let (blobs, root) = (blobs.clone(), root.clone());
    let work = move || blobs.take(&root, &patterns, &process, most_bytes);
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
