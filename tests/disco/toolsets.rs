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
