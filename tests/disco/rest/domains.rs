//! What each domain does over REST is what its tools do.

use reqwest::Method;
use serde_json::json;

use super::Rest;

#[tokio::test]
async fn containers_are_made_looked_at_stopped_started_and_deleted() {
    let rest = Rest::start().await;
    let made = rest.send(Method::POST, "/api/v1/containers", Some(json!({"name": "work"}))).await;
    assert_eq!(made.status(), 201);
    let made: serde_json::Value = made.json().await.unwrap();
    let id = made["data"]["sandbox_id"].as_str().unwrap();
    let at = format!("/api/v1/containers/{id}");
    assert_eq!(made["data"]["url"], at);

    assert_eq!(rest.get(&at).await["name"], "work");
    let all = rest.get("/api/v1/containers").await;
    assert_eq!(all["sandboxes"].as_array().unwrap().len(), 2);
    assert_eq!(all["sandboxes"][0]["sandbox_id"], "default");

    rest.done(Method::POST, &format!("{at}/stop"), None).await;
    let run = format!("/api/v1/terminal/{id}/execute");
    let refused = rest.fail(Method::POST, &run, Some(json!({"command": "true"}))).await;
    assert_eq!(refused, (409, "SANDBOX_STOPPED".into()));
    rest.done(Method::POST, &format!("{at}/start"), None).await;
    assert_eq!(rest.post(&run, json!({"command": "true"})).await["exit_code"], 0);
    rest.done(Method::POST, &format!("{at}/restart"), None).await;

    rest.done(Method::DELETE, &at, None).await;
    assert_eq!(rest.fail(Method::GET, &at, None).await, (404, "CONTAINER_NOT_FOUND".into()));
    let default = rest.fail(Method::DELETE, "/api/v1/containers/default", None).await;
    assert_eq!(default, (403, "SANDBOX_PROTECTED".into()));
}

#[tokio::test]
async fn files_are_written_listed_read_searched_and_replaced_if_they_are_there() {
    let rest = Rest::start().await;
    let files = "/api/v1/files/default";
    let file = |content: &str| json!({"path": "src/a.rs", "content": content});
    let absent = rest.fail(Method::PUT, files, Some(file("x"))).await;
    assert_eq!(absent, (404, "FILE_NOT_FOUND".into()));
    assert_eq!(rest.post(files, file("fn one() {}\n")).await["created"], true);
    assert_eq!(rest.done(Method::PUT, files, Some(file("fn two() {}\n"))).await["created"], false);

    let read = rest.get(&format!("{files}/content?path=src/a.rs")).await;
    assert_eq!((&read["content"], &read["encoding"]), (&json!("fn two() {}\n"), &json!("utf8")));
    let base64 = rest.get(&format!("{files}/content?path=src/a.rs&encoding=base64")).await;
    assert_eq!(base64["content"], "Zm4gdHdvKCkge30K");
    let listed = rest.get(&format!("{files}?depth=2")).await;
    assert_eq!(listed["entries"][1]["path"], "src/a.rs");
    let found = rest.get(&format!("{files}/search?query=two")).await;
    assert_eq!(found["matches"][0]["path"], "src/a.rs");
    let outside = rest.fail(Method::GET, &format!("{files}/content?path=../../etc/passwd"), None).await;
    assert_eq!(outside, (403, "PATH_OUTSIDE_WORKSPACE".into()));
}

#[tokio::test]
async fn snapshots_are_taken_compared_restored_and_deleted_and_a_fork_is_another() {
    let rest = Rest::start().await;
    let id = rest.post("/api/v1/containers", json!({"template": "base"})).await["sandbox_id"].clone();
    let (at, files) = (
        format!("/api/v1/containers/{}", id.as_str().unwrap()),
        format!("/api/v1/files/{}", id.as_str().unwrap()),
    );
    rest.post(&files, json!({"path": "a", "content": "before"})).await;
    let snapshot = rest.post(&format!("{at}/snapshots"), json!({"name": "first"})).await;
    rest.post(&files, json!({"path": "a", "content": "after"})).await;
    let fork = rest.post(&format!("{at}/fork"), json!({"name": "trial"})).await;
    assert_eq!(rest.get(&format!("{at}/diff")).await["changes"][0]["path"], "a");

    rest.post(&format!("{at}/restore"), json!({"snapshot_id": snapshot["snapshot_id"]})).await;
    assert_eq!(rest.get(&format!("{files}/content?path=a")).await["content"], "before");
    let in_fork = format!("/api/v1/files/{}/content?path=a", fork["sandbox_id"].as_str().unwrap());
    assert_eq!(rest.get(&in_fork).await["content"], "after");

    let of_it = format!("/api/v1/snapshots/{}", snapshot["snapshot_id"].as_str().unwrap());
    assert_eq!(rest.get("/api/v1/snapshots").await["snapshots"][0]["name"], "first");
    rest.done(Method::DELETE, &of_it, None).await;
    assert_eq!(rest.fail(Method::DELETE, &of_it, None).await, (404, "SNAPSHOT_NOT_FOUND".into()));
}

#[tokio::test]
async fn templates_are_listed_and_looked_at() {
    let rest = Rest::start().await;
    let all = rest.get("/api/v1/templates").await;
    assert!(
        all["templates"].as_array().unwrap().iter().any(|template| template["name"] == "python"),
        "{all}"
    );
    assert!(rest.get("/api/v1/templates/python").await.to_string().contains("python"));
    let none = rest.fail(Method::GET, "/api/v1/templates/none", None).await;
    assert_eq!(none, (404, "TEMPLATE_NOT_FOUND".into()));
}

