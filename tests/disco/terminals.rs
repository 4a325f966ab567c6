//! Terminals, driven as a client drives them.

use serde_json::{Value, json};

use super::Disco;

impl Disco {
    /// Opens a terminal and gives its handle.
    pub(super) async fn open(&mut self, arguments: Value) -> String {
        let opened = self.call("terminal_open", arguments).await;
        opened["terminal_id"].as_str().unwrap().to_owned()
    }

    /// Opens a shell whose prompt is `> `.
    async fn shell(&mut self) -> String {
        let id = self.open(json!({"command": "PS1='> ' exec bash --norc"})).await;
        self.call("terminal_read", json!({"terminal_id": id, "wait_for": "^> $"})).await;
        id
    }

    /// Types a line, and gives what is shown until `end`.
    pub(super) async fn line(&mut self, id: &str, text: &str, end: &str) -> String {
        let line = json!({"terminal_id": id, "text": text, "keys": ["enter"], "wait_for": end});
        let shown = self.call("terminal_write", line).await;
        assert_eq!(shown["why"], "found", "{shown}");
        shown["text"].as_str().unwrap().to_owned()
    }

    /// Types, and gives the screen when `end` is on it.
    pub(super) async fn screen(&mut self, id: &str, text: &str, keys: &[&str], end: &str) -> Value {
        let typed = json!({"terminal_id": id, "text": text, "keys": keys, "mode": "screen", "wait_for": end});
        let shown = self.call("terminal_write", typed).await;
        assert_eq!(shown["why"], "found", "{shown}");
        shown["screen"].clone()
    }

    /// Reads on in `less numbers`, which shows the first ten of 500, searches, and leaves it.
    pub(super) async fn pages_on(&mut self, id: &str) {
        self.screen(id, "", &["page-down"], "^20\n:").await;
        let found = self.screen(id, "/^300", &["enter"], "^300\n301").await;
        assert!(found["text"].as_str().unwrap().starts_with("300\n"), "{found}");
        self.call("terminal_write", json!({"terminal_id": id, "text": "q"})).await;
        assert_eq!(self.end(id).await["exit_code"], 0);
    }

    /// Talks to Python, ends what it does without end, and leaves it.
    pub(super) async fn interrupts_python(&mut self, id: &str) {
        self.call("terminal_read", json!({"terminal_id": id, "wait_for": ">>> $"})).await;
        assert!(self.line(id, "x = 20; x * 2 + 2", ">>> $").await.contains("\n42\n"));
        self.line(id, "while True: pass", r"\.\.\. $").await;
        self.call("terminal_write", json!({"terminal_id": id, "keys": ["enter"]})).await;
        let stopped = json!({"terminal_id": id, "keys": ["ctrl-c"], "wait_for": "KeyboardInterrupt\n>>> $"});
        assert_eq!(self.call("terminal_write", stopped).await["why"], "found");
        self.call("terminal_write", json!({"terminal_id": id, "keys": ["ctrl-d"]})).await;
        self.end(id).await;
    }

    /// Waits for the end of a terminal's command.
    pub(super) async fn end(&mut self, id: &str) -> Value {
        let wait = json!({"terminal_id": id, "idle_ms": 60_000, "timeout_ms": 60_000});
        let ended = self.call("terminal_read", wait).await;
        assert_eq!(ended["why"], "ended", "{ended}");
        ended
    }
}

