//! Sandboxes in containers, and the containers, as a client meets them.

mod jobs;
mod network;
mod terminals;

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{Disco, engine};

/// The flags of a server that knows the engine; `None` if there can be none here.
pub(crate) fn flags() -> Option<Vec<String>> {
    let host = format!("unix://{}", engine::socket()?.display());
    Some(["--docker-host", &host, "--docker-image", "disco/debian"].map(str::to_owned).into())
}

fn start(flags: &[String]) -> Disco {
    Disco::start_with(&flags.iter().map(String::as_str).collect::<Vec<_>>())
}

async fn sandbox(disco: &mut Disco) -> String {
    let made = disco.call("sandbox_create", json!({"backend": "docker"})).await;
    assert_eq!(made["backend"], "docker", "{made}");
    made["sandbox_id"].as_str().unwrap().to_owned()
}

async fn run(disco: &mut Disco, sandbox: &str, command: &str) -> Value {
    disco.call("terminal_execute", json!({"command": command, "sandbox_id": sandbox})).await
}

async fn ids(disco: &mut Disco) -> Vec<String> {
    let listed = disco.call("list_containers", json!({"all": true})).await;
    let ids =
        listed["containers"].as_array().unwrap().iter().map(|one| one["container_id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

/// Asks the engine itself.
fn ask(method: &str, path: &str, body: &Value) -> Value {
    let output = Command::new("curl")
        .args(["--silent", "--fail", "--request", method, "--unix-socket"])
        .arg(engine::socket().unwrap())
        .args(["--header", "Content-Type: application/json", "--data", &body.to_string()])
        .arg(format!("http://docker{path}"))
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// Starts a container that is not the server's, with the labels.
fn foreign(labels: &Value) -> String {
    let body = json!({"Image": "disco/small", "Cmd": ["sleep", "600"], "Labels": labels,
        "HostConfig": {"NetworkMode": "none"}});
    let id = ask("POST", "/containers/create", &body)["Id"].as_str().unwrap().to_owned();
    ask("POST", &format!("/containers/{id}/start"), &Value::Null);
    id
}

fn is_there(id: &str) -> bool {
    ask("GET", &format!("/containers/{id}/json"), &Value::Null)["State"]["Running"] == true
}

/// The name that the data folder has for the engine.
fn owner(folder: &Path) -> String {
    let state = rusqlite::Connection::open(folder.join("data/disco.db")).unwrap();
    state.query_row("SELECT name FROM owner", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn containers_are_listed_looked_into_and_removed() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    assert_eq!(ids(&mut disco).await, [""; 0]);
    let sandbox = sandbox(&mut disco).await;
    assert_eq!(run(&mut disco, &sandbox, "echo one; pwd >&2; echo kept > file").await["stdout"], "one\n");
    let listed = disco.call("list_containers", json!({})).await;
    let [one] = listed["containers"].as_array().unwrap().as_slice() else { panic!("{listed}") };
    assert_eq!(
        (&one["sandbox_id"], &one["state"], &one["is_own"]),
        (&json!(sandbox), &json!("running"), &json!(true))
    );
    let id = json!({"container_id": one["container_id"]});

    let details = disco.call("inspect_container", id.clone()).await;
    assert_eq!(
        (&details["network"], &details["memory_mb"], &details["cpus"]),
        (&json!("none"), &json!(2048), &json!(2.0))
    );
    assert!(details["processes"].as_array().unwrap().iter().any(|line| line == "cat"), "{details}");
    let log = disco.call("get_container_logs", id.clone()).await;
    for line in
        ["$ bash -c echo one; pwd >&2; echo kept > file\n", "one\n", "/workspace\n", "[exit code 0 after "]
    {
        assert!(log["text"].as_str().unwrap().contains(line), "{log}");
    }
    let uri = format!("disco://container/{}/metrics", one["container_id"].as_str().unwrap());
    for uri in ["disco://containers", &uri] {
        let read = disco.ask("resources/read", json!({"uri": uri})).await;
        assert!(read["result"]["contents"][0]["text"].as_str().unwrap().contains(&sandbox), "{read}");
    }

    let runs = disco.fail("remove_container", id.clone()).await;
    assert_eq!(runs["code"], "INVALID_STATUS");
    let by_force =
        |dry_run: bool| json!({"container_id": id["container_id"], "force": true, "dry_run": dry_run});
    let would = disco.call("remove_container", by_force(true)).await;
    assert_eq!((&would["container_id"], &would["dry_run"]), (&id["container_id"], &json!(true)), "{would}");
    assert_eq!(ids(&mut disco).await.len(), 1, "it was only looked at");
    disco.call("stop_container", id.clone()).await;
    assert_eq!(ids(&mut disco).await, [""; 0]);
    assert_eq!(disco.fail("inspect_container", id).await["code"], "CONTAINER_NOT_FOUND");
    // The sandbox is well without it.
    assert_eq!(run(&mut disco, &sandbox, "cat file").await["stdout"], "kept\n");
    disco.call("sandbox_delete", json!({"sandbox_id": sandbox})).await;
    assert_eq!(ids(&mut disco).await, [""; 0]);
}

#[tokio::test]
async fn containers_of_others_are_not_known_and_not_touched() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let plain = foreign(&json!({}));
    let others = foreign(&json!({"io.disco.owner": "another-data-folder", "io.disco.process": "prc_dead"}));
    assert_eq!(disco.call("cleanup_containers", json!({})).await["count"], 0);
    assert_eq!(ids(&mut disco).await, [""; 0]);
    for id in [&plain, &others] {
        for tool in ["inspect_container", "get_container_logs", "stop_container", "remove_container"] {
            let failed = disco.fail(tool, json!({"container_id": id})).await;
            assert_eq!(failed["code"], "CONTAINER_NOT_FOUND", "{tool}");
        }
        assert!(is_there(id));
        ask("DELETE", &format!("/containers/{id}?force=1"), &Value::Null);
    }
    for id in ["../version", "a/b", "", "a b", "é"] {
        let failed = disco.fail("stop_container", json!({"container_id": id})).await;
        assert_eq!(failed["code"], "CONTAINER_NOT_FOUND", "{id:?}");
    }
}

#[tokio::test]
async fn only_what_belongs_to_the_dead_or_to_no_sandbox_is_cleaned_up() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let sandbox = sandbox(&mut disco).await;
    run(&mut disco, &sandbox, "true").await;
    let own = ids(&mut disco).await;
    let owner = owner(disco.folder.path());
    let process = ask("GET", &format!("/containers/{}/json", own[0]), &Value::Null);
    let process = &process["Config"]["Labels"]["io.disco.process"];
    let dead = foreign(
        &json!({"io.disco.owner": owner, "io.disco.sandbox": sandbox, "io.disco.process": "prc_dead"}),
    );
    let lost = foreign(
        &json!({"io.disco.owner": owner, "io.disco.sandbox": "sbx_gone", "io.disco.process": process}),
    );
    let told = disco.call("cleanup_containers", json!({"dry_run": true})).await;
    assert_eq!((&told["count"], &told["dry_run"]), (&json!(2), &json!(true)), "{told}");
    assert!(is_there(&dead) && is_there(&lost));
    assert_eq!(disco.call("cleanup_containers", json!({})).await["count"], 2);
    assert!(!is_there(&dead) && !is_there(&lost));
    assert_eq!(ids(&mut disco).await, own);
}

#[tokio::test]
async fn a_server_that_is_killed_leaves_no_container_and_loses_no_sandbox() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let sandbox = sandbox(&mut disco).await;
    run(&mut disco, &sandbox, "echo kept > file").await;
    let endless = json!({"commands": ["while :; do sleep 9; done # killed-with-the-server-31f7"], "sandbox_id": sandbox});
    disco.call("submit_job", endless).await;
    let is_running = || super::processes().any(|line| line.contains("killed-with-the-server-31f7"));
    until("the command runs", is_running).await;
    // One that a server left which could not even let go of it.
    let owner = owner(disco.folder.path());
    let left = foreign(
        &json!({"io.disco.owner": owner, "io.disco.sandbox": sandbox, "io.disco.process": "prc_dead"}),
    );

    let Disco { mut process, folder, .. } = disco;
    process.child.kill().await.unwrap();
    // Nobody has started another one yet.
    until("the command is gone", || !is_running()).await;
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let mut disco = Disco::start_in(folder, &flags);
    assert_eq!(run(&mut disco, &sandbox, "cat file").await["stdout"], "kept\n");
    until("what was left is removed", || !is_there(&left)).await;
    let listed = disco.call("list_containers", json!({"all": true})).await;
    assert_eq!((&listed["count"], &listed["containers"][0]["is_own"]), (&json!(1), &json!(true)), "{listed}");
}

#[tokio::test]
async fn the_engine_is_told_as_it_is() {
    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let report = disco.call("system_info", json!({})).await;
    assert_eq!(report["backends"], json!(["local", "docker"]));
    assert_eq!(report["docker"]["name"], "docker");
    assert!(
        report["docker"]["keeps"] == json!(["memory", "cpu", "pids"])
            && report["docker"]["version"].is_string(),
        "{report}"
    );

    let mut without = Disco::start_with(&["--docker-host", "unix:///no/such.sock"]);
    let report = without.call("system_info", json!({})).await;
    assert_eq!((&report["backends"], &report["docker"]), (&json!(["local"]), &Value::Null));
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == "docker").unwrap();
    assert!(check["why"].as_str().unwrap().contains("/no/such.sock"), "{check}");
    let failed = without.fail("sandbox_create", json!({"backend": "docker"})).await;
    assert_eq!(failed["code"], "DOCKER_UNAVAILABLE");
    assert_eq!(without.fail("list_containers", json!({})).await["code"], "DOCKER_UNAVAILABLE");
}

/// Waits until something of the machine is true, for at most ten seconds.
async fn until(what: &str, is_true: impl Fn() -> bool) {
    let end = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    while !is_true() {
        assert!(tokio::time::Instant::now() < end, "{what}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_files_of_a_container_are_those_of_its_sandbox() {
    let mut disco = Disco::start();
    disco.call("file_write", json!({"path": "a.txt", "content": "x"})).await;
    let read = disco.ask("resources/read", json!({"uri": "disco://container/default/files"})).await;
    let text = read["result"]["contents"][0]["text"].as_str().unwrap_or_else(|| panic!("{read}"));
    assert_eq!(serde_json::from_str::<Value>(text).unwrap()["entries"][0]["path"], "a.txt");
    let none = disco.ask("resources/read", json!({"uri": "disco://container/none/files"})).await;
    assert!(none["error"].to_string().contains("SANDBOX_NOT_FOUND"), "{none}");

    let Some(flags) = flags() else { return };
    let mut disco = start(&flags);
    let id = sandbox(&mut disco).await;
    run(&mut disco, &id, "touch inside").await;
    let container = ids(&mut disco).await.remove(0);
    let read =
        disco.ask("resources/read", json!({"uri": format!("disco://container/{container}/files")})).await;
    assert!(read.to_string().contains("inside"), "{read}");
}