#[tokio::test]
async fn a_command_runs_in_the_container_that_the_path_or_the_body_names() {
    let rest = Rest::start().await;
    let here =
        rest.post("/api/v1/terminal/default/execute", json!({"command": "echo $A", "env": {"A": "1"}}));
    assert_eq!(here.await["stdout"], "1\n");
    let body = json!({"containerId": "default", "command": "pwd", "cwd": "."});
    assert_eq!(rest.post("/api/v1/terminal/execute", body).await["stdout"], "/workspace\n");
    let nowhere = json!({"sandbox_id": "none", "command": "true"});
    let absent = rest.fail(Method::POST, "/api/v1/terminal/execute", Some(nowhere)).await;
    assert_eq!(absent, (404, "CONTAINER_NOT_FOUND".into()));
}

#[tokio::test]
async fn the_state_of_a_repository_is_told() {
    let rest = Rest::start().await;
    let status = "/api/v1/git/default/status";
    assert_eq!(rest.fail(Method::GET, status, None).await, (422, "NOT_A_GIT_REPOSITORY".into()));
    let init = json!({"command": "git init -q -b trunk . && echo > new"});
    rest.post("/api/v1/terminal/default/execute", init).await;
    let told = rest.get(status).await;
    assert_eq!((&told["branch"], &told["untracked"]), (&json!("trunk"), &json!(["new"])));
}

#[tokio::test]
async fn a_task_is_run_looked_at_and_forgotten() {
    let rest = Rest::start().await;
    let wish = json!({"commands": ["echo words > kept.txt"], "artifacts": ["kept.txt"], "job_id": "one"});
    let started = rest.post("/api/v1/tasks/run", wish.clone()).await;
    assert_eq!(started["status_endpoint"], "/api/v1/tasks/one/status");
    let again = rest.fail(Method::POST, "/api/v1/tasks/run", Some(wish)).await;
    assert_eq!(again, (409, "JOB_EXISTS".into()));

    let logs = "/api/v1/tasks/one/logs?wait_seconds=30&cursor=0";
    while !rest.get(logs).await["is_end"].as_bool().unwrap() {}
    assert_eq!(rest.get("/api/v1/tasks/one/status").await["status"], "success");
    let run = rest.get("/api/v1/tasks/one").await;
    assert_eq!((&run["triggered_by"], &run["steps"][0]["exit_code"]), (&json!("rest"), &json!(0)));
    let artifacts = rest.get("/api/v1/tasks/one/artifacts").await;
    assert_eq!(artifacts["artifacts"][0]["name"], "kept.txt");
    let kept = rest.get("/api/v1/tasks/one/artifacts/content?filename=kept.txt").await;
    assert_eq!(kept["content"], "words\n");
    for list in ["/api/v1/tasks?status=success", "/api/v1/runs?triggered_by=rest"] {
        let list = rest.get(list).await;
        let jobs = list.get("jobs").or(list.get("runs")).unwrap();
        assert_eq!(jobs[0]["job_id"], "one");
    }
    rest.done(Method::DELETE, "/api/v1/tasks/one", None).await;
    assert_eq!(rest.fail(Method::GET, "/api/v1/tasks/one", None).await, (404, "RUN_NOT_FOUND".into()));
    let cleaned = rest.post("/api/v1/runs/cleanup", json!({"older_than_days": 0, "dry_run": true})).await;
    assert_eq!(cleaned, json!({"runs": 0, "dry_run": true}));
}

#[tokio::test]
async fn a_task_that_runs_is_cancelled() {
    let rest = Rest::start().await;
    rest.post("/api/v1/tasks/run", json!({"commands": ["sleep 600"], "job_id": "long"})).await;
    let cancelled = rest.done(Method::POST, "/api/v1/tasks/long/cancel", None).await;
    assert_eq!(cancelled["status"], "cancelled");
}

#[tokio::test]
async fn every_call_is_in_the_audit_before_it_is_answered() {
    let rest = Rest::start().await;
    rest.post("/api/v1/files/default", json!({"path": "a.txt", "content": "secret words"})).await;
    rest.fail(Method::GET, "/api/v1/files/default/content?path=none", None).await;
    rest.fail(Method::GET, "/api/v1/tasks?limit=x", None).await;
    rest.get("/api/v1/containers/default").await;
    // Who only asks whether the server is there is not told of.
    rest.send(Method::GET, "/health", None).await;

    let page = rest.get("/api/v1/audit").await;
    assert!(!page.to_string().contains("secret words"));
    let fact = |at: usize, name: &str| page["entries"][at][name].as_str().unwrap().to_owned();
    let told: Vec<_> = (0..4).map(|at| (fact(at, "name"), fact(at, "target"), fact(at, "outcome"))).collect();
    let entry = |name: &str, target: &str, outcome: &str| (name.into(), target.into(), outcome.into());
    assert_eq!(
        told,
        [
            entry("sandbox_get", "default", "ok"),
            entry("list_jobs", "", "INVALID_REQUEST"),
            entry("file_read", "default none", "FILE_NOT_FOUND"),
            entry("file_write", "default a.txt", "ok"),
        ]
    );
    assert_eq!(page["entries"].as_array().unwrap().len(), 4);
    assert_eq!((fact(0, "who"), fact(0, "kind")), ("rest".into(), "rest".into()));
}
