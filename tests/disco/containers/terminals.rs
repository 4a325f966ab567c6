//! Terminals in containers, driven as a client drives them.

use serde_json::{Value, json};

use super::{Disco, flags, ids, sandbox, start, until};
use crate::processes;

/// A shell in a container, whose prompt is `> `.
async fn shell(disco: &mut Disco, sandbox: &str) -> String {
    let arguments = json!({"command": "PS1='> ' exec bash --norc", "sandbox_id": sandbox});
    let id = disco.open(arguments).await;
    disco.call("terminal_read", json!({"terminal_id": id, "wait_for": "^> $"})).await;
    id
}

#[tokio::test]
async fn a_shell_in_a_container_has_a_terminal_of_its_own_with_job_control() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let sandbox = sandbox(&mut disco).await;
    let id = shell(&mut disco, &sandbox).await;
    assert_eq!(
        disco.line(&id, "echo $((6 * 7)) $TERM $PWD", "^> $").await,
        "echo $((6 * 7)) $TERM $PWD\n42 xterm-256color /workspace\n> "
    );
    // The first bytes of what is shown may be any.
    assert!(
        disco.line(&id, "tty; printf '\\1\\0\\0\\2zero\\n'", "zero\n> $").await.contains("\n/dev/pts/0\n")
    );
    assert!(disco.line(&id, "ps -o tty=,comm=", "^> $").await.contains("\npts/0    bash\n"));
    disco.line(&id, "echo höß", "^> $").await;
    let stopped = json!({"terminal_id": id, "keys": ["ctrl-z"], "wait_for": "Stopped.*\n> $"});
    // It says itself that it is in the foreground: what is shown before is but an echo.
    disco.line(&id, "sh -c 'echo up; exec sleep 611'", "\nup\n").await;
    assert_eq!(disco.call("terminal_write", stopped).await["why"], "found");
    assert!(disco.line(&id, "jobs; kill -9 %1", "^> $").await.contains("Stopped"));
    disco.call("terminal_write", json!({"terminal_id": id, "text": "exit 7", "keys": ["enter"]})).await;
    assert_eq!(disco.end(&id).await["exit_code"], 7);
    for (arguments, code) in [
        (json!({"working_dir": "nowhere", "sandbox_id": sandbox}), "FILE_NOT_FOUND"),
        (json!({"command": "true", "sandbox_id": "sbx_none"}), "SANDBOX_NOT_FOUND"),
    ] {
        assert_eq!(disco.fail("terminal_open", arguments).await["code"], code);
    }
}

#[tokio::test]
async fn where_there_is_no_bash_a_terminal_has_the_plain_shell() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let made = disco.call("sandbox_create", json!({"image": "disco/small"})).await;
    let id = disco.open(json!({"sandbox_id": made["sandbox_id"]})).await;
    disco.call("terminal_read", json!({"terminal_id": id, "wait_for": r"\$ $"})).await;
    assert!(disco.line(&id, "echo $((6 * 7)) in $0", r"\$ $").await.contains("\n42 in sh\n"));
}

#[tokio::test]
async fn full_screen_programs_are_driven_in_a_container() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let sandbox = sandbox(&mut disco).await;
    let vi = json!({"command": "busybox vi hello.txt", "cols": 60, "rows": 10, "sandbox_id": sandbox});
    let id = disco.open(vi).await;
    disco.screen(&id, "", &[], "hello.txt").await;
    let screen = disco.screen(&id, "ihello from vi", &["enter"], "hello from vi").await;
    assert!(screen["text"].as_str().unwrap().starts_with("hello from vi\n\n~\n"), "{screen}");
    disco.screen(&id, "second", &["escape"], "second").await;
    disco.call("terminal_write", json!({"terminal_id": id, "text": ":wq", "keys": ["enter"]})).await;
    assert_eq!(disco.end(&id).await["exit_code"], 0);
    let read = disco.call("file_read", json!({"path": "hello.txt", "sandbox_id": sandbox})).await;
    assert_eq!(read["content"], "hello from vi\nsecond\n");

    let less = json!({"command": "seq 1 500 > numbers; less numbers", "rows": 11, "sandbox_id": sandbox});
    let id = disco.open(less).await;
    disco.screen(&id, "", &[], "^10\n").await;
    disco.pages_on(&id).await;
}

