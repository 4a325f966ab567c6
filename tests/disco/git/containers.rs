//! Git in a sandbox of the docker backend, with a host that wants a credential.

use serde_json::{Value, json};

use super::host::{Host, SECRET};
use super::{Disco, credentials};
use crate::containers;

#[tokio::test]
async fn in_a_container_git_reaches_its_remote_and_never_sees_the_credential() {
    let Some(mut flags) = containers::flags() else { return };
    let host = Host::start().await;
    let folder = tempfile::tempdir().unwrap();
    let known = format!("['{}']\ntoken = '{SECRET}'\ninsecure_http = true\n", host.address);
    let file = credentials(&folder, &known);
    let more = ["--git-credentials", &file, "--network-host", &host.address.to_string()].map(str::to_owned);
    flags.extend(more);
    let mut disco = Disco::start_in(folder, &flags.iter().map(String::as_str).collect::<Vec<_>>());
    let made = disco.call("sandbox_create", json!({"backend": "docker"})).await;
    let inside = |mut arguments: Value| {
        arguments["sandbox_id"] = made["sandbox_id"].clone();
        arguments
    };

    let url = host.url("repo.git");
    let cloned = disco.call("git_clone", inside(json!({"url": url, "path": "work"}))).await;
    assert_eq!(cloned["url"], url);
    // The remote is there for one run of git: a command of the same container reaches nothing.
    let reach = format!("env | grep -i proxy; cd work && timeout 20 git ls-remote {url}; echo ended with $?");
    let reached = disco.call("terminal_execute", inside(json!({"command": reach}))).await;
    assert!(!reached["stdout"].as_str().unwrap().contains("ended with 0"), "{reached}");
    assert!(!reached["stdout"].as_str().unwrap().contains("proxy"), "{reached}");

    let write = json!({"path": "work/a.txt", "content": "one\n"});
    disco.call("file_write", inside(write)).await;
    let commit = json!({"path": "work", "message": "One", "files": ["a.txt"]});
    let commit = disco.call("git_commit", inside(commit)).await["commit"]["hash"].clone();
    let pushed = disco.call("git_push", inside(json!({"path": "work"}))).await;
    assert_eq!((&pushed["created"], &pushed["commit"]), (&json!(true), &commit), "{pushed}");
    let other = disco.call("git_clone", inside(json!({"url": url, "path": "other"}))).await;
    assert_eq!(other["commit"], commit, "{other}");
    let pulled = disco.call("git_pull", inside(json!({"path": "other"}))).await;
    assert_eq!(pulled["outcome"], "up_to_date", "{pulled}");
    assert!(host.seen().iter().any(|seen| seen.authorization.is_some()));

    let logs = disco.call("list_containers", json!({})).await;
    for container in logs["containers"].as_array().unwrap() {
        let log = json!({"container_id": container["container_id"]});
        assert!(!disco.call("get_container_logs", log).await.to_string().contains(SECRET));
    }
    let traces = format!("grep -rs {} . /tmp /home; env | grep -c {SECRET}", &SECRET[..8]);
    let traces = disco.call("terminal_execute", inside(json!({"command": traces}))).await;
    assert_eq!(traces["stdout"], "0\n", "{traces}");
}
