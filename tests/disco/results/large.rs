//! Answers that are made large, tool by tool: each is within the bound, and what it leaves out can be had.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::{Disco, containers};
use super::{link, read, sizes};

/// How large an answer may be.
const MOST: usize = 25_000;

/// Calls a tool whose answer would be too long, and is not.
async fn large(disco: &mut Disco, tool: &str, arguments: Value) -> Value {
    let result = disco.try_call(tool, arguments).await;
    let (content, structured) = sizes(&result);
    assert!(content.max(structured) > MOST / 2, "{tool}: {content} {structured}: the answer is not large");
    assert!(content <= MOST && structured <= MOST, "{tool}: {content} {structured}");
    result
}

/// What is behind the link of an answer, as JSON.
async fn whole(disco: &mut Disco, result: &Value) -> Value {
    serde_json::from_str(&read(disco, link(result)).await).unwrap()
}

/// Calls a tool that gives pages, until there are no more, and gives the values of a member.
async fn pages(
    disco: &mut Disco,
    tool: &str,
    mut arguments: Value,
    [list, member, from, next]: [&str; 4],
) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let page = if all.is_empty() {
            large(disco, tool, arguments.clone()).await["structuredContent"].clone()
        } else {
            disco.call(tool, arguments.clone()).await
        };
        all.extend(page[list].as_array().unwrap().iter().map(|item| item[member].clone()));
        let Some(next) = page.get(next) else { return all };
        arguments[from] = next.clone();
    }
}

#[tokio::test]
async fn of_a_long_diff_both_ends_are_told_and_the_whole_is_a_text() {
    let mut disco = Disco::start();
    disco.run("git init -q; git config user.email a@b; git config user.name a; touch text; git add text; git commit -qm none").await;
    disco.call("sandbox_snapshot", json!({})).await;
    disco.run("seq 20000 > text; git commit -qam all").await;
    let shown = large(&mut disco, "git_show", json!({})).await;
    let compared = large(&mut disco, "sandbox_diff", json!({"unified": true})).await;
    disco.run("git reset -q --soft HEAD~1; git reset -q").await;
    let changed = large(&mut disco, "git_diff", json!({})).await;
    for (result, text, truncated) in [
        (&shown, "/changes/diff", "/changes/truncated"),
        (&compared, "/unified", "/truncated"),
        (&changed, "/diff", "/truncated"),
    ] {
        let told = &result["structuredContent"];
        let text = told.pointer(text).unwrap().as_str().unwrap();
        assert!(text.contains("\n+1\n+2\n") && text.ends_with("\n+19999\n+20000\n"), "{text}");
        assert!(text.contains("bytes left out"), "{text}");
        assert_eq!(told.pointer(truncated).unwrap(), true);
        assert_eq!(told["output_uri"], link(result));
        let whole = read(&mut disco, link(result)).await;
        assert!(whole.contains("\n+10000\n+10001\n"));
        // Line by line, for a model that reads no resources.
        let line = 1 + whole.lines().position(|line| line == "+10000").unwrap();
        let part = disco.call("file_read", json!({"path": link(result), "offset": line, "limit": 1})).await;
        assert_eq!(part["content"], "+10000\n");
    }
}

#[tokio::test]
async fn of_a_long_list_both_ends_are_told_and_the_whole_is_kept() {
    let mut disco = Disco::start();
    let long = "x".repeat(150);
    disco
        .run(&format!("git init -q; for i in $(seq 300); do echo > {long}$i; done; git add {long}1 {long}2"))
        .await;
    let status = large(&mut disco, "git_status", json!({})).await;
    let told = whole(&mut disco, &status).await;
    assert_eq!(
        (told["staged"].as_array().unwrap().len(), told["untracked"].as_array().unwrap().len()),
        (2, 298)
    );

    disco.run(&format!("git config user.email a@b; git config user.name a; git commit -qm one; for i in $(seq 250); do git branch {long}$i; done")).await;
    let branches = large(&mut disco, "git_branch", json!({})).await;
    assert_eq!(whole(&mut disco, &branches).await["branches"].as_array().unwrap().len(), 251);

    let command =
        format!("for i in $(seq 150); do bash -c 'exec -a {long} sleep 600' & done; echo begun; wait");
    let terminal = disco.call("terminal_open", json!({"command": command})).await;
    let id = &terminal["terminal_id"];
    disco.call("terminal_read", json!({"terminal_id": id, "wait_for": "begun"})).await;
    let processes = large(&mut disco, "process_list", json!({})).await;
    assert!(processes["structuredContent"]["processes"].as_array().unwrap().len() < 151);
    assert_eq!(whole(&mut disco, &processes).await["processes"].as_array().unwrap().len(), 151);
    disco.call("terminal_close", json!({"terminal_id": id})).await;
}

