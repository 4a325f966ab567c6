//! Which tools are served.

use disco_tests::support::Process;
use serde_json::json;
use tokio::process::Command;

use super::{Disco, command};

async fn tools(flags: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::run(command(&folder).arg("stdio").args(flags));
    let list = Disco { process, folder, next: 0 }.ask("tools/list", json!({})).await;
    let tools = list["result"]["tools"].as_array().unwrap_or_else(|| panic!("{list}"));
    tools.iter().filter_map(|tool| tool["name"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_client_sees_at_most_32_tools_unless_somebody_asks_for_more() {
    let core = tools(&[]).await;
    assert!(core.len() <= 32 && core.contains(&"terminal_execute".to_owned()), "{core:?}");
    let jobs = tools(&["--toolsets", "jobs"]).await;
    assert!(jobs.contains(&"run_job".to_owned()) && !jobs.contains(&"file_read".to_owned()), "{jobs:?}");
    let both = tools(&["--toolsets", "core,jobs"]).await;
    assert!(both.contains(&"run_job".to_owned()) && both.contains(&"file_read".to_owned()), "{both:?}");
    let all = tools(&["--toolsets", "all"]).await;
    assert!(core.iter().chain(&jobs).all(|tool| all.contains(tool)), "{all:?}");
}

#[tokio::test]
async fn a_set_that_is_not_there_is_named_with_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let (code, log) = Process::run(command(&folder).args(["stdio", "--toolsets", "jbos"])).finish().await;
    assert_ne!(code, Some(0));
    assert!(log.contains("there is no toolset or tag `jbos`: did you mean `jobs`?"), "{log}");
}

#[tokio::test]
async fn the_sets_are_told_with_the_reason_of_every_tool_of_the_core() {
    let folder = tempfile::tempdir().unwrap();
    let mut told: Command = command(&folder);
    let output = told.arg("toolsets").output().await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for tool in tools(&[]).await {
        let line = text.lines().find(|line| line.split_whitespace().next() == Some(&tool));
        assert!(line.is_some_and(|line| line.split_whitespace().count() > 2), "{tool}: {text}");
    }
}

#[tokio::test]
async fn old_names_are_served_when_somebody_wants_them() {
    let mut disco = Disco::start_with(&["--compat"]);
    let made = disco.call("create_container", json!({"userId": "ada", "template": "base"})).await;
    let id = &made["containerId"];
    assert_eq!((&made["success"], &made["status"]), (&json!(true), &json!("ready")), "{made}");
    let file = json!({"containerId": id, "path": "/a/b.txt", "content": "hello"});
    assert_eq!(disco.call("create_file", file).await["path"], "/a/b.txt");
    let run = json!({"containerId": id, "command": "cat b.txt; pwd", "workingDirectory": "/a"});
    let ran = disco.call("execute_command", run).await;
    assert_eq!((&ran["output"], &ran["exitCode"]), (&json!("hello/workspace/a\n"), &json!(0)), "{ran}");
    let read = disco.call("read_file", json!({"containerId": id, "path": "/a/b.txt"})).await;
    assert_eq!((&read["content"], &read["encoding"]), (&json!("hello"), &json!("utf-8")), "{read}");
    let wrong = disco.fail("create_container", json!({"userId": "ada", "template": "nowhere"})).await;
    assert_eq!(wrong["code"], "TEMPLATE_NOT_FOUND", "{wrong}");

    let found = disco.call("orcaops_get_sandbox", json!({"name": id})).await;
    assert_eq!((&found["sandbox_id"], &found["name"]), (id, &json!("ada")), "{found}");
    let job = disco.call("orcaops_run_job", json!({"commands": ["echo done"]})).await;
    assert_eq!(job["status"], "success", "{job}");
    let containers = disco.fail("orcaops_inspect_container", json!({"container_id": "none"})).await;
    assert!(
        ["CONTAINER_NOT_FOUND", "DOCKER_UNAVAILABLE"].contains(&containers["code"].as_str().unwrap()),
        "{containers}"
    );
    let list = tools(&["--compat"]).await;
    assert!(
        list.contains(&"orcaops_run_job".to_owned()) && list.contains(&"file_read".to_owned()),
        "{list:?}"
    );
    assert!(!tools(&["--toolsets", "all"]).await.iter().any(|tool| tool == "read_file"));
}
