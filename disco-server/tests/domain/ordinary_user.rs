//! The same tests again, as a user with no rights.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::{PROGRAM, is_root, program};

#[test]
fn everything_holds_for_an_ordinary_user() {
    if !is_root() {
        return;
    }
    // Where the programs are built may be closed to others.
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str, from: &std::path::Path| {
        let path = folder.path().join(name);
        std::fs::copy(from, &path).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        path
    };
    let disco = place("disco", &program());
    let tests = place("tests", &std::env::current_exe().unwrap());
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    std::fs::set_permissions(&temporary, PermissionsExt::from_mode(0o777)).unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let output = Command::new("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "--"])
        .arg(tests)
        // No ordinary user can start an engine.
        .args(["--skip", "docker::"])
        .current_dir("/")
        .env(PROGRAM, disco)
        .env("TMPDIR", temporary)
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env_remove("HOME")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("test result: ok"), "{text}");
}
