//! Standard input and output of a real process.

use disco_sdk::Version;
use serde_json::json;

use super::support::{Process, call, code, initialize, modern, modern_call, request};

#[tokio::test]
async fn both_eras_are_served_on_one_pipe() {
    let mut process = Process::start();
    let sum = process.ask(&modern_call(1, "add", json!({"a": 1, "b": 2}))).await;
    assert_eq!(sum["result"]["structuredContent"], 3);
    let opened = process.ask(&initialize(Version::V2025_06_18)).await;
    assert_eq!(opened["result"]["protocolVersion"], Version::V2025_06_18.as_str());
    assert_eq!(opened["result"]["serverInfo"]["title"], "The fixture");
    let sum = process.ask(&call(2, "add", json!({"a": 1, "b": 2}))).await;
    assert_eq!(sum["result"]["structuredContent"], json!({"result": 3}));
    let sum = process.ask(&modern_call(3, "add", json!({"a": 1, "b": 2}))).await;
    assert_eq!(sum["result"]["structuredContent"], 3);
    let (code, _) = process.finish().await;
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn a_client_that_asks_for_an_unknown_revision_gets_the_newest_of_its_era() {
    let mut process = Process::start();
    let mut open = initialize(Version::LATEST);
    let opened = process.ask(&open).await;
    assert_eq!(opened["result"]["protocolVersion"], Version::LATEST_LEGACY.as_str());
    open["params"]["protocolVersion"] = json!("1999-01-01");
    let opened = process.ask(&open).await;
    assert_eq!(opened["result"]["protocolVersion"], Version::LATEST_LEGACY.as_str());
    process.finish().await;
}

#[tokio::test]
async fn nothing_is_served_to_whoever_neither_opens_a_session_nor_names_a_revision() {
    let mut process = Process::start();
    let refused = process.ask(&request(1, "tools/list", json!({}))).await;
    assert_eq!(code(&refused), -32602);
    assert!(refused["error"]["message"].as_str().unwrap().contains("initialize"), "{refused}");
    let pong = process.ask(&request(2, "ping", json!({}))).await;
    assert_eq!(pong["result"], json!({}));
    process.finish().await;
}

#[tokio::test]
async fn a_slow_call_does_not_hold_up_a_fast_one_and_can_be_cancelled() {
    let mut process = Process::start();
    process.send(&modern_call("slow", "wait", json!({}))).await;
    let fast = process.ask(&modern_call("fast", "add", json!({"a": 1}))).await;
    assert_eq!(fast["id"], "fast");
    let twice = process.ask(&modern_call("slow", "add", json!({"a": 1}))).await;
    assert_eq!(code(&twice), -32600);
    let cancel = json!({"requestId": "slow", "reason": "enough"});
    process.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancel})).await;
    // The id is free again, and the cancelled call never answers.
    let again = process.ask(&modern_call("slow", "add", json!({"a": 1}))).await;
    assert_eq!(again["result"]["structuredContent"], 2);
    process.input = None;
    assert_eq!(process.line().await, None);
}

#[tokio::test]
async fn prints_go_to_standard_error_and_the_protocol_goes_on() {
    let mut process = Process::start();
    let printed = process.ask(&modern_call(1, "print", json!({}))).await;
    assert_eq!(printed["result"]["content"][0]["text"], "printed");
    let (code, log) = process.finish().await;
    assert_eq!(code, Some(0));
    assert!(log.contains("this is no message of the protocol"), "{log}");
}

#[tokio::test]
async fn the_log_tells_who_came_but_not_what_was_said() {
    let mut process = Process::start();
    process.ask(&initialize(Version::V2025_06_18)).await;
    process.ask(&call(1, "echo", json!({"text": "my secret"}))).await;
    process.ask(&call(2, "fail", json!({"why": "my secret"}))).await;
    let (_, log) = process.finish().await;
    assert!(log.contains("a client has connected"), "{log}");
    assert!(!log.contains("secret"), "{log}");
}

#[tokio::test]
async fn what_was_read_before_the_end_is_answered() {
    let mut process = Process::start();
    for id in 0..100 {
        process.send(&modern_call(id, "echo", json!({"text": id.to_string()}))).await;
    }
    process.input = None;
    let mut seen = Vec::new();
    while let Some(line) = process.line().await {
        let answer: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["result"]["content"][0]["text"], answer["id"].to_string());
        seen.push(answer["id"].as_i64().unwrap());
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..100).collect::<Vec<_>>());
    let (code, _) = process.finish().await;
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn a_signal_stops_the_server_and_it_ends_well() {
    let mut process = Process::start();
    process.ask(&modern(1, "server/discover", json!({}))).await;
    let pid = process.child.id().unwrap().to_string();
    let input = process.input.take();
    let killed = tokio::process::Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
    assert!(killed.success());
    let (code, _) = process.finish().await;
    assert_eq!(code, Some(0));
    drop(input);
}

