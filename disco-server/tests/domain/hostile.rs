//! What a sandbox must withstand.

use disco_server::error::ErrorCode;
use disco_server::files::{
    Encoding, ListRequest, ReadRequest, SearchRequest, WriteRequest, list, read, search, write,
};
use disco_server::sandbox::{Ended, LimitsWish};
use disco_server::terminal::{ExecuteRequest, execute};

use crate::support::{Bench, eventually, is_running};

async fn bench() -> Bench {
    Bench::new(LimitsWish::default()).await
}

#[tokio::test]
async fn a_fork_bomb_stays_inside_and_is_swept_away() {
    let bench = Bench::new(LimitsWish { processes: Some(64), ..Default::default() }).await;
    let done =
        bench.run_for("bomb() { bomb fork-bomb-2b7e | bomb & }; bomb; sleep 60 # fork-bomb-2b7e", 1500).await;
    assert_eq!(done.ended, Ended::TimedOut);
    assert!(!is_running("fork-bomb-2b7e"));
    assert_eq!(bench.text("echo alive").await, "alive");
}

#[tokio::test]
async fn one_process_cannot_fill_the_memory() {
    let bench = Bench::new(LimitsWish { memory_mb: Some(128), ..Default::default() }).await;
    let done = bench.run("python3 -c 'x = bytearray(1 << 30); x[::4096] = b\"x\" * (1 << 18)'").await;
    assert_ne!(done.exit_code, Some(0), "{done:?}");
    assert_eq!(bench.text("echo alive").await, "alive");
}

#[tokio::test]
async fn many_processes_together_cannot_fill_the_memory() {
    let bench = Bench::new(LimitsWish { memory_mb: Some(128), ..Default::default() }).await;
    let hog = "import time; x = b\"x\" * (60 << 20); time.sleep(60)";
    let done = bench.run(&format!("for i in 1 2 3 4 5 6; do python3 -c '{hog}' & done; wait")).await;
    assert_eq!(done.ended, Ended::MemoryLimit, "{done:?}");
}

#[tokio::test]
async fn the_disk_cannot_be_filled() {
    let wish = LimitsWish { disk_mb: Some(64), file_mb: Some(8), tmp_mb: Some(8), ..Default::default() };
    let bench = Bench::new(wish).await;
    let one = bench.run("head -c 100M /dev/zero > large").await;
    assert_ne!(one.exit_code, Some(0), "{one:?}");
    let memory = bench.run("head -c 7M /dev/zero > /tmp/a; head -c 7M /dev/zero > /dev/shm/b").await;
    assert!(memory.stderr.contains("No space left"), "{memory:?}");
    let many = bench.run("i=0; while true; do head -c 4M /dev/zero > f$i; i=$((i+1)); done").await;
    assert_eq!(many.ended, Ended::DiskLimit, "{many:?}");
    assert_eq!(bench.text("rm -f f*; echo tidied").await, "tidied");
}

#[tokio::test]
async fn endless_output_is_cut_and_ended() {
    let bench = Bench::new(LimitsWish { output_mb: Some(4), ..Default::default() }).await;
    let done = bench.run("yes").await;
    assert_eq!((done.ended, done.truncated), (Ended::OutputLimit, true));
    assert!(done.stdout.len() < 300 * 1024 && done.stdout.contains("bytes left out"));
}

#[tokio::test]
async fn deaf_and_hidden_processes_are_killed() {
    let bench = bench().await;
    let deaf = "trap '' TERM INT HUP; (setsid bash -c 'trap \"\" TERM; while :; do sleep 9; done # deaf-91c4' &) ; \
        while :; do sleep 9; done # deaf-91c4";
    let done = bench.run_for(deaf, 400).await;
    assert_eq!((done.ended, done.timed_out), (Ended::TimedOut, true));
    assert!(!is_running("deaf-91c4"));
    let left =
        bench.run("setsid bash -c 'while :; do sleep 9; done # deaf-91c5' >/dev/null 2>&1 & echo gone").await;
    assert_eq!((left.exit_code, left.stdout.as_str()), (Some(0), "gone\n"));
    assert!(!is_running("deaf-91c5"));
}

#[tokio::test]
async fn a_call_that_is_dropped_is_killed() {
    let bench = bench().await;
    let (sender, mut chunks) = tokio::sync::mpsc::channel(1);
    let command = "echo up; while :; do sleep 9; done # dropped-77ab".to_owned();
    let run = execute(&*bench.sandbox, ExecuteRequest { command, ..Default::default() }, Some(sender));
    tokio::select! {
        _ = run => panic!("it ended by itself"),
        () = async {
            chunks.recv().await.unwrap();
            assert!(is_running("dropped-77ab"));
        } => {}
    }
    eventually("the command is killed", || !is_running("dropped-77ab"));
}

