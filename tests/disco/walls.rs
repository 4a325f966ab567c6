//! What keeps a sandbox in, wall by wall, and whether the server tells the truth of it.

use serde_json::{Value, json};

use super::Disco;

/// Asks for as many rulesets as the kernel takes of one process, and tells how many it took, and why no more.
const STACK: &str = r"
import ctypes, os, struct
libc = ctypes.CDLL(None, use_errno=True)
taken = 0
while taken < 100:
    # Links may be made nowhere from here on.
    ruleset = libc.syscall(444, struct.pack('<Q', 1 << 12), 8, 0)
    if ruleset < 0 or libc.syscall(446, ruleset, 0) != 0:
        break
    os.close(ruleset)
    taken += 1
print(taken, os.strerror(ctypes.get_errno()))
";

/// What the server says of itself, by the name of the row.
async fn row(disco: &mut Disco, name: &str) -> Value {
    let told = disco.call("system_info", json!({})).await;
    let rows = told["checks"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no `{name}` in {told}")).clone()
}

/// The harness shows what tests print only when they fail: this goes past it.
pub(super) fn skipped(why: &str) {
    use std::io::Write as _;
    writeln!(std::io::stderr(), "SKIPPED: {why}").ok();
}

#[tokio::test]
async fn landlock_holds_in_a_sandbox_beside_the_other_walls() {
    let mut disco = Disco::start();
    if row(&mut disco, "landlock").await["found"] == "none" {
        return skipped("the kernel has no Landlock");
    }
    disco.call("file_write", json!({"path": "stack.py", "content": STACK})).await;
    // Landlock allows no more than the mounts do, so nothing is denied by it alone but one ruleset more than sixteen:
    // one of them is the sandbox's own.
    assert_eq!(disco.run("python3 stack.py").await["stdout"], "15 Argument list too long\n");
}

#[tokio::test]
async fn a_command_has_no_more_processor_time_than_its_sandbox() {
    let mut disco = Disco::start();
    if row(&mut disco, "limit cpu").await["used"] == false {
        return skipped("no cgroup bounds processor time here");
    }
    let made = disco.call("sandbox_create", json!({"limits": {"cpus": 0.1}})).await;
    let burn =
        "burn() { end=$((SECONDS + 4)); while [ $SECONDS -lt $end ]; do :; done; }; burn & burn & wait";
    let done =
        disco.call("terminal_execute", json!({"command": burn, "sandbox_id": made["sandbox_id"]})).await;
    let (used, ran) = (done["usage"]["cpu_ms"].as_u64().unwrap(), done["duration_ms"].as_u64().unwrap());
    // So little that it would have more on the busiest machine. The making of the sandbox is not bounded.
    assert!(used > 150 && used < ran / 10 + 300, "{used} ms of {ran}");
}

#[tokio::test]
async fn of_every_limit_it_is_told_what_keeps_it() {
    let flags = "--memory-mb 301 --cpus 1.5 --processes 77 --disk-mb 302 --file-mb 303 --tmp-mb 304 --open-files 305 --output-mb 306";
    let mut disco = Disco::start_with(&flags.split(' ').collect::<Vec<_>>());
    let told = disco.call("system_info", json!({})).await;
    let rows = [
        ("memory_mb", "limit memory", "301 MiB"),
        ("cpus", "limit cpu", "1.5 processors"),
        ("processes", "limit processes", "77"),
        ("disk_mb", "limit disk", "302 MiB"),
        ("file_mb", "limit file size", "303 MiB"),
        ("tmp_mb", "limit tmp", "304 MiB"),
        ("open_files", "limit open files", "305"),
        ("output_mb", "limit output", "306 MiB"),
    ];
    let mut limits: Vec<_> = told["limits"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut known = rows.map(|(limit, ..)| limit);
    limits.sort_unstable();
    known.sort_unstable();
    assert_eq!(limits, known, "each limit has its row");
    for (_, name, found) in rows.into_iter().chain([("", "limit time", "30 s")]) {
        let row = row(&mut disco, name).await;
        assert_eq!(row["found"], found);
        // Only processor time has nothing in the place of a cgroup, and that is said.
        let says_so = row["why"].as_str().unwrap().ends_with("it is not bounded");
        assert!(row["used"] == true || (name == "limit cpu" && says_so), "{row}");
        assert!(row["why"].as_str().unwrap().len() > 10, "{row}");
    }
}