#[tokio::test]
async fn of_a_list_with_pages_nothing_is_lost_between_two() {
    let mut disco = Disco::start();
    let (mut jobs, mut snapshots) = (Vec::new(), Vec::new());
    for _ in 0..95 {
        let taken = disco.call("sandbox_snapshot", json!({"name": "n".repeat(100)})).await;
        snapshots.insert(0, taken["snapshot_id"].clone());
    }
    let long = "x".repeat(150);
    disco.run(&format!("git init -q; git config user.email a@b; git config user.name a; for i in $(seq 120); do git commit -q --allow-empty -m $i-{long}; done")).await;
    let hashes =
        pages(&mut disco, "git_log", json!({"limit": 200}), ["commits", "hash", "skip", "next_skip"]).await;
    let told = disco.run("git log --format=%H").await;
    assert_eq!(hashes, told["stdout"].as_str().unwrap().lines().collect::<Vec<_>>());

    for number in 0..40 {
        let job = json!({"job_id": format!("job-{number}"), "commands": ["true"], "intent": "y".repeat(500)});
        jobs.insert(0, disco.call("run_job", job).await["job_id"].clone());
    }
    for (tool, list, member, all) in
        [("list_runs", "runs", "job_id", jobs), ("snapshot_list", "snapshots", "snapshot_id", snapshots)]
    {
        let names = [list, member, "before", "next_before"];
        assert_eq!(pages(&mut disco, tool, json!({"limit": 100}), names).await, all);
    }
}

#[tokio::test]
async fn what_a_terminal_has_shown_is_read_on_by_its_cursor() {
    let mut disco = Disco::start();
    let terminal = disco.call("terminal_open", json!({"command": "seq 9000; echo done"})).await;
    let id = &terminal["terminal_id"];
    disco.call("terminal_read", json!({"terminal_id": id, "wait_for": "done"})).await;
    let mut part = large(&mut disco, "terminal_read", json!({"terminal_id": id, "cursor": 0})).await["structuredContent"].clone();
    let mut text = String::new();
    loop {
        text.push_str(part["text"].as_str().unwrap());
        if part["more"] == false {
            break;
        }
        part = disco.call("terminal_read", json!({"terminal_id": id, "cursor": part["cursor"]})).await;
    }
    let shown: BTreeSet<_> = text.lines().collect();
    assert!((1..=9000).all(|number: u32| shown.contains(number.to_string().as_str())), "{text}");
}

#[tokio::test]
async fn of_a_containers_log_both_ends_are_told_and_the_whole_is_a_text() {
    let Some(flags) = containers::flags() else { return };
    let mut disco = Disco::start_with(&flags.iter().map(String::as_str).collect::<Vec<_>>());
    let sandbox = disco.call("sandbox_create", json!({"backend": "docker"})).await["sandbox_id"].clone();
    for number in 0..60 {
        let command = format!("echo {number}-{}", "z".repeat(900));
        disco.call("terminal_execute", json!({"command": command, "sandbox_id": sandbox})).await;
    }
    let listed = disco.call("list_containers", json!({})).await;
    let id = listed["containers"][0]["container_id"].clone();
    let log = large(&mut disco, "get_container_logs", json!({"container_id": id, "tail": 10_000})).await;
    assert_eq!(log["structuredContent"]["truncated"], true);
    let whole = read(&mut disco, link(&log)).await;
    assert!((0..60).all(|number| whole.contains(&format!("{number}-zzz"))), "{whole}");
    disco.call("sandbox_delete", json!({"sandbox_id": sandbox})).await;
}