#[tokio::test]
async fn there_is_no_network() {
    let host = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = host.local_addr().unwrap().port();
    let bench = bench().await;
    let connect = |address: &str| format!("timeout 5 bash -c 'echo > /dev/tcp/{address}' 2>&1; echo $?");
    assert!(bench.text(&connect(&format!("127.0.0.1/{port}"))).await.contains("Connection refused"));
    assert!(bench.text(&connect("192.0.2.1/80")).await.contains("Network is unreachable"));
    assert_eq!(bench.text("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '").await, "lo");
    // Sockets that would go round the namespace: packet, vsock, alg.
    let odd = "import socket as s\nfor f in (17, 40, 38):\n try: s.socket(f, 2)\n except OSError as e: print(e.errno)";
    assert_eq!(bench.text(&format!("python3 -c '{odd}'")).await, "38\n38\n38");
}

#[tokio::test]
async fn secrets_of_the_host_are_not_there() {
    let bench = bench().await;
    for path in [
        "/etc/shadow",
        "/etc/ssh",
        "/root",
        "/sys",
        "/var/log",
        "/proc/1/environ",
        "/proc/1/mem",
        "/proc/1/root/",
    ] {
        let done = bench.run(&format!("if [ -d {path} ]; then ls {path}/; else cat {path}; fi")).await;
        assert_ne!(done.exit_code, Some(0), "{path}: {done:?}");
    }
    assert_eq!(
        bench.text("cat /proc/1/comm; ls -d /proc/[0-9]* | wc -l").await.split('\n').next(),
        Some("disco-sandbox")
    );
    assert!(bench.text("ls -d /proc/[0-9]* | wc -l").await.parse::<u32>().unwrap() < 8);
    let variables = bench.text("env | cut -d= -f1 | sort | tr '\\n' ' '").await;
    assert_eq!(variables, "HOME LANG LOGNAME PATH PWD SHELL SHLVL TERM TMPDIR USER _ ".trim_end());
}

#[tokio::test]
async fn the_system_cannot_be_changed() {
    let bench = bench().await;
    for path in ["/usr/x", "/etc/x", "/etc/passwd", "/x", "/dev/x", "/bin/sh", "/proc/sys/kernel/hostname"] {
        let done = bench.run(&format!("echo x > {path}")).await;
        assert_ne!(done.exit_code, Some(0), "{path}");
    }
    for command in
        ["mount -t tmpfs none /mnt", "umount /proc", "unshare -Ur true", "mknod n b 8 0", "chroot / true"]
    {
        assert_ne!(bench.run(command).await.exit_code, Some(0), "{command}");
    }
    assert_eq!(bench.text("hostname x 2>/dev/null; hostname").await, "sandbox");
}

#[tokio::test]
async fn dangerous_system_calls_do_not_exist() {
    if !cfg!(target_arch = "x86_64") {
        return;
    }
    let bench = bench().await;
    // ptrace, pivot_root, mount, init_module, keyctl, unshare, perf_event_open, setns, process_vm_readv, kexec_file_load,
    // bpf, userfaultfd, io_uring_setup, open_tree, fsopen, clone3, pidfd_getfd, mount_setattr, memfd_secret.
    let calls =
        "101, 155, 165, 175, 250, 272, 298, 308, 310, 320, 321, 323, 425, 428, 430, 435, 438, 442, 447";
    let ask = format!(
        "import ctypes\nlib = ctypes.CDLL(None, use_errno=True)\nfor n in ({calls}):\n \
         r = lib.syscall(n, 0, 0, 0, 0, 0, 0)\n if r != -1 or ctypes.get_errno() != 38: print(n, r, ctypes.get_errno())"
    );
    assert_eq!(bench.text(&format!("python3 -c '{ask}'")).await, "");
    // clone with CLONE_NEWUSER, and openat2.
    let ask = "import ctypes\nlib = ctypes.CDLL(None)\nprint(lib.syscall(56, 0x10000011, 0, 0, 0, 0), lib.syscall(437, 0, 0, 0, 0))";
    assert_eq!(bench.text(&format!("python3 -c '{ask}'")).await, "-1 -1");
}

