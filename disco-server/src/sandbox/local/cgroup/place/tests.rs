//! Where cgroups are made, and what is written there, in each version.

use super::*;

/// A folder in the place of a mounted hierarchy of version 2: which controllers each cgroup hands on.
fn unified(cgroups: &[(&str, &str)]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    for (path, controllers) in cgroups {
        let cgroup = folder.path().join(path);
        fs::create_dir_all(&cgroup).unwrap();
        fs::write(cgroup.join("cgroup.subtree_control"), format!("{controllers}\n")).unwrap();
    }
    let mounts =
        format!("30 23 0:26 / {} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate", folder.path().display());
    (folder, mounts)
}

#[test]
fn in_version_2_the_nearest_cgroup_is_taken_that_hands_on_what_matters() {
    let (folder, mounts) = unified(&[
        ("", "cpu memory"),
        ("a.slice", "memory pids"),
        ("a.slice/b.scope", "hugetlb"),
        ("a.slice/b.scope/c", ""),
    ]);
    let found = place("0::/a.slice/b.scope/c", &mounts).unwrap();
    assert_eq!(found.folder, folder.path().join("a.slice"));
    assert!(found.is_v2);
    assert_eq!(found.controllers, Controllers { memory: true, pids: true, cpu: false });
    assert_eq!(found.entrance(), "cgroup.procs");
    let (_folder, mounts) = unified(&[("", "hugetlb"), ("a", "")]);
    assert!(
        place("0::/a", &mounts).is_none(),
        "nothing that matters is handed on, as where version 1 has it"
    );
    assert!(place("0::/a", "30 23 0:26 / /sys/fs/cgroup rw - cgroup cgroup rw,memory").is_none());
}

#[test]
fn in_version_2_bounds_are_written_as_the_kernel_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let all = Controllers { memory: true, pids: true, cpu: true };
    let place = Place { folder: PathBuf::new(), is_v2: true, controllers: all };
    let limits = Limits { memory_mb: 64, processes: 30, cpus: 1.5, ..Limits::default() };
    assert!(place.set(folder.path(), &limits));
    let said = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap();
    assert_eq!(said("memory.max"), "67108864");
    assert_eq!(said("memory.swap.max"), "0");
    assert_eq!(said("pids.max"), "32");
    assert_eq!(said("cpu.max"), "150000 100000");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "and nothing of version 1");
}

#[test]
fn in_version_1_each_hierarchy_is_a_place_of_its_own() {
    let mounts = "31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
        32 24 0:28 /docker/x /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct";
    let memory = place("4:memory:/m", mounts).unwrap();
    assert_eq!((memory.folder.as_path(), memory.is_v2), (Path::new("/sys/fs/cgroup/memory/m"), false));
    let cpu = place("2:cpu,cpuacct:/docker/x/y", mounts).unwrap();
    assert_eq!(cpu.folder, Path::new("/sys/fs/cgroup/cpu/y"));
    assert_eq!(cpu.controllers, Controllers { cpu: true, ..Controllers::default() });
    assert!(place("8:freezer:/", mounts).is_none());
}
