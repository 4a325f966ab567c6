//! A cgroup for each command, where the host lets us make one: memory, processes and processor time together.

mod noted;
mod place;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

pub(crate) use place::{Controllers, Places};

use crate::sandbox::limits::Limits;
use crate::state::start;

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
        let name = format!("{}-{}", owner(), NEXT.fetch_add(1, Ordering::Relaxed));
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
        remove(self.folders.drain(..));
    }
}

/// Removes cgroups, those that are not empty when they are: their processes have been killed but may not be gone yet.
fn remove(folders: impl Iterator<Item = PathBuf>) {
    let left: Vec<PathBuf> = folders.filter(|folder| fs::remove_dir(folder).is_err()).collect();
    if !left.is_empty() {
        std::thread::spawn(move || remove_when_empty(&left));
    }
}

fn remove_when_empty(folders: &[PathBuf]) {
    let end = Instant::now() + Duration::from_secs(10);
    let is_left = |folder: &PathBuf| folder.exists() && fs::remove_dir(folder).is_err();
    while folders.iter().filter(|folder| is_left(folder)).count() > 0 && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// How the names of this process's cgroups begin: `disco-`, its number, and when it began.
pub(super) fn owner() -> &'static str {
    static OWNER: OnceLock<String> = OnceLock::new();
    OWNER.get_or_init(|| {
        let pid = std::process::id();
        format!("disco-{pid}-{}", start(pid).unwrap_or(0))
    })
}

/// Removes what a server that was killed has left in `folder`: cgroups named after a process that is gone.
pub(super) fn sweep(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let left = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_of_the_dead));
    remove(left.map(|entry| entry.path()));
}

fn is_of_the_dead(name: &str) -> bool {
    let Some(owner) = name.strip_prefix("disco-") else { return false };
    let mut parts = owner.split('-').map(str::parse::<u64>);
    match (parts.next(), parts.next()) {
        (Some(Ok(pid)), Some(Ok(started))) => u32::try_from(pid).is_ok_and(|pid| start(pid) != Some(started)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cgroup_is_of_the_dead_when_its_process_is_gone_or_another_has_its_number() {
        let (pid, began) = (std::process::id(), start(std::process::id()).unwrap());
        assert!(!is_of_the_dead(&format!("{}-0", owner())));
        assert!(is_of_the_dead(&format!("disco-{pid}-{}-0", began - 1)));
        assert!(is_of_the_dead("disco-4194305-1-0"));
        assert!(!is_of_the_dead("disco-of-somebody") && !is_of_the_dead("system.slice"));
    }
}