#[tokio::test]
async fn a_shell_has_a_terminal_of_its_own_with_job_control() {
    let mut disco = Disco::start();
    let id = disco.shell().await;
    assert_eq!(
        disco.line(&id, "echo $((6 * 7)) $TERM", "^> $").await,
        "echo $((6 * 7)) $TERM\n42 xterm-256color\n> "
    );
    assert!(disco.line(&id, "tty; ls /dev/pts", "^> $").await.contains("\n/dev/pts/0\n0  ptmx\n"));
    assert!(disco.line(&id, "ps -o tty=,comm=", "^> $").await.contains("\npts/0    bash\n"));
    // It says itself that it is in the foreground: what is shown before is but an echo.
    disco.line(&id, "sh -c 'echo up; exec sleep 600'; echo ended with $?", "\nup\n").await;
    let stopped = json!({"terminal_id": id, "keys": ["ctrl-c"], "wait_for": "^> $"});
    assert_eq!(disco.call("terminal_write", stopped).await["why"], "found");
    disco.line(&id, "sh -c 'echo up; exec sleep 601'", "\nup\n").await;
    let stopped = json!({"terminal_id": id, "keys": ["ctrl-z"], "wait_for": "Stopped.*\n> $"});
    assert_eq!(disco.call("terminal_write", stopped).await["why"], "found");
    assert!(disco.line(&id, "jobs; kill -9 %1", "^> $").await.contains("Stopped"));
}

#[tokio::test]
async fn a_file_is_written_in_vim_and_the_screen_is_seen() {
    let mut disco = Disco::start();
    let id = disco.open(json!({"command": "vim -n -u NONE hello.txt", "cols": 60, "rows": 10})).await;
    disco.screen(&id, "", &[], "hello.txt").await;
    let screen = disco.screen(&id, "ihello from vim", &["enter"], "hello from vim").await;
    let text = screen["text"].as_str().unwrap();
    assert!(text.starts_with("hello from vim\n\n~\n"), "{text}");
    assert_eq!((&screen["cursor_row"], &screen["cursor_col"]), (&json!(2), &json!(1)));
    disco.screen(&id, "second", &["escape", "up"], "second").await;
    disco.screen(&id, ":wq", &[], ":wq").await;
    disco.call("terminal_write", json!({"terminal_id": id, "keys": ["enter"]})).await;
    assert_eq!(disco.end(&id).await["exit_code"], 0);
    let read = disco.call("file_read", json!({"path": "hello.txt"})).await;
    assert_eq!(read["content"], "hello from vim\nsecond\n");
}

#[tokio::test]
async fn a_long_file_is_paged_through_in_less() {
    let mut disco = Disco::start();
    disco.run("seq 1 500 > numbers").await;
    let id = disco.open(json!({"command": "less numbers", "rows": 11})).await;
    let first = disco.screen(&id, "", &[], "^10\n").await;
    assert!(first["text"].as_str().unwrap().starts_with("1\n2\n3\n"), "{first}");
    disco.pages_on(&id).await;
}

#[tokio::test]
async fn python_is_talked_to_and_interrupted() {
    let mut disco = Disco::start();
    let id = disco.open(json!({"command": "python3 -q"})).await;
    disco.interrupts_python(&id).await;
}

#[tokio::test]
async fn a_new_size_is_seen_and_signals_reach_what_is_in_the_foreground() {
    let mut disco = Disco::start();
    let id = disco.shell().await;
    assert!(disco.line(&id, "stty size", "^> $").await.contains("\n24 80\n"));
    let resized = disco.call("terminal_resize", json!({"terminal_id": id, "cols": 100, "rows": 30})).await;
    assert_eq!((&resized["cols"], &resized["rows"]), (&json!(100), &json!(30)));
    assert!(disco.line(&id, "stty size", "^> $").await.contains("\n30 100\n"));

    disco.line(&id, "trap 'echo told' USR1; sleep 60 & echo $!", "^> $").await;
    let sent = disco.call("terminal_signal", json!({"terminal_id": id, "signal": "usr1"})).await;
    let reached = sent["processes"].as_array().unwrap();
    assert_eq!((reached.len(), &reached[0]["is_foreground"]), (1, &json!(true)), "{sent}");
    disco.line(&id, "sleep 602; echo ended with $?", "^told").await;
    let running = |list: &Value| list.to_string().contains("sleep 602\"");
    while !running(&disco.call("process_list", json!({})).await) {}
    disco.call("terminal_signal", json!({"terminal_id": id, "signal": "term"})).await;
    let ended = json!({"terminal_id": id, "wait_for": "^ended with 143"});
    assert_eq!(disco.call("terminal_read", ended).await["why"], "found");
}

