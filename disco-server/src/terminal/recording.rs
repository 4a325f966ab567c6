//! Recordings of terminals in the format asciicast v2: what was shown, and when, to be played again.
//!
//! They are files in a folder of the server's own, each within a bound, and the oldest go when there are too many.

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use rustix::fs::{AtFlags, Dir, Mode, OFlags};
use serde_json::json;

use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::Size;
use crate::sandbox::output::Decoder;

/// How a recording's file ends behind the terminal's id.
const ENDING: &str = ".cast";
/// What the last event may take, which says that there is no more room.
const LAST: u64 = 128;
/// How much of a command line a recording has, in bytes.
const COMMAND: usize = 1024;

/// The folder. Clones are the same.
#[derive(Debug, Clone)]
pub(super) struct Recordings {
    folder: Arc<OwnedFd>,
    most: usize,
    most_bytes: u64,
}

impl Recordings {
    /// Opens the folder in the data folder, and makes it if it is not there.
    pub(super) fn open(data: &Path, most: usize, most_bytes: u64) -> Result<Self> {
        let path = data.join("recordings");
        let failed = |error: &std::io::Error| Error::from_io(&format!("open {}", path.display()), error);
        std::fs::create_dir_all(&path).map_err(|error| failed(&error))?;
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = rustix::fs::open(&path, flags, Mode::empty()).map_err(|error| failed(&error.into()))?;
        Ok(Self { folder: Arc::new(folder), most, most_bytes })
    }

    /// Begins the recording of a terminal.
    pub(super) fn begin(&self, id: &str, command: &str, size: Size) -> Result<Recorder> {
        self.make_room()?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&*self.folder, name(id)?, flags, Mode::from_raw_mode(0o600))
            .map_err(|error| Error::from_errno("make the recording", error))?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let header = json!({
            "version": 2,
            "width": size.cols,
            "height": size.rows,
            "timestamp": now.as_secs(),
            "command": command[..command.floor_char_boundary(COMMAND)],
            "env": {"TERM": "xterm-256color"},
        });
        let pending = format!("{header}\n").into_bytes();
        Ok(Recorder {
            file: Arc::new(file.into()),
            start: Instant::now(),
            decoder: Decoder::default(),
            room: Some(self.most_bytes.saturating_sub(LAST + pending.len() as u64)),
            pending,
        })
    }

    /// At most so many bytes of a recording from an offset on, and how long it is.
    pub(super) fn read(&self, id: &str, offset: u64, most: usize) -> Result<(Vec<u8>, u64)> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(&*self.folder, name(id)?, flags, Mode::empty()) {
            Err(rustix::io::Errno::NOENT) => {
                let what = format!("there is no recording of the terminal `{id}`");
                return Err(Error::new(ErrorCode::FileNotFound, what).suggest(
                    "give `record: true` to `terminal_open`; the oldest recordings are deleted in time",
                ));
            }
            file => File::from(file.map_err(|error| Error::from_errno("open the recording", error))?),
        };
        let failed = |error: std::io::Error| Error::from_io("read the recording", &error);
        let length = file.metadata().map_err(failed)?.len();
        let left = usize::try_from(length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; left.min(most)];
        file.read_exact_at(&mut bytes, offset).map_err(failed)?;
        Ok((bytes, length))
    }

    fn make_room(&self) -> Result<()> {
        let failed = |error| Error::from_errno("look at the recordings", error);
        let mut known = Vec::new();
        for entry in Dir::read_from(&*self.folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_owned();
            if !name.to_bytes().ends_with(ENDING.as_bytes()) {
                continue;
            }
            if let Ok(stat) = rustix::fs::statat(&*self.folder, &name, AtFlags::SYMLINK_NOFOLLOW) {
                known.push((stat.st_mtime, stat.st_mtime_nsec, name));
            }
        }
        known.sort_unstable();
        let excess = (known.len() + 1).saturating_sub(self.most.max(1));
        for (_, _, name) in known.into_iter().take(excess) {
            rustix::fs::unlinkat(&*self.folder, &name, AtFlags::empty()).ok();
        }
        Ok(())
    }
}

/// The name of the file. What is no id of a terminal names none.
fn name(id: &str) -> Result<String> {
    if id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Ok(format!("{id}{ENDING}"));
    }
    Err(super::records::not_found(id))
}

/// A recording that is being made.
#[derive(Debug)]
pub(super) struct Recorder {
    file: Arc<File>,
    start: Instant,
    decoder: Decoder,
    pending: Vec<u8>,
    /// How many bytes may still be written; `None` when it is full.
    room: Option<u64>,
}

impl Recorder {
    pub(super) fn shown(&mut self, bytes: &[u8]) {
        let text = self.decoder.decode(bytes);
        if !text.is_empty() {
            self.event("o", &text);
        }
    }

    pub(super) fn resized(&mut self, size: Size) {
        self.event("r", &format!("{}x{}", size.cols, size.rows));
    }

    fn event(&mut self, code: &str, data: &str) {
        let Some(room) = self.room else { return };
        let seconds = self.start.elapsed().as_secs_f64();
        let event = format!("{}\n", json!([seconds, code, data]));
        if event.len() as u64 <= room {
            self.room = Some(room - event.len() as u64);
            self.pending.extend(event.into_bytes());
        } else {
            self.room = None;
            self.pending.extend(format!("{}\n", json!([seconds, "m", "the recording is full"])).into_bytes());
        }
    }

    /// What is to be written now, aside from the async threads.
    pub(super) fn take(&mut self) -> Option<Part> {
        let bytes = std::mem::take(&mut self.pending);
        (!bytes.is_empty()).then(|| Part { file: self.file.clone(), bytes })
    }
}

/// A part of a recording that is not in its file yet.
#[derive(Debug)]
pub(super) struct Part {
    file: Arc<File>,
    bytes: Vec<u8>,
}

impl Part {
    pub(super) async fn write(self) {
        let written = tokio::task::spawn_blocking(move || (&*self.file).write_all(&self.bytes)).await;
        if let Ok(Err(error)) = written {
            tracing::warn!("a recording cannot be written: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size() -> Size {
        let number = |number| std::num::NonZeroU16::new(number).unwrap();
        Size { cols: number(80), rows: number(24) }
    }

    #[tokio::test]
    async fn a_full_recording_says_so_and_is_within_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let recordings = Recordings::open(folder.path(), 9, 4096).unwrap();
        let mut recorder = recordings.begin("term_a", "yes", size()).unwrap();
        for _ in 0..1000 {
            recorder.shown(b"yes\r\n");
        }
        recorder.take().unwrap().write().await;
        let (bytes, length) = recordings.read("term_a", 0, 1 << 20).unwrap();
        assert!(length <= 4096, "{length}");
        let text = String::from_utf8(bytes).unwrap();
        let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        assert_eq!((&last[1], &last[2]), (&json!("m"), &json!("the recording is full")));
    }

    #[test]
    fn the_oldest_go_and_no_other_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let recordings = Recordings::open(folder.path(), 2, 4096).unwrap();
        for id in ["term_a", "term_b", "term_c"] {
            recordings.begin(id, "", size()).unwrap();
        }
        let left = |id: &str| recordings.read(id, 0, 1).is_ok();
        assert_eq!([left("term_a"), left("term_b"), left("term_c")], [false, true, true]);
        for id in ["../disco", "/etc/passwd", "term_a/b"] {
            assert_eq!(recordings.read(id, 0, 1).unwrap_err().code, ErrorCode::TerminalNotFound, "{id}");
        }
    }
}
