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

#[tokio::test]
async fn memory_that_is_no_processes_own_is_bounded_by_a_cgroup() {
    if !has_cgroups() {
        return;
    }
    let bench = Bench::new(LimitsWish { memory_mb: Some(64), ..Default::default() }).await;
    let shared = "python3 -c 'import mmap; m = mmap.mmap(-1, 256 << 20); [m.seek(i << 20) or m.write(bytes(1 << 20)) for i in range(256)]'";
    let done = bench.run(shared).await;
    assert_eq!(done.ended, Ended::MemoryLimit, "{done:?}");
    assert_eq!(bench.text("echo alive").await, "alive");
}

#[tokio::test]
async fn processes_and_processor_time_are_bounded_by_a_cgroup() {
    if !has_cgroups() {
        return;
    }
    let limits = LimitsWish { processes: Some(20), cpus: Some(0.1), ..Default::default() };
    let bench = Bench::new(limits).await;
    let started =
        bench.run("for i in $(seq 40); do sleep 60 & done 2>/dev/null; jobs -p | wc -l; kill %1").await;
    let burn = bench.run_for("while :; do :; done", 3000).await;
    assert_eq!(burn.ended, Ended::TimedOut, "{burn:?}");
    // The making of the sandbox is not bounded.
    assert!(burn.usage.cpu_ms > 150 && burn.usage.cpu_ms < burn.duration_ms / 10 + 300, "{burn:?}");
    assert!(!started.stdout.starts_with("40"), "{started:?}");
}
