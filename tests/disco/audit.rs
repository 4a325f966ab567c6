//! What the server remembers of what was done.

use serde_json::json;

use super::rest::Rest;
use super::{Disco, command};

#[tokio::test]
async fn every_call_and_every_reading_has_an_entry() {
    let mut disco = Disco::start();
    disco.call("file_write", json!({"path": "a.txt", "content": "secret words"})).await;
    disco.fail("file_read", json!({"path": "none"})).await;
    disco.ask("resources/read", json!({"uri": "file:///workspace/a.txt"})).await;
    disco.try_call("file_read", json!({"path": 3})).await;

    let page = disco.call("audit_query", json!({})).await;
    let told: Vec<_> = page["entries"].as_array().unwrap().iter().collect();
    let facts = |at: usize| {
        let fact = |name: &str| told[at][name].as_str().unwrap().to_owned();
        (fact("kind"), fact("name"), fact("target"), fact("outcome"))
    };
    let entry = |kind: &str, name: &str, target: &str, outcome: &str| {
        (kind.to_owned(), name.to_owned(), target.to_owned(), outcome.to_owned())
    };
    assert_eq!(facts(0), entry("tool", "file_read", "", "INVALID_ARGUMENTS"));
    assert_eq!(facts(1), entry("resource", "file:///workspace/{+path}", "file:///workspace/a.txt", "ok"));
    assert_eq!(facts(2), entry("tool", "file_read", "none", "FILE_NOT_FOUND"));
    assert_eq!(facts(3), entry("tool", "file_write", "a.txt", "ok"));
    assert_eq!(told.len(), 4);
    assert!(!page.to_string().contains("secret words"));
    for entry in told {
        assert_eq!(entry["digest"].as_str().unwrap().len(), 64);
        assert!(!entry["client"].as_str().unwrap().is_empty(), "{entry}");
    }
    let found = disco.call("audit_query", json!({"outcome": "FILE_NOT_FOUND", "limit": 1})).await;
    assert_eq!(found["entries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_file_that_a_call_names_is_told() {
    let mut disco = Disco::start();
    let long = "x".repeat(600);
    disco.run("touch lib.rs").await;
    disco.call("file_write", json!({"path": "a", "content": "x"})).await;
    disco.call("file_move", json!({"from": "a", "to": "new name", "sandbox_id": "default"})).await;
    disco.call("file_delete", json!({"paths": ["new name"], "glob": "*.rs"})).await;
    disco.fail("git_clone", json!({"url": "https://me:s3cret@localhost/a.git", "path": "b"})).await;
    disco.fail("file_read", json!({"path": long})).await;
    let page = disco.call("audit_query", json!({})).await;
    let targets: Vec<_> =
        page["entries"].as_array().unwrap().iter().map(|entry| entry["target"].as_str().unwrap()).collect();
    assert_eq!(
        targets[1..5],
        ["https://localhost/a.git b", "\"new name\" *.rs", "default a \"new name\"", "a"]
    );
    assert_eq!(targets[0].chars().count(), 512);
    assert!(targets[0].ends_with("x…"));
}

#[tokio::test]
async fn over_rest_every_file_is_told_too() {
    let rest = Rest::start().await;
    rest.post("/api/v1/files/default", json!({"path": "a", "content": "x"})).await;
    rest.post("/api/v1/files/default/move", json!({"from": "a", "to": "b"})).await;
    rest.get("/api/v1/files/default/content?path=b").await;
    rest.post("/api/v1/files/default/delete", json!({"paths": ["b"], "confirm": true})).await;
    let page = rest.get("/api/v1/audit").await;
    let targets: Vec<_> = page["entries"].as_array().unwrap().iter().map(|entry| &entry["target"]).collect();
    assert_eq!(targets, ["default b", "default b", "default a b", "default a"]);
}

#[tokio::test]
async fn pages_of_the_audit_stay_within_their_bound_and_miss_nothing() {
    let mut disco = Disco::start();
    for _ in 0..60 {
        disco.fail("file_read", json!({"path": "long/".repeat(90)})).await;
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let arguments = before.map_or(
            json!({"name": "file_read"}),
            |before: u64| json!({"name": "file_read", "before": before}),
        );
        let page = disco.call("audit_query", arguments).await;
        assert!(page.to_string().len() < 25_000);
        seen.extend(page["entries"].as_array().unwrap().iter().map(|entry| entry["seq"].as_u64().unwrap()));
        before = page["next_before"].as_u64();
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 60);
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]));
}

