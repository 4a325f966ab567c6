//! Terminals in a real sandbox, and what they must withstand.

use std::time::Duration;

use disco_server::error::ErrorCode;
use disco_server::sandbox::{Handle, LimitsWish, Signal};
use disco_server::state::Store;
use disco_server::terminal::{Bounds, Mode, OpenRequest, Reading, Terminals, Wait};
use tempfile::TempDir;
use tokio::time::Instant;

use crate::support::{Bench, eventually, is_running};

struct Desk {
    terminals: Terminals,
    bench: Bench,
    _state: TempDir,
}

impl Desk {
    async fn new(limits: LimitsWish) -> Self {
        let state = tempfile::tempdir().unwrap();
        let bounds = Bounds { terminal_idle_minutes: 5, ..Bounds::default() };
        let terminals = Terminals::open(Store::open(state.path()).unwrap(), bounds).await.unwrap();
        Self { terminals, bench: Bench::new(limits).await, _state: state }
    }

    async fn open(&self, command: &str) -> String {
        let request = OpenRequest { command: Some(command.to_owned()), ..OpenRequest::default() };
        let sandbox: Handle = self.bench.sandbox.clone();
        self.terminals.start(sandbox, request).await.unwrap().terminal_id
    }

    async fn read(&self, id: &str, wait_for: &str) -> Reading {
        let wait = Wait { wait_for: Some(wait_for.to_owned()), idle: None, timeout: Duration::from_secs(30) };
        self.terminals.read(id, Some(0), Mode::Stream, &wait).await.unwrap()
    }
}

#[tokio::test]
async fn nothing_of_the_hosts_terminals_is_there() {
    let desk = Desk::new(LimitsWish::default()).await;
    // TIOCSTI and TIOCLINUX, which type for others, are not there; the terminal is the sandbox's first.
    let ask = "import fcntl, os\nprint(os.ttyname(0), sorted(os.listdir('/dev/pts')))\n\
        for call in (0x5412, 0x541C):\n try: fcntl.ioctl(0, call, b'x')\n except OSError as e: print('refused', e.errno)";
    let id = desk.open(&format!("python3 -c \"{ask}\"")).await;
    let shown = desk.read(&id, "nothing like this").await;
    assert_eq!(shown.text.unwrap(), "/dev/pts/0 ['0', 'ptmx']\nrefused 38\nrefused 38\n");
    assert_eq!(shown.exit_code, Some(0));
}

#[tokio::test]
async fn a_terminal_has_the_walls_and_limits_of_a_command() {
    let desk = Desk::new(LimitsWish { memory_mb: Some(128), disk_mb: Some(16), ..Default::default() }).await;
    let walls = "grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status; id -u; ls / | tr '\\n' ' '";
    let on_terminal = desk.open(walls).await;
    let on_terminal = desk.read(&on_terminal, "nothing like this").await.text.unwrap();
    assert_eq!(on_terminal.trim_end(), desk.bench.text(walls).await.trim_end());
    let hog =
        desk.open("for i in 1 2 3 4; do python3 -c 'import time; x = b\"x\" * (60 << 20); time.sleep(60)' & done; wait").await;
    let ended = desk.read(&hog, "nothing like this").await;
    assert!(!ended.is_open && ended.exit_code != Some(0), "{ended:?}");
    let full = desk.open("while head -c 4M /dev/zero > f$RANDOM; do :; done").await;
    assert!(!desk.read(&full, "nothing like this").await.is_open);
    let told = desk.terminals.write(&full, "x", &[], Mode::Stream, &Wait::default()).await.unwrap_err();
    assert!(told.message.contains("disk_limit"), "{told}");
}

#[tokio::test]
async fn closing_ends_all_that_was_started() {
    let desk = Desk::new(LimitsWish::default()).await;
    let deaf = "trap '' TERM INT HUP; (setsid bash -c 'trap \"\" HUP; while :; do sleep 9; done # term-3f1a' &) ; \
        echo up; while :; do sleep 9; done # term-3f1a";
    let id = desk.open(deaf).await;
    desk.read(&id, "up").await;
    assert!(is_running("term-3f1a"));
    let closed = desk.terminals.close(&id).await.unwrap();
    assert_eq!(closed.reason.as_deref(), Some("it was closed"));
    assert!(!is_running("term-3f1a"));
}

#[tokio::test]
async fn one_that_nobody_uses_is_closed_and_says_so() {
    let desk = Desk::new(LimitsWish::default()).await;
    let id = desk.open("sleep 9 # term-77c0").await;
    let later = |minutes| Instant::now() + Duration::from_mins(minutes);
    desk.terminals.close_the_unused(later(4)).await;
    desk.terminals.read(&id, None, Mode::Stream, &Wait::default()).await.unwrap();
    desk.terminals.close_the_unused(later(6)).await;
    let told = desk.terminals.read(&id, None, Mode::Stream, &Wait::default()).await.unwrap_err();
    assert_eq!(told.code, ErrorCode::TerminalClosed);
    assert!(told.message.contains("nobody has used it for 5m"), "{told}");
    assert!(!is_running("term-77c0"));
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_opens_leaves_nothing() {
    let desk = Desk::new(LimitsWish::default()).await;
    for micros in [0, 500, 2_000, 5_000, 10_000, 20_000, 40_000] {
        let opening = desk.open("sleep 9 # term-d50b");
        tokio::time::timeout(Duration::from_micros(micros), opening).await.ok();
    }
    for info in desk.terminals.list(None) {
        desk.terminals.close(&info.terminal_id).await.unwrap();
    }
    let gone = tokio::task::spawn_blocking(|| eventually("all is gone", || !is_running("term-d50b")));
    gone.await.unwrap();
}

#[tokio::test]
async fn a_program_that_does_not_read_can_still_be_signalled() {
    let desk = Desk::new(LimitsWish::default()).await;
    let id = desk.open("stty raw; echo up; exec sleep 60").await;
    desk.read(&id, "up").await;
    let much = "x".repeat(60_000);
    for _ in 0..3 {
        desk.terminals.write(&id, &much, &[], Mode::Stream, &Wait::default()).await.unwrap();
    }
    let reached = desk.terminals.signal(&id, Signal::Term).await.unwrap();
    assert!(reached[0].is_foreground, "{reached:?}");
    assert!(!desk.read(&id, "nothing like this").await.is_open);
}

#[tokio::test]
async fn no_signal_reaches_what_is_not_in_the_sandbox() {
    let desk = Desk::new(LimitsWish::default()).await;
    let id = desk.open("exec sleep 60").await;
    let process = loop {
        let process = desk.bench.sandbox.processes().await.unwrap().pop().unwrap();
        if process.command == "sleep 60" {
            break process;
        }
    };
    assert_eq!(process.belongs_to.as_deref(), Some(id.as_str()));
    let mut parts = process.process_id.split('-');
    let (run, pid, started) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let me = std::process::id();
    for stranger in [
        format!("{run}-1-{started}"),
        format!("{run}-{me}-{started}"),
        format!("{run}-{pid}-1"),
        format!("99-{pid}-{started}"),
        me.to_string(),
        String::new(),
    ] {
        let refused = desk.bench.sandbox.signal(&stranger, Signal::Kill).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::ProcessNotFound, "{stranger}");
    }
    desk.bench.sandbox.signal(&process.process_id, Signal::Kill).await.unwrap();
    assert!(!desk.read(&id, "nothing like this").await.is_open);
}
