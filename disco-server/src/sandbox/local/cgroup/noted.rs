//! Where servers make their cgroups, noted in the data folder: one that is started again from another login or service
//! is in another cgroup than the one that was killed, and would not see what that one has left.

use std::fs;
use std::path::{Path, PathBuf};

use super::place::Place;
use super::{is_of_the_dead, owner, sweep};

/// A folder of notes. Each is named after a server and has the folders of its cgroups, one a line.
#[derive(Debug, Clone)]
pub(super) struct Noted(PathBuf);

impl Noted {
    /// Notes that this server makes its cgroups in `places`. If it cannot, the log says so.
    pub(super) fn note(folder: &Path, places: &[Place]) -> Option<Self> {
        let lines: Vec<String> = places.iter().map(|place| place.folder.display().to_string()).collect();
        let written =
            fs::create_dir_all(folder).and_then(|()| fs::write(folder.join(owner()), lines.join("\n")));
        let written = written.inspect_err(|error| {
            tracing::warn!(%error, ?folder, "it is not noted where cgroups are made");
        });
        written.ok().map(|()| Self(folder.to_owned()))
    }

    /// Removes what servers that are dead have left where they noted, and each note when nothing of it is there any
    /// more.
    pub(super) fn sweep(&self) {
        let notes = fs::read_dir(&self.0).into_iter().flatten().flatten();
        for note in notes.filter(|note| note.file_name().to_str().is_some_and(is_of_the_dead)) {
            let places = fs::read_to_string(note.path()).unwrap_or_default();
            places.lines().for_each(|place| sweep(Path::new(place)));
            let prefix = format!("{}-", note.file_name().display());
            if !places.lines().any(|place| has(Path::new(place), &prefix)) {
                let _ = fs::remove_file(note.path());
            }
        }
    }
}

fn has(place: &Path, prefix: &str) -> bool {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with(prefix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_server_left_elsewhere_is_removed_and_then_its_note() {
        let folder = tempfile::tempdir().unwrap();
        let (of_all, elsewhere) = (folder.path().join("notes"), folder.path().join("elsewhere"));
        let group = elsewhere.join("disco-4194305-1-0");
        fs::create_dir_all(group.join("busy")).unwrap();
        let noted = Noted::note(&of_all, &[]).unwrap();
        let (dead, mine) = (of_all.join("disco-4194305-1"), of_all.join(owner()));
        fs::write(&dead, format!("{}\n/no/such/folder\n", elsewhere.display())).unwrap();
        noted.sweep();
        assert!(group.exists() && dead.exists(), "it is not empty yet");
        fs::remove_dir(group.join("busy")).unwrap();
        while group.exists() {
            noted.sweep();
        }
        noted.sweep();
        assert!(!dead.exists() && mine.exists());
    }
}
