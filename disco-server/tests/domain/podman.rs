//! The same tests again, with Podman in Docker's place.

use std::process::{Command, Stdio};

use crate::engine::ENGINE;
use crate::support::is_root;

#[test]
fn every_container_holds_with_podman_too() {
    if !is_root() {
        return;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .arg("docker::")
        .env(ENGINE, "podman")
        // Where it says that there is none.
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("test result: ok"), "{text}");
}
