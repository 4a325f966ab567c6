//! A Docker engine for the tests of one program: started by the first that wants it, ended with the program.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

struct Engine {
    socket: PathBuf,
    /// The script ends the engine when its standard input ends, which is when this program does.
    _script: Child,
}

/// Where it listens. `None` if there can be none here, which is said aloud, and is a failure in CI.
pub(crate) fn socket() -> Option<&'static Path> {
    static ENGINE: OnceLock<Option<Engine>> = OnceLock::new();
    ENGINE.get_or_init(start).as_ref().map(|engine| engine.socket.as_path())
}

fn start() -> Option<Engine> {
    let is_root =
        std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").expect("/proc is there")) == 0;
    let has_engine = Command::new("dockerd").arg("--version").stdout(Stdio::null()).status().is_ok();
    if is_root && has_engine {
        return Some(run());
    }
    assert_ne!(
        std::env::var("CI").as_deref(),
        Ok("true"),
        "no Docker engine can be started (root and dockerd)"
    );
    // Not by a macro: the harness would keep it to itself.
    let loud =
        b"SKIPPED: tests of the docker backend: they start a dockerd, which needs root and docker.io\n";
    std::io::stderr().write_all(loud).ok();
    None
}

fn run() -> Engine {
    let folder = tempfile::tempdir().expect("a folder can be made").keep();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/docker/daemon");
    let mut script = Command::new(script)
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the script runs");
    let mut line = String::new();
    let output = script.stdout.take().expect("it is a pipe");
    BufReader::new(output).read_line(&mut line).expect("it speaks");
    assert_eq!(line, "ready\n", "the engine starts");
    Engine { socket: folder.join("docker.sock"), _script: script }
}