#[tokio::test]
async fn a_hundred_terminals_are_open_and_each_answers() {
    let mut disco = Disco::start();
    let mut ids = Vec::new();
    for _ in 0..100 {
        ids.push(disco.open(json!({"command": "cat", "cols": 40, "rows": 5})).await);
    }
    for (number, id) in ids.iter().enumerate() {
        let shown =
            disco.line(id, &format!("line {number}"), &format!("line {number}\nline {number}\n")).await;
        assert_eq!(shown, format!("line {number}\nline {number}\n"));
    }
    let listed = disco.call("terminal_list", json!({})).await;
    assert!(listed["terminals"].as_array().unwrap().len() > 40, "as many as fit");
    for id in ids {
        disco.call("terminal_close", json!({"terminal_id": id})).await;
    }
    assert_eq!(disco.call("terminal_list", json!({})).await["terminals"], json!([]));
    assert_eq!(disco.call("process_list", json!({})).await["processes"], json!([]));
}

#[tokio::test]
async fn a_recording_can_be_played_and_outlives_its_terminal() {
    let mut disco = Disco::start();
    let command = "stty -echo; echo ready; read x; printf '\\033[1mhéllo\\033[0m\\n'";
    let arguments = json!({"command": command, "record": true});
    let opened = disco.call("terminal_open", arguments).await;
    let id = opened["terminal_id"].as_str().unwrap();
    disco.call("terminal_read", json!({"terminal_id": id, "wait_for": "ready\n"})).await;
    disco.call("terminal_resize", json!({"terminal_id": id, "cols": 90, "rows": 20})).await;
    disco.call("terminal_write", json!({"terminal_id": id, "keys": ["enter"]})).await;
    disco.end(id).await;
    disco.call("terminal_close", json!({"terminal_id": id})).await;

    let read = disco.ask("resources/read", json!({"uri": opened["recording_uri"]})).await;
    let text = read["result"]["contents"][0]["text"].as_str().unwrap_or_else(|| panic!("{read}")).to_owned();
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let header = lines.next().unwrap();
    assert_eq!(
        (&header["version"], &header["width"], &header["height"]),
        (&json!(2), &json!(80), &json!(24))
    );
    assert!(header["timestamp"].as_u64().unwrap() > 1_700_000_000, "{header}");
    let (mut last, mut shown, mut sizes) = (0.0, String::new(), Vec::new());
    for event in lines {
        let [time, code, data] = &event.as_array().unwrap()[..] else { panic!("{event}") };
        assert!(time.as_f64().unwrap() >= last, "{event}");
        last = time.as_f64().unwrap();
        match code.as_str().unwrap() {
            "o" => shown += data.as_str().unwrap(),
            "r" => sizes.push(data.as_str().unwrap().to_owned()),
            other => panic!("no such event: {other}"),
        }
    }
    assert_eq!(
        (shown.as_str(), &sizes[..]),
        ("ready\r\n\u{1b}[1mhéllo\u{1b}[0m\r\n", &["90x20".to_owned()][..])
    );

    let (mut all, mut cursor) = (String::new(), 0);
    loop {
        let arguments = json!({"terminal_id": id, "recording": true, "cursor": cursor});
        let part = disco.call("terminal_read", arguments).await;
        all += part["text"].as_str().unwrap();
        cursor = part["cursor"].as_u64().unwrap();
        if part["more"] == false {
            break;
        }
    }
    assert_eq!(all, text);
}

