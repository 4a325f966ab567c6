//! What a container must withstand.

use disco_server::error::ErrorCode;
use disco_server::sandbox::{Ended, LimitsWish};
use disco_server::terminal::execute;

use super::{Bench, limits, request};
use crate::support::{eventually, is_running};

#[tokio::test]
async fn a_fork_bomb_stays_inside_and_is_swept_away() {
    let Some(bench) = Bench::new(limits(|wish| wish.processes = Some(64))).await else { return };
    let bomb = "bomb() { bomb fork-bomb-d41c | bomb & }; bomb; sleep 60 # fork-bomb-d41c";
    assert_eq!(bench.run_for(bomb, 1500).await.ended, Ended::TimedOut);
    assert!(!is_running("fork-bomb-d41c"));
    assert_eq!(bench.text("echo alive").await, "alive");
}

#[tokio::test]
async fn memory_has_a_bound_for_one_process_and_for_many() {
    let Some(bench) = Bench::new(limits(|wish| wish.memory_mb = Some(64))).await else { return };
    let one = bench.run("python3 -c 'b\"x\" * (200 << 20)'; exit 9").await;
    assert_eq!((one.ended, one.exit_code), (Ended::MemoryLimit, None), "{one:?}");
    let hog = "python3 -c 'import time; x = b\"x\" * (20 << 20); time.sleep(60)'";
    let many = bench.run(&format!("for i in 1 2 3 4 5 6; do {hog} & done; wait")).await;
    assert_eq!(many.ended, Ended::MemoryLimit, "{many:?}");
    assert_eq!(bench.text("echo alive").await, "alive");
}

#[tokio::test]
async fn disk_and_memory_for_files_have_a_bound() {
    let wish = |wish: &mut LimitsWish| {
        (wish.disk_mb, wish.file_mb, wish.tmp_mb) = (Some(64), Some(8), Some(16));
    };
    let Some(bench) = Bench::new(limits(wish)).await else { return };
    let one = bench.run("head -c 104857600 /dev/zero > large").await;
    assert_ne!(one.exit_code, Some(0), "{one:?}");
    for folder in ["/tmp", "/run", "/dev/shm", "~"] {
        let full = bench
            .run(&format!("head -c 9437184 /dev/zero > {folder}/a || head -c 9437184 /dev/zero > {folder}/b"))
            .await;
        assert!(full.exit_code != Some(0), "{folder}: {full:?}");
    }
    let many = bench.run("i=0; while true; do head -c 4194304 /dev/zero > f$i; i=$((i+1)); done").await;
    assert_eq!(many.ended, Ended::DiskLimit, "{many:?}");
    assert_eq!(bench.text("rm -f f*; echo tidied").await, "tidied");
}

#[tokio::test]
async fn endless_output_is_cut_and_ended() {
    let Some(bench) = Bench::new(limits(|wish| wish.output_mb = Some(4))).await else { return };
    let done = bench.run("yes").await;
    assert_eq!((done.ended, done.truncated), (Ended::OutputLimit, true));
    assert!(done.stdout.len() < 300 * 1024 && done.stdout.contains("bytes left out"));
}

#[tokio::test]
async fn deaf_and_hidden_processes_are_killed() {
    let Some(bench) = Bench::new(limits(|_| {})).await else { return };
    let deaf = "trap '' TERM INT HUP; (setsid bash -c 'trap \"\" TERM; while :; do sleep 9; done # deaf-5e11' &) ; \
        while :; do sleep 9; done # deaf-5e11";
    let done = bench.run_for(deaf, 400).await;
    assert_eq!((done.ended, done.timed_out), (Ended::TimedOut, true));
    assert!(!is_running("deaf-5e11"));
    // What holds the output open keeps nobody waiting.
    let left = bench.run("sleep 1051 & setsid sleep 1051 & echo gone").await;
    assert_eq!((left.exit_code, left.stdout.as_str()), (Some(0), "gone\n"));
    assert!(!is_running("1051"));
    // What kills even our script is thrown away with the container.
    bench
        .run("setsid sleep 1052 >/dev/null 2>&1 & exec python3 -c 'import os; os.kill(os.getppid(), 9)'")
        .await;
    assert!(!is_running("1052"));
    assert_eq!(bench.text("echo alive").await, "alive");
}

