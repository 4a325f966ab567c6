//! Where cgroups can be made on this host, in version 1, version 2 or a mixture.

use std::fs;
use std::path::{Path, PathBuf};

use super::noted::Noted;
use crate::sandbox::limits::Limits;

/// The controllers that matter here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Controllers {
    pub(crate) memory: bool,
    pub(crate) pids: bool,
    pub(crate) cpu: bool,
}

/// A folder under which we may make cgroups.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) is_v2: bool,
    pub(crate) controllers: Controllers,
}

/// All such folders; empty when there are none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    pub(crate) list: Vec<Place>,
    noted: Option<Noted>,
}

impl Places {
    /// Looks for them, by making one and removing it, and notes them in `folder`.
    pub(crate) fn find(folder: Option<&Path>) -> Self {
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let list: Vec<Place> =
            own.lines().filter_map(|line| place(line, &mounts)).filter(Place::is_writable).collect();
        let noted = folder.and_then(|folder| Noted::note(folder, &list));
        let places = Self { list, noted };
        places.sweep();
        places
    }

    /// Removes what servers that were killed have left.
    pub(crate) fn sweep(&self) {
        self.list.iter().for_each(|place| super::sweep(&place.folder));
        self.noted.iter().for_each(Noted::sweep);
    }

    /// What all places together can bound.
    pub(crate) fn controllers(&self) -> Controllers {
        self.list.iter().fold(Controllers::default(), |sum, place| Controllers {
            memory: sum.memory || place.controllers.memory,
            pids: sum.pids || place.controllers.pids,
            cpu: sum.cpu || place.controllers.cpu,
        })
    }
}

/// One line of `/proc/self/cgroup`: `4:memory:/path`, or `0::/path` for version 2.
fn place(line: &str, mounts: &str) -> Option<Place> {
    let mut fields = line.splitn(3, ':').skip(1);
    let (names, path) = (fields.next()?, fields.next()?);
    let is_v2 = names.is_empty();
    let own = mounts.lines().find_map(|mount| mount_point(mount, names, path))?;
    if !is_v2 {
        return Some(Place { folder: own, is_v2, controllers: controllers(names)? });
    }
    // In version 2 a cgroup with processes has no children with limits: look for the nearest one above that has.
    own.ancestors()
        .find_map(|folder| Some(Place { folder: folder.to_owned(), is_v2, controllers: handed_on(folder)? }))
}

/// What a cgroup of version 2 hands on to those in it. One that was delegated may hand on nothing yet, so it is told to:
/// the kernel lets it if there is no process in it.
fn handed_on(folder: &Path) -> Option<Controllers> {
    let file = folder.join("cgroup.subtree_control");
    let read = |file: &Path| controllers(&fs::read_to_string(file).ok()?);
    read(&file).or_else(|| {
        let Controllers { memory, pids, cpu } = read(&folder.join("cgroup.controllers"))?;
        let words = [(memory, "+memory "), (pids, "+pids "), (cpu, "+cpu")];
        fs::write(&file, words.map(|(has, word)| if has { word } else { "" }).concat()).ok()?;
        read(&file)
    })
}

fn controllers(names: &str) -> Option<Controllers> {
    let has = |name: &str| names.split([',', ' ', '\n']).any(|word| word == name);
    let found = Controllers { memory: has("memory"), pids: has("pids"), cpu: has("cpu") };
    (found != Controllers::default()).then_some(found)
}

/// Our own cgroup as a folder, if this line of `mountinfo` mounts its hierarchy.
fn mount_point(line: &str, names: &str, path: &str) -> Option<PathBuf> {
    let (left, right) = line.split_once(" - ")?;
    let mut left = left.split(' ').skip(3);
    let (root, point) = (left.next()?, left.next()?);
    let mut right = right.split(' ');
    let (kind, options) = (right.next()?, right.nth(1)?);
    let is_it = match kind {
        "cgroup2" => names.is_empty(),
        "cgroup" => {
            !names.is_empty() && names.split(',').all(|name| options.split(',').any(|option| option == name))
        }
        _ => false,
    };
    let inside = Path::new(path).strip_prefix(root).ok()?;
    is_it.then(|| Path::new(point).join(inside))
}

impl Place {
    /// In version 1 a process of one thread enters by `tasks`: the kernel then takes no lock that makes every fork
    /// and exit of the machine wait for some milliseconds, as it does for `cgroup.procs`.
    pub(crate) fn entrance(&self) -> &'static str {
        if self.is_v2 { "cgroup.procs" } else { "tasks" }
    }

    fn is_writable(&self) -> bool {
        let probe = self.folder.join(format!("{}-probe", super::owner()));
        let made = fs::create_dir(&probe).is_ok();
        let entered = rustix::fs::access(probe.join("cgroup.procs"), rustix::fs::Access::WRITE_OK).is_ok();
        made && fs::remove_dir(&probe).is_ok() && entered
    }

    /// Writes the bounds; tells whether memory is bounded.
    pub(crate) fn set(&self, folder: &Path, limits: &Limits) -> bool {
        let write = |file: &str, value: String| fs::write(folder.join(file), value).is_ok();
        let memory = limits.memory_mb << 20;
        if self.controllers.pids {
            // The launcher and process 1 are in it too.
            write("pids.max", (limits.processes + 2).to_string());
        }
        if self.controllers.cpu {
            self.set_cpu(limits.cpus, &write);
        }
        if !self.controllers.memory {
            return false;
        }
        if self.is_v2 {
            write("memory.swap.max", "0".to_owned());
            return write("memory.max", memory.to_string());
        }
        let bounded = write("memory.limit_in_bytes", memory.to_string());
        write("memory.memsw.limit_in_bytes", memory.to_string());
        bounded
    }

    fn set_cpu(&self, cpus: f64, write: &impl Fn(&str, String) -> bool) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked when the limits are read"
        )]
        let quota = (cpus * 100_000.0) as u64;
        if self.is_v2 {
            write("cpu.max", format!("{quota} 100000"));
        } else {
            write("cpu.cfs_period_us", "100000".to_owned());
            write("cpu.cfs_quota_us", quota.to_string());
        }
    }
}

#[cfg(test)]
mod tests;