#[tokio::test]
async fn what_has_ended_is_told_with_how_and_can_still_be_read() {
    let mut disco = Disco::start_with(&["--max-terminals", "1"]);
    assert_eq!(
        disco.fail("terminal_read", json!({"terminal_id": "term_x"})).await["code"],
        "TERMINAL_NOT_FOUND"
    );
    let id = disco.open(json!({"command": "echo last words; exit 3"})).await;
    let ended = disco.end(&id).await;
    assert_eq!((&ended["exit_code"], &ended["is_open"]), (&json!(3), &json!(false)));
    let read = disco.call("terminal_read", json!({"terminal_id": id, "cursor": 0})).await;
    assert_eq!(read["text"], "last words\n");
    let told = disco.fail("terminal_write", json!({"terminal_id": id, "text": "x"})).await;
    assert_eq!(told["code"], "TERMINAL_CLOSED");
    assert!(told["message"].as_str().unwrap().contains("ended with 3"), "{told}");

    // One that has ended makes place for another; one that runs does not.
    let other = disco.open(json!({"command": "cat"})).await;
    let told = disco.fail("terminal_read", json!({"terminal_id": id})).await;
    assert_eq!(told["code"], "TERMINAL_CLOSED");
    let full = disco.fail("terminal_open", json!({})).await;
    assert_eq!(full["code"], "TERMINAL_LIMIT");
    let closed = disco.call("terminal_close", json!({"terminal_id": other})).await;
    assert_eq!((&closed["is_open"], &closed["reason"]), (&json!(false), &json!("it was closed")));
    assert_eq!(disco.fail("terminal_close", json!({"terminal_id": other})).await["code"], "TERMINAL_CLOSED");
    let none = disco.fail("terminal_open", json!({"working_dir": "nowhere"})).await;
    assert_eq!(none["code"], "FILE_NOT_FOUND");
}

#[tokio::test]
async fn what_is_too_much_to_keep_or_to_tell_is_counted() {
    let mut disco = Disco::start_with(&["--terminal-kb", "64"]);
    let id = disco.open(json!({"command": "seq 1 50000; cat"})).await;
    let all = disco.call("terminal_read", json!({"terminal_id": id, "wait_for": "^50000\n"})).await;
    assert!(all["text"].as_str().unwrap().len() < 25_000 && all["more"] == true, "{}", all["more"]);
    let first = disco.call("terminal_read", json!({"terminal_id": id, "cursor": 0})).await;
    let lost = first["left_out"].as_u64().unwrap();
    assert!(lost > 100_000, "{lost}");
    let mut text = String::new();
    let mut cursor = json!(lost);
    while !text.ends_with("\n50000\n") {
        let read = disco.call("terminal_read", json!({"terminal_id": id, "cursor": cursor})).await;
        assert_eq!(read["left_out"], 0);
        text += read["text"].as_str().unwrap();
        cursor = read["cursor"].clone();
    }
    assert!(text.contains("\n49998\n49999\n50000\n"));
    assert_eq!(cursor.as_u64().unwrap(), lost + text.len() as u64);
}

#[tokio::test]
async fn a_deleted_sandbox_and_a_killed_server_end_their_terminals() {
    let mut disco = Disco::start();
    let made = disco.call("sandbox_create", json!({})).await;
    let inside = disco.open(json!({"command": "cat", "sandbox_id": made["sandbox_id"]})).await;
    disco.call("sandbox_delete", json!({"sandbox_id": made["sandbox_id"]})).await;
    let told = disco.fail("terminal_write", json!({"terminal_id": inside, "text": "x"})).await;
    assert_eq!(told["code"], "TERMINAL_CLOSED");
    assert!(told["message"].as_str().unwrap().contains("deleted"), "{told}");

    let id = disco.open(json!({"command": "sleep 7654323"})).await;
    let mut disco = disco.kill_and_start_again(&[]).await;
    let told = disco.fail("terminal_read", json!({"terminal_id": id})).await;
    assert_eq!(told["code"], "TERMINAL_CLOSED");
    assert!(told["message"].as_str().unwrap().contains("the server has ended"), "{told}");
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    assert!(lines.into_iter().all(|line| line != b"sleep\x007654323\0"), "a process is left");
}

