//! `disco serve`, with a data folder of its own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::Result;
use crate::options::Options;

/// A running server; it is stopped when this is dropped, and its folder removed.
pub struct Server {
    child: Child,
    pub folder: PathBuf,
    pub address: SocketAddr,
}

impl Server {
    pub fn start(options: &Options) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("bench-sandboxes-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let mut command = Command::new(&options.disco);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--toolsets", "all"])
            .args(["--max-sandboxes", "1000", "--max-running", "128", "--data-dir"])
            .arg(&folder);
        if let Some((host, image)) = &options.docker {
            command.args(["--docker-host", host, "--docker-image", image]);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let log = child.stderr.take().ok_or("it has no log")?;
        let mut lines = BufReader::new(log).lines();
        let mut said = String::new();
        let address = loop {
            let Some(line) = lines.next() else {
                return Err(format!("the server does not listen: {said}").into());
            };
            let line = line?;
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.split('/').next().unwrap_or_default().parse()?;
            }
            said = line;
        };
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, folder, address })
    }

    /// Memory of the server and of every process below it, in KiB: what is shared is counted for each by its part.
    pub fn memory(&self) -> Result<u64> {
        let mut sum = 0;
        for pid in descendants(self.child.id()) {
            let Ok(text) = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")) else { continue };
            let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
            sum += line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(sum)
    }
}

fn descendants(root: u32) -> Vec<u32> {
    let mut found = vec![root];
    let mut at = 0;
    while let Some(pid) = found.get(at).copied() {
        // One that has ended since it was found has no more children.
        for task in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            found.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
        }
        at += 1;
    }
    found
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