#[tokio::test]
async fn the_command_line_names_the_first_entry_that_is_broken() {
    let mut disco = Disco::start();
    for _ in 0..4 {
        disco.call("file_list", json!({})).await;
    }
    let verify = async |disco: &Disco| {
        let output = command(&disco.folder).args(["audit", "verify"]).output().await.unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, words) = verify(&disco).await;
    assert!(code == Some(0) && words.contains("all 4 entries are right"), "{words}");
    let state = rusqlite::Connection::open(disco.folder.path().join("data/disco.db")).unwrap();
    let change = "UPDATE audit SET outcome = 'FILE_NOT_FOUND' WHERE seq = 3";
    for change in [change, "DELETE FROM audit WHERE seq = 3"] {
        let refused = state.execute(change, []).unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    // Whoever owns the file can take that away, but not unnoticed.
    state.execute_batch(&format!("DROP TRIGGER audit_is_never_changed; {change}")).unwrap();
    let (code, words) = verify(&disco).await;
    assert!(code == Some(1) && words.contains("entry 3 is broken"), "{words}");
}

#[tokio::test]
async fn settings_are_told_with_their_source() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("disco.toml");
    std::fs::write(&file, "processes = 99\n").unwrap();
    let mut disco = command(&folder);
    disco.arg("--config").arg(&file).args(["config", "--cpus", "1.5"]).env("DISCO_MEMORY_MB", "200");
    let told = String::from_utf8(disco.output().await.unwrap().stdout).unwrap();
    let source = |key: &str| {
        let line = told.lines().find(|line| line.starts_with(&format!("{key} ="))).unwrap();
        line.split_once('#')
            .map(|(value, source)| (value.trim().to_owned(), source.trim().to_owned()))
            .unwrap()
    };
    assert_eq!(source("cpus"), ("cpus = 1.5".into(), "--cpus".into()));
    assert_eq!(source("memory_mb"), ("memory_mb = 200".into(), "DISCO_MEMORY_MB".into()));
    assert_eq!(source("processes"), ("processes = 99".into(), file.display().to_string()));
    assert_eq!(source("listen").1, "default");
    assert_eq!(source("data_dir").1, "--data-dir");
}

#[tokio::test]
async fn a_stream_has_an_entry_when_it_begins_and_one_when_it_ends() {
    let rest = Rest::start().await;
    let stream = "/api/v1/terminal/default/stream";
    let outcomes = async |name: &str| -> Vec<String> {
        let page = rest.get(&format!("/api/v1/audit?name={name}")).await;
        let entries = page["entries"].as_array().unwrap().iter();
        entries.map(|entry| entry["outcome"].as_str().unwrap().to_owned()).collect()
    };
    let until = async |name: &str, wanted: &[&str]| while outcomes(name).await != wanted {};
    let whole = rest.send(reqwest::Method::POST, stream, Some(json!({"command": "echo done"}))).await;
    assert!(whole.text().await.unwrap().contains("complete"));
    until("terminal_stream", &["ok", "begun"]).await;
    let mut broken =
        rest.send(reqwest::Method::POST, stream, Some(json!({"command": "echo up; sleep 600"}))).await;
    broken.chunk().await.unwrap();
    assert_eq!(outcomes("terminal_stream").await, ["begun", "ok", "begun"]);
    drop(broken);
    until("terminal_stream", &["dropped", "begun", "ok", "begun"]).await;
    let failed = json!({"command": "true", "working_dir": "none"});
    let failed = rest.send(reqwest::Method::POST, stream, Some(failed)).await;
    assert!(failed.text().await.unwrap().contains("event: error"));
    until("terminal_stream", &["FILE_NOT_FOUND", "begun", "dropped", "begun", "ok", "begun"]).await;
}

#[tokio::test]
async fn who_is_turned_away_at_the_door_is_in_the_audit_so_many_times_a_minute() {
    let rest = Rest::start_with(&["--audit-refusals", "3"]).await;
    let files = format!("{}/api/v1/files/default", rest.url);
    let form = rest.client.post(&files).header("content-type", "text/plain").body("{}");
    assert_eq!(form.send().await.unwrap().status(), 415);
    for _ in 0..5 {
        let foreign = rest.client.get(&files).header("host", "evil.example");
        assert_eq!(foreign.send().await.unwrap().status(), 403);
    }
    let entries = async || rest.get("/api/v1/audit").await["entries"].as_array().unwrap().clone();
    let refused = |entries: &[serde_json::Value]| -> Vec<(String, String)> {
        let text = |entry: &serde_json::Value, name: &str| entry[name].as_str().unwrap().to_owned();
        let refused = entries.iter().filter(|entry| entry["name"] != "audit_query");
        refused.map(|entry| (text(entry, "name"), text(entry, "outcome"))).collect()
    };
    while refused(&entries().await).len() < 3 {}
    let told = refused(&entries().await);
    let expected = [("guard", "FORBIDDEN"), ("guard", "FORBIDDEN"), ("file_write", "UNSUPPORTED_MEDIA_TYPE")];
    let mut told: Vec<_> = told.iter().map(|(name, outcome)| (name.as_str(), outcome.as_str())).collect();
    // Nobody waits for these entries, so they may come in another order.
    told.sort_by_key(|(name, _)| std::cmp::Reverse(*name));
    assert_eq!(told, expected);
    let metrics = rest.send(reqwest::Method::GET, "/metrics", None).await.text().await.unwrap();
    assert!(metrics.contains("disco_http_refusals_total{code=\"FORBIDDEN\"} 5"), "{metrics}");
}
