//! The program as it is started.

use std::process::{Command, Output};

use crate::support::program;

fn disco(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    Command::new(program())
        .args(arguments)
        .env("HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path())
        .output()
        .unwrap()
}

#[test]
fn the_doctor_tries_a_sandbox_and_tells() {
    let output = disco(&["doctor", "--json"]);
    assert!(output.status.success(), "{output:?}");
    let report: disco_server::doctor::Report = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report.sandbox.works);
    // Where an engine runs, there is one more.
    assert!(report.backends.iter().any(|backend| backend == "local"), "{:?}", report.backends);
    assert!(String::from_utf8(disco(&["doctor"]).stdout).unwrap().contains("commands run in a sandbox"));
}

#[test]
fn wrong_settings_are_named() {
    let output = disco(&["doctor", "--memory-mb", "1"]);
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("`memory_mb` is 1"));
}

#[test]
fn the_launcher_is_not_for_people() {
    let output = disco(&["__sandbox"]);
    assert_eq!(output.status.code(), Some(2));
}