#[tokio::test]
async fn a_server_whose_log_nobody_reads_any_more_still_stops() {
    let program = env!("CARGO_BIN_EXE_disco-fixture");
    for arguments in [&["--log", "trace"][..], &["--http", "127.0.0.1:0", "--log", "trace"]] {
        let mut process = Process::run(tokio::process::Command::new(program).args(arguments));
        if arguments.contains(&"--http") {
            process.wait_for_log("serving").await;
        } else {
            process.ask(&modern(1, "server/discover", json!({}))).await;
        }
        drop(process.child.stderr.take());
        let input = process.input.take();
        let pid = process.child.id().unwrap().to_string();
        let killed = tokio::process::Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
        assert!(killed.success());
        let ended = tokio::time::timeout(std::time::Duration::from_secs(30), process.child.wait()).await;
        assert_eq!(ended.expect("it ends").unwrap().code(), Some(0), "{arguments:?}");
        drop(input);
    }
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let mut process = Process::start();
    process.ask(&modern(1, "server/discover", json!({}))).await;
    process.send(&modern_call(2, "wait", json!({}))).await;
    process.ask(&modern_call(3, "add", json!({"a": 1}))).await;
    let pid = process.child.id().unwrap().to_string();
    let input = process.input.take();
    let started = tokio::time::Instant::now();
    for _ in 0..2 {
        tokio::process::Command::new("kill").args(["-INT", &pid]).status().await.unwrap();
        process.wait_for_log("stopping").await;
    }
    let (code, _) = process.finish().await;
    assert_eq!(code, Some(1));
    assert!(started.elapsed() < disco_sdk::Limits::default().shutdown);
    drop(input);
}

#[tokio::test]
async fn a_file_of_messages_is_answered_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (questions, answers) = (folder.path().join("questions"), folder.path().join("answers"));
    let lines: Vec<_> = (0..100).map(|id| modern_call(id, "add", json!({"a": id})).to_string()).collect();
    std::fs::write(&questions, lines.join("\n")).unwrap();
    let status = tokio::process::Command::new(env!("CARGO_BIN_EXE_disco-fixture"))
        .stdin(std::fs::File::open(&questions).unwrap())
        .stdout(std::fs::File::create(&answers).unwrap())
        .stderr(std::process::Stdio::null())
        .status()
        .await
        .unwrap();
    assert!(status.success());
    let answers = std::fs::read_to_string(&answers).unwrap();
    let mut sums: Vec<i64> = answers
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|answer| answer["result"]["structuredContent"].as_i64().unwrap())
        .collect();
    sums.sort_unstable();
    assert_eq!(sums, (1..=100).collect::<Vec<_>>());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn whoever_types_at_a_terminal_is_answered_there_as_long_as_it_is_open() {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use std::io::{BufRead as _, Write as _};

    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let theirs = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    let theirs = std::fs::OpenOptions::new().read(true).write(true).open(theirs).unwrap();
    let mut server = tokio::process::Command::new(env!("CARGO_BIN_EXE_disco-fixture"))
        .stdin(theirs.try_clone().unwrap())
        .stdout(theirs)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let typing = tokio::task::spawn_blocking(move || {
        let ours = std::fs::File::from(ours);
        let mut screen = std::io::BufReader::new(ours.try_clone().unwrap()).lines();
        let mut answers = Vec::new();
        for turn in [[1_usize, 2], [3, 4]] {
            // Two lines at once: one reading has but the first of them.
            let lines = turn.map(|id| format!("{}\n", modern_call(id, "add", json!({"a": id}))));
            (&ours).write_all(lines.concat().as_bytes()).unwrap();
            while answers.len() < turn[1] {
                // The terminal echoes what was typed.
                let line: serde_json::Value = serde_json::from_str(&screen.next().unwrap().unwrap()).unwrap();
                answers.extend(line["result"]["structuredContent"].as_i64());
            }
        }
        // Control and D: the input ends.
        (&ours).write_all(&[4]).unwrap();
        answers
    });
    assert_eq!(typing.await.unwrap(), [2, 3, 4, 5]);
    assert!(server.wait().await.unwrap().success());
}
