//! What only a cgroup can bound, in whichever version this machine has.

use std::io::Write as _;

use disco_server::sandbox::local::{Local, Options};
use disco_server::sandbox::{Ended, LimitsWish};

use crate::support::{Bench, program};

/// Whether this server may make cgroups that bound everything.
fn has_cgroups() -> bool {
    let bounds = Local::new(Options { launcher: program(), ..Options::new() }).cgroup_bounds();
    let has = bounds == [true; 3];
    if !has {
        // The harness shows what tests print only when they fail: this goes past it.
        writeln!(std::io::stderr(), "SKIPPED: no cgroup bounds memory, processes and processor time here")
            .ok();
    }
    has
}

/// Memory that is no process's own.
const SHARE: &str = "import mmap
memory = mmap.mmap(-1, 256 << 20)
for _ in range(256): memory.write(bytes(1 << 20))";
/// As many processes as there can be.
const FORK: &str = "import os, time
children = 0
try:
    while children < 100:
        if os.fork() == 0: time.sleep(60)
        children += 1
except OSError: pass
print(children)";
/// So much time of a processor, however long it takes.
const BURN: &str = "import time
while time.process_time() < 0.3: pass";

#[tokio::test]
async fn memory_and_processes_are_bounded_by_a_cgroup() {
    if !has_cgroups() {
        return;
    }
    let limits = LimitsWish { memory_mb: Some(64), processes: Some(20), ..Default::default() };
    let bench = Bench::new(limits).await;
    let done = bench.run_for(&format!("python3 -c '{SHARE}'"), 60_000).await;
    assert_eq!(done.ended, Ended::MemoryLimit, "{done:?}");
    let children: u32 = bench.text(&format!("python3 -c '{FORK}'")).await.parse().unwrap();
    assert!((10..20).contains(&children), "{children}");
}

#[tokio::test]
async fn processor_time_is_bounded_by_a_cgroup() {
    if !has_cgroups() {
        return;
    }
    let bench = Bench::new(LimitsWish { cpus: Some(0.2), ..Default::default() }).await;
    let done = bench.run_for(&format!("python3 -c '{BURN}'"), 60_000).await;
    // Five times as long as the time that it burns; a little of it is given at once.
    assert_eq!((done.ended, done.exit_code), (Ended::Exited, Some(0)), "{done:?}");
    assert!(done.duration_ms > 1200, "{done:?}");
}
