//! What cgroups bound, once more in a machine whose cgroups are of version 2.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::support::{is_root, program};

/// As root, and as an ordinary user to whom a cgroup is delegated, as service managers do it.
const COMMANDS: &str = "disco doctor
export PROGRAM_UNDER_TEST=/usr/local/bin/disco
domain-tests --test-threads 1 cgroups::
unit=/sys/fs/cgroup/unit
mkdir -p $unit/server
chown 65534 $unit $unit/cgroup.subtree_control $unit/cgroup.procs $unit/server $unit/server/cgroup.procs
echo $$ >$unit/server/cgroup.procs
setpriv --reuid 65534 --regid 65534 --clear-groups domain-tests --test-threads 1 cgroups::
";

#[test]
fn cgroups_of_version_2_bound_what_those_of_version_1_do() {
    // Where they are of version 2 here, the same tests have just shown it.
    if !is_root() || Path::new("/sys/fs/cgroup/cgroup.controllers").exists() {
        return;
    }
    let machine = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.tools/machine"));
    if !machine.join("vmlinuz").exists() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "tests/machine/install has not been run");
        writeln!(std::io::stderr(), "SKIPPED: cgroups of version 2: tests/machine/install has not been run")
            .ok();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str, from: &Path| {
        let path = folder.path().join(name);
        let stripped = Command::new("strip").arg("--output-file").args([&path, from]).status().unwrap();
        assert!(stripped.success());
        path
    };
    let (disco, tests) =
        (place("disco", &program()), place("domain-tests", &std::env::current_exe().unwrap()));
    let output = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/machine/run"))
        .arg(machine)
        .arg(folder.path())
        .arg(COMMANDS)
        .args([disco, tests])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let said = format!("{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text.matches("2 passed").count(), 2, "{said}");
    for words in ["a cgroup (version 2) bounds all processes", "commands run in a sandbox", "code 0"] {
        assert!(text.contains(words), "it does not say `{words}`:\n{said}");
    }
    assert!(!text.contains("SKIPPED"), "{said}");
}
