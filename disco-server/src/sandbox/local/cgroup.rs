//! A cgroup for each command, where the host lets us make one: memory, processes and processor time together.

mod place;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

pub(crate) use place::{Controllers, Places};

use crate::sandbox::limits::Limits;

/// The cgroups of one running command; dropping it removes them.
#[derive(Debug)]
pub(crate) struct Group {
    folders: Vec<PathBuf>,
    entrances: Vec<PathBuf>,
    bounds_memory: bool,
}

impl Group {
    /// Makes the cgroups. What cannot be made is left out; the other limits hold nevertheless.
    pub(crate) fn create(places: &Places, limits: &Limits) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("disco-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut group = Self { folders: Vec::new(), entrances: Vec::new(), bounds_memory: false };
        for place in &places.list {
            let folder = place.folder.join(&name);
            if fs::create_dir(&folder).is_err() {
                continue;
            }
            group.bounds_memory |= place.set(&folder, limits);
            group.entrances.push(folder.join(place.entrance()));
            group.folders.push(folder);
        }
        group
    }

    /// The files by which a process enters, writing `0`.
    pub(crate) fn entrances(&self) -> &[PathBuf] {
        &self.entrances
    }

    pub(crate) fn bounds_memory(&self) -> bool {
        self.bounds_memory
    }

    /// Whether the kernel killed something in it for want of memory.
    pub(crate) fn ran_out_of_memory(&self) -> bool {
        ["memory.events", "memory.oom_control"].iter().any(|file| {
            self.folders.iter().filter_map(|folder| fs::read_to_string(folder.join(file)).ok()).any(|text| {
                text.lines()
                    .any(|line| line.strip_prefix("oom_kill ").is_some_and(|count| count.trim() != "0"))
            })
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let left: Vec<PathBuf> =
            self.folders.drain(..).filter(|folder| fs::remove_dir(folder).is_err()).collect();
        if !left.is_empty() {
            // A call that was cancelled: its processes have been killed but are not gone yet.
            std::thread::spawn(move || remove_when_empty(&left));
        }
    }
}

fn remove_when_empty(folders: &[PathBuf]) {
    let end = Instant::now() + Duration::from_secs(10);
    while folders.iter().any(|folder| folder.exists() && fs::remove_dir(folder).is_err())
        && Instant::now() < end
    {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Removes what a server that was killed has left in `folder`: empty cgroups named after a process that is gone.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name
            .to_str()
            .and_then(|name| name.strip_prefix("disco-")?.split('-').next()?.parse::<u32>().ok());
        if owner.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            let _ = fs::remove_dir(entry.path());
        }
    }
}