#[tokio::test]
async fn python_in_a_container_is_talked_to_and_interrupted() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let sandbox = sandbox(&mut disco).await;
    let opened = json!({"command": "python3 -q", "sandbox_id": sandbox, "record": true});
    let opened = disco.call("terminal_open", opened).await;
    let id = opened["terminal_id"].as_str().unwrap();
    disco.interrupts_python(id).await;
    let recording = disco.ask("resources/read", json!({"uri": opened["recording_uri"]})).await;
    let text = recording["result"]["contents"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("{\"version\":2") && text.contains("KeyboardInterrupt"), "{text}");
    assert!(!text.contains("disco-cannot-start"), "{text}");
}

#[tokio::test]
async fn a_container_sees_the_terminals_size_from_its_first_moment_and_signals_reach_it() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let sandbox = sandbox(&mut disco).await;
    let sized = json!({"command": "stty size", "cols": 91, "rows": 17, "sandbox_id": sandbox});
    let first = disco.open(sized).await;
    disco.end(&first).await;
    let read = disco.call("terminal_read", json!({"terminal_id": first, "cursor": 0})).await;
    assert_eq!(read["text"], "17 91\n");

    let id = shell(&mut disco, &sandbox).await;
    disco.call("terminal_resize", json!({"terminal_id": id, "cols": 100, "rows": 30})).await;
    while !disco.line(&id, "stty size", "^> $").await.contains("\n30 100\n") {}
    disco.line(&id, "trap 'echo told' USR1; sleep 60 & echo $!", "^> $").await;
    let sent = disco.call("terminal_signal", json!({"terminal_id": id, "signal": "usr1"})).await;
    let reached = sent["processes"].as_array().unwrap();
    assert_eq!((reached.len(), &reached[0]["is_foreground"]), (1, &json!(true)), "{sent}");
    disco.line(&id, "sleep 612; echo ended with $?", "^told").await;
    let list = json!({"sandbox_id": sandbox});
    while !disco.call("process_list", list.clone()).await.to_string().contains("sleep 612\"") {}
    disco.call("terminal_signal", json!({"terminal_id": id, "signal": "term"})).await;
    let ended = json!({"terminal_id": id, "wait_for": "^ended with 143"});
    assert_eq!(disco.call("terminal_read", ended).await["why"], "found");
}

#[tokio::test]
async fn the_processes_of_containers_are_listed_with_what_they_belong_to_and_killed() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let sandbox = sandbox(&mut disco).await;
    let id = shell(&mut disco, &sandbox).await;
    let commands = json!({"commands": ["exec sleep 613"], "sandbox_id": sandbox});
    let job = disco.call("submit_job", commands).await;
    disco.line(&id, "sleep 614 & disown; echo $!", "^> $").await;
    let found = |list: &Value, command: &str| {
        let list = list["processes"].as_array().unwrap();
        list.iter().find(|process| process["command"] == command).cloned()
    };
    let list = loop {
        let list = disco.call("process_list", json!({"sandbox_id": sandbox})).await;
        if found(&list, "sleep 613").is_some() && found(&list, "sleep 614").is_some() {
            break list;
        }
    };
    assert_eq!(list["processes"].as_array().unwrap().len(), 3, "{list}");
    let (of_job, background) = (found(&list, "sleep 613").unwrap(), found(&list, "sleep 614").unwrap());
    let shell = found(&list, "bash --norc").unwrap();
    assert_eq!((&of_job["belongs_to"], &background["belongs_to"]), (&job["job_id"], &json!(id)));
    assert_eq!((&shell["parent_pid"], &shell["is_foreground"]), (&json!(1), &json!(true)));
    assert_eq!((&background["parent_pid"], &background["is_foreground"]), (&shell["pid"], &json!(false)));
    let mut kill = json!({"process_id": background["process_id"], "sandbox_id": sandbox});
    assert_eq!(disco.call("process_kill", kill.clone()).await["command"], "sleep 614");
    kill["process_id"] = of_job["process_id"].clone();
    kill["signal"] = json!("kill");
    disco.call("process_kill", kill.clone()).await;
    let ended = disco.call("get_job_logs", json!({"job_id": job["job_id"], "cursor": 0, "wait_seconds": 60}));
    ended.await;
    until("the job's command is gone", || !processes().any(|line| line == "sleep\u{0}613\u{0}")).await;
    // Neither what keeps the container nor anything of the host is reached.
    let number = background["process_id"].as_str().unwrap().split('-').next().unwrap().to_owned();
    for stranger in [format!("{number}-1-1"), format!("{number}-{}-1", std::process::id())] {
        kill["process_id"] = json!(stranger);
        assert_eq!(disco.fail("process_kill", kill.clone()).await["code"], "PROCESS_NOT_FOUND");
    }
}

