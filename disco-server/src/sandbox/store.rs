//! What is remembered of sandboxes over a restart: one small JSON file each.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::limits::Limits;
use crate::error::{Error, ErrorCode, Result};

/// One sandbox as it is remembered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// `default` or `sbx_...`.
    pub id: String,
    /// Which backend made it.
    pub backend: String,
    /// When, in seconds since 1970.
    pub created_at: u64,
    /// The folder on the host.
    pub workspace: PathBuf,
    /// A name given by the caller.
    pub name: Option<String>,
    /// What it may take.
    pub limits: Limits,
    /// Variables for every command.
    pub env: BTreeMap<String, String>,
}

/// The folder of records.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    pub(crate) fn open(folder: PathBuf) -> Result<Self> {
        // The records and workspaces are nobody else's business.
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(|error| Error::from_io(&format!("cannot make {}", folder.display()), &error))?;
        Ok(Self { folder })
    }

    /// All records. One that cannot be read is an error that names it: silence would lose a sandbox.
    pub(crate) fn load(&self) -> Result<Vec<Record>> {
        let entries =
            fs::read_dir(&self.folder).map_err(|error| Error::from_io("read the sandboxes", &error))?;
        let paths = entries.flatten().map(|entry| entry.path());
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")).map(read).collect()
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        !id.contains(['/', '\0']) && self.path(id).exists()
    }

    /// Remembers; when it returns, the record is on the disk.
    pub(crate) fn save(&self, record: &Record) -> Result<()> {
        let path = self.path(&record.id);
        let what = format!("cannot write {}", path.display());
        let bytes = serde_json::to_vec_pretty(record)
            .map_err(|error| Error::new(ErrorCode::Internal, format!("{what}: {error}")))?;
        replace(&path, &bytes).map_err(|error| Error::from_io(&what, &error))
    }

    pub(crate) fn forget(&self, id: &str) -> Result<()> {
        let path = self.path(id);
        fs::remove_file(&path)
            .and_then(|()| File::open(&self.folder)?.sync_all())
            .map_err(|error| Error::from_io(&format!("cannot remove {}", path.display()), &error))
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}

fn read(path: PathBuf) -> Result<Record> {
    let what = format!("cannot read {}", path.display());
    let bytes = fs::read(path).map_err(|error| Error::from_io(&what, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Error::new(ErrorCode::Internal, format!("{what}: {error}")).suggest("repair the file, or remove it")
    })
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}
