//! Git over REST: one example of each operation, against a bare repository.

use reqwest::Method;
use serde_json::{Value, json};

use super::Rest;

const GIT: &str = "/api/v1/git/default";

async fn git(rest: &Rest, operation: &str, body: Value) -> Value {
    rest.post(&format!("{GIT}/{operation}"), body).await
}

#[tokio::test]
async fn a_repository_is_cloned_changed_committed_pushed_and_pulled() {
    let rest = Rest::start().await;
    let command = json!({"command": "git init -q --bare -b main bare.git"});
    rest.post("/api/v1/terminal/default/execute", command).await;
    let url = "file:///workspace/bare.git";
    git(&rest, "clone", json!({"url": url, "path": "work"})).await;
    let file = json!({"path": "work/a.txt", "content": "one\n"});
    rest.post("/api/v1/files/default", file).await;

    let diff = git(&rest, "diff", json!({"path": "work"})).await;
    assert_eq!(diff["files"], json!([]), "what is not tracked does not differ");
    let added = git(&rest, "add", json!({"path": "work"})).await;
    assert_eq!(added["staged"][0]["path"], "a.txt");
    let staged = git(&rest, "diff", json!({"path": "work", "staged": true})).await;
    assert!(staged["diff"].as_str().unwrap().contains("\n+one\n"), "{staged}");
    let done = git(&rest, "commit", json!({"path": "work", "message": "Add one"})).await;
    assert_eq!((&done["clean"], &done["branch"]), (&json!(true), &json!("main")));
    git(&rest, "push", json!({"path": "work"})).await;

    let log = git(&rest, "log", json!({"path": "work"})).await;
    let read = rest.get(&format!("{GIT}/log?limit=1&branch=main&path=work")).await;
    assert_eq!((&log["commits"][0]["subject"], &read["commits"]), (&json!("Add one"), &log["commits"]));
    let shown = git(&rest, "show", json!({"path": "work"})).await;
    assert_eq!(shown["commit"]["hash"], log["commits"][0]["hash"]);

    git(&rest, "checkout", json!({"path": "work", "target": "topic", "create": true})).await;
    let branches = git(&rest, "branch", json!({"path": "work"})).await;
    let current = branches["branches"].as_array().unwrap().iter().find(|branch| branch["current"] == true);
    assert_eq!(current.unwrap()["name"], "topic", "{branches}");
    git(&rest, "checkout", json!({"path": "work", "target": "main"})).await;

    git(&rest, "clone", json!({"url": url, "path": "other"})).await;
    rest.post("/api/v1/files/default", json!({"path": "other/b.txt", "content": "two\n"})).await;
    git(&rest, "commit", json!({"path": "other", "message": "Add two", "files": ["b.txt"]})).await;
    git(&rest, "push", json!({"path": "other"})).await;
    git(&rest, "pull", json!({"path": "work"})).await;
    assert_eq!(rest.get("/api/v1/files/default/content?path=work/b.txt").await["content"], "two\n");

    git(&rest, "reset", json!({"path": "work", "mode": "hard", "target": "HEAD~1"})).await;
    let status = rest.get(&format!("{GIT}/status?path=work")).await;
    assert_eq!((&status["behind"], &status["ahead"]), (&json!(1), &json!(0)), "{status}");
    let failed = json!({"path": "work", "message": "nothing"});
    let failed = rest.fail(Method::POST, &format!("{GIT}/commit"), Some(failed)).await;
    assert_eq!(failed, (422, "GIT_ERROR".into()));
}
