//! What was too long for an answer, whole: files in the data folder, the oldest of which go first.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use disco_sdk::protocol::content::{Content, ResourceLink};

use crate::digest::sha256;
use crate::error::{Error, ErrorCode, Result};
use crate::random;
use crate::sandbox::tree::aside;

/// How the URI of an output begins.
const URI: &str = "disco://outputs/";

/// What kind of text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What a command wrote.
    Text,
    /// An answer as JSON.
    Json,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Text, Self::Json];

    /// Its media type.
    #[must_use]
    pub fn mime_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Json => "application/json",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Text => ".txt",
            Self::Json => ".json",
        }
    }
}

/// An output that is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The resource that is all of it.
    pub uri: String,
    /// What it is.
    pub kind: Kind,
    /// How large it is.
    pub bytes: u64,
}

impl Kept {
    /// A link to it, called so.
    pub(crate) fn link(&self, name: &str, description: &str) -> Content {
        ResourceLink::new(&self.uri, name)
            .with_description(description)
            .with_mime_type(self.kind.mime_type())
            .with_size(self.bytes)
            .into()
    }
}

/// All outputs that are kept. Clones are the same; so are those of another process with the same data.
#[derive(Debug, Clone)]
pub struct Outputs {
    folder: Arc<PathBuf>,
    most: u64,
}

impl Outputs {
    /// Keeps outputs in a folder of the data folder, `most` bytes together.
    #[must_use]
    pub fn new(data_dir: &std::path::Path, most: u64) -> Self {
        Self { folder: Arc::new(data_dir.join("outputs")), most }
    }

    /// Keeps a text for its owner, and forgets the oldest for it; `None` if it is too large by itself.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn keep(&self, owner: &str, kind: Kind, text: String) -> Result<Option<Kept>> {
        let bytes = text.len() as u64;
        if bytes > self.most {
            return Ok(None);
        }
        let id = format!("{}{}", random::name("out")?, kind.ending());
        let (this, file) = (self.clone(), format!("{}-{id}", digest(owner)));
        aside(move || this.write(&file, &text)).await?;
        Ok(Some(Kept { uri: format!("{URI}{id}"), kind, bytes }))
    }

    /// Opens what was kept for this owner.
    ///
    /// # Errors
    /// `OUTPUT_NOT_FOUND`: it never was, it has gone for newer ones, or it is another's.
    pub fn open(&self, owner: &str, id: &str) -> Result<(File, Kind)> {
        let known = Kind::ALL.into_iter().find(|kind| {
            let name = id.strip_suffix(kind.ending()).and_then(|id| id.strip_prefix("out_"));
            name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        });
        let opened = known.and_then(|kind| {
            let file = File::open(self.folder.join(format!("{}-{id}", digest(owner)))).ok()?;
            Some((file, kind))
        });
        opened.ok_or_else(|| {
            Error::new(ErrorCode::OutputNotFound, format!("there is no output `{}`", id.escape_debug()))
                .suggest("outputs are kept for a while only: make the call again")
        })
    }

    /// The id in the URI of an output.
    #[must_use]
    pub fn id(uri: &str) -> Option<&str> {
        uri.strip_prefix(URI)
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let failed = |error: std::io::Error| Error::from_io("cannot keep an output", &error);
        fs::create_dir_all(&*self.folder).map_err(failed)?;
        self.make_room(text.len() as u64).map_err(failed)?;
        let part = self.folder.join(format!("{name}.part"));
        File::create(&part).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)?;
        fs::rename(&part, self.folder.join(name)).map_err(failed)
    }

    /// Forgets the oldest until there is room for so many bytes more.
    fn make_room(&self, bytes: u64) -> std::io::Result<()> {
        let mut kept: Vec<(SystemTime, u64, PathBuf)> = fs::read_dir(&*self.folder)?
            .flatten()
            .filter_map(|entry| {
                let facts = entry.metadata().ok()?;
                Some((facts.modified().ok()?, facts.len(), entry.path()))
            })
            .collect();
        kept.sort();
        let mut sum = bytes + kept.iter().map(|(_, bytes, _)| bytes).sum::<u64>();
        for (_, bytes, path) in kept {
            if sum <= self.most {
                break;
            }
            // Another process may have been faster.
            fs::remove_file(path).ok();
            sum -= bytes;
        }
        Ok(())
    }
}

fn digest(owner: &str) -> String {
    sha256(owner.as_bytes())[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn text((mut file, _): (File, Kind)) -> String {
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        text
    }

    #[tokio::test]
    async fn an_output_is_read_by_its_owner_only_and_by_no_other_name() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = Outputs::new(folder.path(), 1000);
        let kept = outputs.keep("me", Kind::Text, "hello".to_owned()).await.unwrap().unwrap();
        let id = Outputs::id(&kept.uri).unwrap();
        assert_eq!(text(outputs.open("me", id).unwrap()), "hello");
        for (owner, id) in
            [("you", id), ("me", "../state.sqlite"), ("me", "out_../x.txt"), ("me", "out_.txt")]
        {
            assert_eq!(outputs.open(owner, id).unwrap_err().code, ErrorCode::OutputNotFound, "{owner} {id}");
        }
    }

    #[tokio::test]
    async fn the_oldest_go_when_there_is_no_room() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = Outputs::new(folder.path(), 100);
        assert!(outputs.keep("me", Kind::Text, "x".repeat(101)).await.unwrap().is_none());
        let mut kept = Vec::new();
        for age in (0..4).rev() {
            let one = outputs.keep("me", Kind::Json, "x".repeat(40)).await.unwrap().unwrap();
            let file = outputs.open("me", Outputs::id(&one.uri).unwrap());
            let Ok((file, _)) = file else { panic!("the newest is there") };
            let then = SystemTime::now() - std::time::Duration::from_secs(age * 60);
            // Written through the descriptor for reading: times need no right to write.
            rustix::fs::futimens(&file, &times(then)).unwrap();
            kept.push(one);
        }
        let is_there = |kept: &Kept| outputs.open("me", Outputs::id(&kept.uri).unwrap()).is_ok();
        assert_eq!(kept.iter().map(is_there).collect::<Vec<_>>(), [false, false, true, true]);
    }

    fn times(time: SystemTime) -> rustix::fs::Timestamps {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let time = rustix::fs::Timespec { tv_sec: since.as_secs().cast_signed(), tv_nsec: 0 };
        rustix::fs::Timestamps { last_access: time, last_modification: time }
    }
}