#[tokio::test]
async fn a_call_that_is_dropped_is_killed() {
    let Some(bench) = Bench::new(limits(|_| {})).await else { return };
    let (sender, mut chunks) = tokio::sync::mpsc::channel(1);
    let command = "echo up; while :; do sleep 9; done # dropped-83bd";
    let run = execute(&*bench.sandbox, request(command, 30_000), Some(sender));
    tokio::select! {
        _ = run => panic!("it ended by itself"),
        () = async {
            chunks.recv().await.unwrap();
            assert!(is_running("dropped-83bd"));
        } => {}
    }
    eventually("the command is killed", || !is_running("dropped-83bd"));
}

#[tokio::test]
async fn deleting_kills_what_runs() {
    let Some(bench) = Bench::new(limits(|_| {})).await else { return };
    let id = bench.sandbox.info.sandbox_id.clone();
    let (sender, mut chunks) = tokio::sync::mpsc::channel(1);
    let run = execute(&*bench.sandbox, request("echo up; sleep 1061", 30_000), Some(sender));
    let delete = async {
        chunks.recv().await.unwrap();
        bench.registry.delete(&id).await.unwrap();
    };
    let (done, ()) = tokio::join!(run, delete);
    assert_eq!(done.unwrap_err().code, ErrorCode::SandboxNotFound);
    assert!(!is_running("1061") && !bench.sandbox.root().host_path().exists());
}

#[tokio::test]
async fn there_is_no_network() {
    let Some(bench) = Bench::new(limits(|_| {})).await else { return };
    assert_eq!(bench.text("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '").await, "lo");
    for address in ["192.0.2.1 80", "169.254.169.254 80", "172.17.0.1 22", "127.0.0.1 2375"] {
        let done = bench.run(&format!("timeout 5 nc {address} </dev/null")).await;
        assert_ne!(done.exit_code, Some(0), "{address}: {done:?}");
    }
}

#[tokio::test]
async fn nobody_becomes_more_than_an_unprivileged_user() {
    let Some(bench) = Bench::new(limits(|_| {})).await else { return };
    let status =
        bench.text("grep -E '^(Uid|Gid|Cap|NoNewPrivs|Seccomp:)' /proc/self/status | tr -s '\\t' ' '").await;
    let none = "0000000000000000";
    let wanted = format!(
        "Uid: 64711 64711 64711 64711\nGid: 64711 64711 64711 64711\nCapInh: {none}\nCapPrm: {none}\nCapEff: {none}\n\
         CapBnd: {none}\nCapAmb: {none}\nNoNewPrivs: 1\nSeccomp: 2"
    );
    assert_eq!(status, wanted);
    assert_eq!(bench.text("find /bin/id -perm -4000 | grep -q . && /bin/id -u").await, "64711");
    assert_eq!(bench.text("ulimit -c; ulimit -n").await, "0\n4096");
}

#[tokio::test]
async fn the_image_the_kernel_and_the_host_cannot_be_changed() {
    let Some(bench) = Bench::new(limits(|_| {})).await else { return };
    for path in [
        "/x",
        "/bin/sh",
        "/etc/passwd",
        "/etc/hosts",
        "/dev/x",
        "/proc/sys/kernel/hostname",
        "/proc/sysrq-trigger",
        "/sys/x",
        "/sys/fs/cgroup/x",
        "/proc/1/oom_score_adj",
    ] {
        assert_ne!(bench.run(&format!("echo x > {path}")).await.exit_code, Some(0), "{path}");
    }
    for command in [
        "mount -t tmpfs none /mnt",
        "mount -o remount,rw /",
        "umount /proc",
        "unshare -Ur true",
        "unshare -m true",
        "mknod n b 8 0",
        "chroot / true",
        "hostname x",
        "kill -9 1",
        "kill -9 7",
        "cat /proc/1/environ",
        "cat /proc/kcore",
        "ls /proc/1/root/",
        "nsenter -t 1 -m true",
        "chown 0 /workspace",
        "swapoff -a",
        "reboot -f",
        "dmesg",
        "ls /root/",
    ] {
        let done = bench.run(command).await;
        assert!(
            done.exit_code != Some(0) || done.stdout.is_empty() && command == "kill -9 7",
            "{command}: {done:?}"
        );
    }
    assert_eq!(bench.text("hostname; echo alive").await, "sandbox\nalive");
}

#[tokio::test]
async fn the_engine_cannot_be_reached_from_inside() {
    let Some(bench) = Bench::new(limits(|_| {})).await else { return };
    assert_eq!(bench.text("find / -name '*.sock' 2>/dev/null | head").await, "");
    assert_eq!(bench.text("find / -type s 2>/dev/null | head").await, "");
    assert_eq!(bench.text("find / -type b 2>/dev/null | head").await, "");
}
