//! Which tools are served.

use disco_tests::support::Process;
use serde_json::{Value, json};
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
    let wrong = failed(&mut disco, "create_container", json!({"userId": "ada", "template": "nowhere"})).await;
    assert_eq!(wrong["code"], "TEMPLATE_NOT_FOUND", "{wrong}");
    let node = disco.call("create_container", json!({"userId": "eve"})).await;
    let node = disco.call("sandbox_get", json!({"sandbox_id": node["containerId"]})).await;
    assert_eq!(node["template"], "node", "{node}");

    for name in [&json!("ada"), id] {
        let found = disco.call("orcaops_get_sandbox", json!({"name": name})).await;
        assert_eq!((&found["sandbox_id"], &found["name"]), (id, &json!("ada")), "{found}");
    }
    let job = disco.call("orcaops_run_job", json!({"commands": ["echo done"]})).await;
    assert_eq!(job["status"], "success", "{job}");
    let containers = failed(&mut disco, "orcaops_inspect_container", json!({"container_id": "none"})).await;
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

/// Calls an old tool that fails, and gives its error in the old form.
async fn failed(disco: &mut Disco, tool: &str, arguments: Value) -> Value {
    let result = disco.try_call(tool, arguments).await;
    assert_eq!(result["isError"], true, "{result}");
    let told: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(told["success"], false, "{told}");
    for part in ["code", "message", "suggestion"] {
        assert!(told["error"][part].as_str().is_some_and(|words| !words.is_empty()), "{told}");
    }
    told["error"].clone()
}

#[tokio::test]
async fn old_tools_take_what_the_old_ones_took_and_answer_as_they_did() {
    let mut disco = Disco::start_with(&["--compat"]);
    let made = json!({"template": "base", "name": "mine", "directory": "./mine"});
    let made_once = disco.call("orcaops_create_sandbox", made.clone()).await;
    assert_eq!((&made_once["success"], &made_once["name"]), (&json!(true), &json!("mine")), "{made_once}");
    assert_eq!(failed(&mut disco, "orcaops_create_sandbox", made).await["code"], "SANDBOX_EXISTS");
    let all = disco.call("orcaops_list_sandboxes", json!({"validate": true})).await;
    assert_eq!((&all["success"], &all["count"]), (&json!(true), &json!(2)), "{all}");
    let stopped = disco.call("orcaops_stop_sandbox", json!({"name": "mine", "volumes": true})).await;
    assert_eq!(stopped["status"], "stopped", "{stopped}");
    assert_eq!(disco.call("orcaops_start_sandbox", json!({"name": "mine"})).await["status"], "ready");
    let none = failed(&mut disco, "orcaops_get_sandbox", json!({"name": "none"})).await;
    assert_eq!(none["code"], "SANDBOX_NOT_FOUND");
    disco.call("orcaops_run_job", json!({"commands": ["true"], "tags": ["t"], "job_id": "j"})).await;
    let runs = disco.call("orcaops_list_runs", json!({"tags": ["t"], "image": null, "limit": 5})).await;
    assert_eq!((&runs["count"], &runs["runs"][0]["job_id"]), (&json!(1), &json!("j")), "{runs}");
    assert_eq!(
        failed(&mut disco, "orcaops_get_run", json!({"job_id": "none"})).await["code"],
        "RUN_NOT_FOUND"
    );
    let wrong = failed(&mut disco, "orcaops_run_job", json!({"commands": []})).await;
    assert_eq!(wrong["code"], "VALIDATION_ERROR", "{wrong}");
    // What the tool of today says is as it was.
    assert!(disco.call("sandbox_list", json!({})).await.get("success").is_none());
}

#[tokio::test]
async fn every_old_tool_is_listed_with_the_arguments_of_the_tool_of_today() {
    let mut disco = Disco::start_with(&["--compat"]);
    let list = disco.ask("tools/list", json!({})).await;
    let tools = list["result"]["tools"].as_array().unwrap().clone();
    let schema = |name: &str| {
        let tool = tools.iter().find(|tool| tool["name"] == name);
        tool.unwrap_or_else(|| panic!("{name} is not listed"))["inputSchema"].clone()
    };
    let names = |name: &str| -> Vec<String> {
        let schema = schema(name);
        schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    // What differs: the old tool, the one of today, the arguments that only the one has, and those that only the other has.
    let other: [(&str, &str, &[&str], &[&str]); 8] = [
        ("list_sandboxes", "sandbox_list", &["validate"], &[]),
        ("get_sandbox", "sandbox_get", &["name"], &["sandbox_id"]),
        ("create_sandbox", "sandbox_create", &["directory"], &[]),
        ("start_sandbox", "sandbox_start", &["name"], &["sandbox_id"]),
        ("stop_sandbox", "sandbox_stop", &["name", "volumes"], &["sandbox_id"]),
        ("list_templates", "template_list", &[], &[]),
        ("get_template", "template_get", &["template_id"], &["name"]),
        ("system_info", "system_info", &[], &[]),
    ];
    let same = [
        "run_job",
        "submit_job",
        "get_job_status",
        "get_job_logs",
        "list_jobs",
        "cancel_job",
        "list_artifacts",
        "get_artifact",
        "list_runs",
        "get_run",
        "delete_run",
        "cleanup_runs",
        "list_containers",
        "inspect_container",
        "get_container_logs",
        "stop_container",
        "remove_container",
        "cleanup_containers",
    ];
    let same = same.map(|name| (name, name, &[] as &[&str], &[] as &[&str]));
    let all: Vec<_> = other.into_iter().chain(same).collect();
    assert_eq!(all.len(), 26);
    for (old, new, added, gone) in all {
        let (mut old_names, mut new_names) = (names(&format!("orcaops_{old}")), names(new));
        old_names.retain(|name| !added.contains(&name.as_str()));
        new_names.retain(|name| !gone.contains(&name.as_str()));
        assert_eq!(old_names, new_names, "{old}");
    }
}