#[tokio::test]
async fn processes_are_listed_with_what_they_belong_to_and_killed() {
    let mut disco = Disco::start();
    let id = disco.shell().await;
    let job = disco.call("submit_job", json!({"commands": ["exec sleep 603"]})).await;
    disco.line(&id, "sleep 604 & disown; echo $!", "^> $").await;
    let found = |list: &Value, command: &str| {
        let list = list["processes"].as_array().unwrap();
        list.iter().find(|process| process["command"] == command).cloned()
    };
    let list = loop {
        let list = disco.call("process_list", json!({})).await;
        if found(&list, "sleep 603").is_some() && found(&list, "sleep 604").is_some() {
            break list;
        }
    };
    let (of_job, background) = (found(&list, "sleep 603").unwrap(), found(&list, "sleep 604").unwrap());
    let shell = found(&list, "bash --norc").unwrap();
    assert_eq!((&of_job["belongs_to"], &background["belongs_to"]), (&job["job_id"], &json!(id)));
    assert_eq!((&shell["parent_pid"], &shell["is_foreground"]), (&json!(1), &json!(true)));
    assert_eq!((&background["parent_pid"], &background["is_foreground"]), (&shell["pid"], &json!(false)));
    assert!(shell["memory_kb"].as_u64().unwrap() > 100, "{shell}");

    let killed = disco.call("process_kill", json!({"process_id": background["process_id"]})).await;
    assert_eq!(killed["command"], "sleep 604");
    disco.call("process_kill", json!({"process_id": of_job["process_id"], "signal": "kill"})).await;
    let run = loop {
        let log = json!({"job_id": job["job_id"], "cursor": 0, "wait_seconds": 60});
        if disco.call("get_job_logs", log).await["is_end"] == true {
            break disco.call("get_run", json!({"job_id": job["job_id"]})).await;
        }
    };
    assert_eq!((&run["status"], &run["steps"][0]["ended"]), (&json!("failed"), &json!("signalled")), "{run}");
    let gone = disco.fail("process_kill", json!({"process_id": of_job["process_id"]})).await;
    assert_eq!(gone["code"], "PROCESS_NOT_FOUND");
}

#[tokio::test]
async fn a_command_goes_on_in_the_background_and_is_not_begun_again() {
    let mut disco = Disco::start();
    disco.run("mkfifo gate").await;
    let command = "echo begun >> begun; echo here; echo there >&2; read -r line < gate; echo $line";
    let slow = json!({"command": command, "timeout": 1500, "on_timeout": "background"});
    let waited = disco.call("terminal_execute", slow).await;
    assert_eq!((&waited["ended"], &waited["exit_code"]), (&json!("background"), &Value::Null), "{waited}");
    assert_eq!((&waited["stdout"], &waited["stderr"]), (&json!("here\n"), &json!("there\n")));
    disco.run("echo on > gate").await;
    let log = json!({"job_id": waited["job_id"], "cursor": 1_000_000, "wait_seconds": 60});
    while disco.call("get_job_logs", log.clone()).await["is_end"] != true {}
    let run = disco.call("get_run", json!({"job_id": waited["job_id"]})).await;
    assert_eq!((&run["status"], &run["steps"][0]["stdout"]), (&json!("success"), &json!("here\non\n")));
    assert_eq!(disco.run("cat begun").await["stdout"], "begun\n");

    let quick = json!({"command": "echo quick; exit 4", "on_timeout": "background"});
    let done = disco.call("terminal_execute", quick).await;
    assert_eq!((&done["ended"], &done["exit_code"]), (&json!("exited"), &json!(4)), "{done}");
    let first = json!({"command": "echo on > gate", "background": true});
    let first = disco.call("terminal_execute", first).await;
    assert_eq!(first["ended"], "background");
    assert_eq!(disco.run("cat gate").await["stdout"], "on\n");
    let killed = disco.call("terminal_execute", json!({"command": "sleep 60", "timeout": 100})).await;
    assert_eq!((&killed["ended"], &killed["job_id"]), (&json!("timed_out"), &Value::Null));
}
