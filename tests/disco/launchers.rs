//! The processes that make sandboxes, and what becomes of commands when somebody kills them.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Disco;

/// The processes that a process has started.
fn children(pid: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let all = lists.collect::<Vec<_>>().concat();
    all.split_ascii_whitespace().map(|pid| pid.parse().unwrap()).collect()
}

fn name(pid: u32) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned()
}

/// Kills it, and waits until it is dead.
fn kill(pid: u32) {
    let killed = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    let held = rustix::process::pidfd_open(killed, rustix::process::PidfdFlags::empty()).unwrap();
    rustix::process::pidfd_send_signal(&held, rustix::process::Signal::KILL).unwrap();
    let mut end = [rustix::event::PollFd::new(&held, rustix::event::PollFlags::IN)];
    rustix::event::poll(&mut end, None).unwrap();
}

/// Waits until there is one, for at most ten seconds.
async fn only(pids: impl Fn() -> Vec<u32>) -> u32 {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        if let [only] = pids()[..] {
            return only;
        }
        assert!(Instant::now() < end, "{:?}", pids());
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_killed_launcher_or_zygote_costs_no_command() {
    let mut disco = Disco::start();
    let server = disco.process.child.id().unwrap();
    assert_eq!(disco.run("echo one").await["stdout"], "one\n");
    let zygote = only(|| children(server)).await;
    let waiting = only(|| children(zygote)).await;

    kill(waiting);
    assert_eq!(disco.run("echo two").await["stdout"], "two\n");
    assert_eq!(children(server), [zygote], "the zygote is there still");
    let waiting = only(|| children(zygote)).await;

    kill(zygote);
    assert_eq!(disco.run("echo three").await["stdout"], "three\n", "by the launcher that waited");
    assert_eq!(disco.run("echo four").await["stdout"], "four\n");
    let next = only(|| children(server)).await;
    assert_ne!(next, zygote);
    assert_ne!(only(|| children(next)).await, waiting);

    // A command that runs while its zygote is killed goes on.
    disco.call("terminal_execute", json!({"command": "sleep 600", "background": true})).await;
    let launcher =
        only(|| children(next).into_iter().filter(|pid| name(*pid) == "disco-sandbox").collect()).await;
    kill(next);
    assert_eq!(disco.run("echo five").await["stdout"], "five\n");
    assert_eq!(name(launcher), "disco-sandbox");
    let listed = disco.call("process_list", json!({})).await;
    assert_eq!(listed["processes"].as_array().map(Vec::len), Some(1), "{listed}");
}