#[tokio::test]
async fn set_user_id_bits_cannot_be_made() {
    let bench = bench().await;
    for command in [
        "touch f; chmod u+s f",
        "touch f; chmod 2755 f",
        "python3 -c 'import os; os.open(\"g\", os.O_CREAT | os.O_WRONLY, 0o4755)'",
    ] {
        assert_ne!(bench.run(command).await.exit_code, Some(0), "{command}");
    }
    assert_eq!(bench.text("find . -perm /6000").await, "");
}

#[tokio::test]
async fn links_made_by_a_command_lead_the_server_nowhere() {
    let bench = bench().await;
    bench
        .text("ln -s /etc/passwd a; ln -s ../../../../../etc b; ln -s /proc/self/root c; mkfifo d; ln -s / e")
        .await;
    let root = bench.sandbox.root();
    for path in ["a", "b/passwd", "c/etc/passwd", "e/etc/passwd"] {
        let request = ReadRequest { path: path.into(), ..Default::default() };
        assert_eq!(read(root, &request).unwrap_err().code, ErrorCode::PathOutsideWorkspace, "{path}");
        let request = WriteRequest {
            path: path.into(),
            content: "x".into(),
            encoding: Encoding::Utf8,
            create_dirs: true,
            expected_sha256: None,
            dry_run: false,
        };
        assert_eq!(write(root, &request).unwrap_err().code, ErrorCode::PathOutsideWorkspace, "{path}");
    }
    let request = ReadRequest { path: "d".into(), ..Default::default() };
    assert_eq!(read(root, &request).unwrap_err().code, ErrorCode::NotARegularFile);
    let all = list(root, &ListRequest { depth: 9, ..Default::default() }).unwrap();
    assert_eq!(
        all.entries.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(),
        ["a", "b", "c", "d", "e"]
    );
    let found = search(root, &SearchRequest { query: "root".into(), ..Default::default() }).unwrap();
    assert_eq!((found.matches.len(), found.files_searched), (0, 0));
}

#[tokio::test]
async fn a_killed_launcher_takes_the_sandbox_along() {
    let bench = bench().await;
    let (sender, mut chunks) = tokio::sync::mpsc::channel(1);
    let command = "echo up; while :; do sleep 9; done # orphan-5d20".to_owned();
    let run = execute(&*bench.sandbox, ExecuteRequest { command, ..Default::default() }, Some(sender));
    let kill = async {
        chunks.recv().await.unwrap();
        // Process 1 of the sandbox is the parent of the command, and the launcher is its parent.
        let launcher = parent(parent(pid_of("orphan-5d20")));
        rustix::process::kill_process(launcher, rustix::process::Signal::KILL).unwrap();
    };
    let (done, ()) = tokio::join!(run, kill);
    assert_eq!(done.unwrap_err().code, ErrorCode::SandboxFailed);
    eventually("the command is killed", || !is_running("orphan-5d20"));
}

fn pid_of(word: &str) -> rustix::process::Pid {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let found = processes.filter_map(|process| {
        let line = std::fs::read(process.path().join("cmdline")).ok()?;
        let pid = process.file_name().to_str()?.parse().ok()?;
        String::from_utf8_lossy(&line).contains(word).then_some(pid)
    });
    rustix::process::Pid::from_raw(found.min().unwrap()).unwrap()
}

fn parent(pid: rustix::process::Pid) -> rustix::process::Pid {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).unwrap();
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")).unwrap();
    rustix::process::Pid::from_raw(parent.trim().parse().unwrap()).unwrap()
}

#[tokio::test]
async fn nothing_is_left_behind() {
    let mounts = || std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let before = mounts();
    {
        let bench = bench().await;
        bench.text("true").await;
        bench.run_for("sleep 60", 100).await;
    }
    assert_eq!(mounts(), before);
    // Other tests of this process have cgroups too; theirs vanish when they end.
    let own = format!("disco-{}-", std::process::id());
    eventually("the cgroups are removed", || !has_entry("/sys/fs/cgroup", &own, 6) || is_launched());
}

/// Whether a launcher is at work.
fn is_launched() -> bool {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let mut names = processes.filter_map(|process| std::fs::read(process.path().join("comm")).ok());
    names.any(|name| name == b"disco-sandbox\n")
}

fn has_entry(folder: &str, prefix: &str, depth: usize) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).any(|entry| {
        let is_it = entry.file_name().to_string_lossy().starts_with(prefix);
        is_it || (depth > 0 && has_entry(&entry.path().to_string_lossy(), prefix, depth - 1))
    })
}