#[tokio::test]
async fn a_command_in_a_container_goes_on_as_a_job() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let sandbox = sandbox(&mut disco).await;
    let command = |command: &str, more: Value| {
        let mut call = json!({"command": command, "sandbox_id": sandbox});
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call
    };
    let behind =
        disco.call("terminal_execute", command("echo one; exit 4", json!({"background": true}))).await;
    let late = json!({"timeout": 300, "on_timeout": "background"});
    let late =
        disco.call("terminal_execute", command("mkfifo go; echo two; read x < go; echo $x", late)).await;
    assert_eq!((&behind["ended"], &late["ended"]), (&json!("background"), &json!("background")), "{late}");
    disco.call("terminal_execute", command("until test -p go; do :; done; echo three > go", json!({}))).await;
    for (of, said, code) in [(&behind, "one\n", 4), (&late, "two\nthree\n", 0)] {
        let run = loop {
            let run = disco.call("get_run", json!({"job_id": of["job_id"]})).await;
            if run["finished_at"].is_string() {
                break run;
            }
        };
        let step = &run["steps"][0];
        assert_eq!((&step["stdout"], &step["exit_code"]), (&json!(said), &json!(code)), "{run}");
    }
}

#[tokio::test]
async fn twenty_terminals_are_open_in_containers_and_each_answers() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let sandbox = sandbox(&mut disco).await;
    let cat = json!({"command": "cat", "cols": 40, "rows": 5, "sandbox_id": sandbox});
    let mut terminals = Vec::new();
    for _ in 0..20 {
        terminals.push(disco.open(cat.clone()).await);
    }
    for (number, id) in terminals.iter().enumerate() {
        let said = format!("line {number}\nline {number}\n");
        assert_eq!(disco.line(id, &format!("line {number}"), &said).await, said);
    }
    assert_eq!(ids(&mut disco).await.len(), 20);
    for id in terminals {
        let closed = disco.call("terminal_close", json!({"terminal_id": id})).await;
        assert_eq!(closed["reason"], "it was closed");
    }
    assert_eq!(ids(&mut disco).await, [""; 0]);
    assert_eq!(disco.call("process_list", json!({"sandbox_id": sandbox})).await["processes"], json!([]));
}

#[tokio::test]
async fn a_stop_a_deletion_and_a_kill_leave_nothing_of_a_containers_terminal() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let is_running = |word: &str| processes().any(|line| line == format!("sleep\u{0}{word}\u{0}"));
    for (tool, word) in [("sandbox_stop", "7654331"), ("sandbox_delete", "7654332")] {
        let sandbox = sandbox(&mut disco).await;
        let command = format!("trap '' HUP TERM; setsid sleep {word} & sleep {word}");
        let id = disco.open(json!({"command": command, "sandbox_id": sandbox})).await;
        until("it runs", || is_running(word)).await;
        disco.call(tool, json!({"sandbox_id": sandbox})).await;
        assert!(!is_running(word), "{tool}");
        let told = disco.fail("terminal_write", json!({"terminal_id": id, "text": "x"})).await;
        assert_eq!(told["code"], "TERMINAL_CLOSED");
    }
    let sandbox = sandbox(&mut disco).await;
    disco.open(json!({"command": "setsid sleep 7654333 & sleep 7654333", "sandbox_id": sandbox})).await;
    until("it runs", || is_running("7654333")).await;
    let Disco { mut process, folder: _folder, .. } = disco;
    process.child.kill().await.unwrap();
    until("it is gone with the server", || !is_running("7654333")).await;
}
