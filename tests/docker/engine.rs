//! An engine of containers for the tests of one program: started by the first that wants it, ended with the program.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// The variable that names the engine: `dockerd`, if nobody says otherwise, or `podman`.
pub(crate) const ENGINE: &str = "ENGINE_UNDER_TEST";

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
    let engine = std::env::var(ENGINE).unwrap_or_else(|_| "dockerd".to_owned());
    let has_engine = Command::new(&engine).arg("--version").stdout(Stdio::null()).status().is_ok();
    if is_root && has_engine {
        return Some(run(&engine));
    }
    assert_ne!(
        std::env::var("CI").as_deref(),
        Ok("true"),
        "{engine} cannot be started: it takes root and is installed"
    );
    // Not by a macro: the harness would keep it to itself.
    let loud = format!(
        "SKIPPED: tests of the docker backend: they start {engine}, which needs root and its package\n"
    );
    std::io::stderr().write_all(loud.as_bytes()).ok();
    None
}

fn run(engine: &str) -> Engine {
    let folder = tempfile::tempdir().expect("a folder can be made").keep();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/docker/daemon");
    let mut script = Command::new(script)
        .arg(&folder)
        .arg(engine)
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
