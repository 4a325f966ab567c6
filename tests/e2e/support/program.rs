//! A program of another package of the workspace, built when it is first wanted.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// Where the program `name` of `package` is.
pub(crate) fn program(package: &str, name: &str) -> PathBuf {
    static BUILT: Mutex<Option<HashMap<String, PathBuf>>> = Mutex::new(None);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let built = built.get_or_insert_default();
    built.entry(name.to_owned()).or_insert_with(|| build(package, name)).clone()
}

fn build(package: &str, name: &str) -> PathBuf {
    let fixture = Path::new(env!("CARGO_BIN_EXE_disco-fixture"));
    let folder = fixture.parent().expect("it is in a folder");
    let target = folder.parent().expect("the folder is in the target folder");
    let profile = if folder.ends_with("release") { "release" } else { "dev" };
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--package", package, "--bin", name, "--profile", profile])
        .arg("--target-dir")
        .arg(target)
        .status()
        .expect("cargo runs");
    assert!(status.success(), "{name} could not be built");
    folder.join(name)
}
