//! The tools, one after the other.

use serde_json::{Value, json};

use super::Disco;

/// What there has to be, domain by domain.
const TOOLS: [&str; 7] = [
    "sandbox_create sandbox_get sandbox_list sandbox_start sandbox_stop sandbox_restart sandbox_delete \
     sandbox_snapshot sandbox_restore sandbox_fork sandbox_diff snapshot_list snapshot_delete",
    "template_list template_get",
    "file_read file_write file_edit file_list file_stat file_search file_delete file_move file_mkdir file_upload \
     file_download",
    "terminal_execute terminal_open terminal_write terminal_read terminal_resize terminal_signal terminal_close \
     terminal_list process_list process_kill",
    "git_clone git_status git_log git_diff git_show git_branch git_checkout git_add git_commit git_push git_pull \
     git_reset",
    "run_job submit_job get_job_status get_job_logs list_jobs cancel_job list_artifacts get_artifact list_runs get_run \
     delete_run cleanup_runs",
    "list_containers inspect_container get_container_logs stop_container remove_container cleanup_containers \
     system_info audit_query",
];

#[tokio::test]
async fn the_first_call_works_in_the_default_sandbox() {
    let mut disco = Disco::start();
    let ran = disco.run("pwd; id -u; echo error >&2; exit 3").await;
    assert_eq!(ran["exit_code"], 3);
    let lines: Vec<&str> = ran["stdout"].as_str().unwrap().lines().collect();
    assert_eq!(lines[0], "/workspace");
    assert_ne!(lines[1], "0");
    assert_eq!(ran["stderr"], "error\n");
}

#[tokio::test]
async fn files_are_written_read_edited_listed_and_searched() {
    let mut disco = Disco::start();
    let text = "one\ntwo\nthree\n";
    let written = disco.call("file_write", json!({"path": "a/b.txt", "content": text})).await;
    assert_eq!((&written["size"], &written["created"]), (&json!(14), &json!(true)));
    let read = disco.call("file_read", json!({"path": "/workspace/a/b.txt", "offset": 2, "limit": 1})).await;
    assert_eq!(read["content"], "two\n");
    assert_eq!(read["sha256"], written["sha256"]);

    let edits = json!([{"old": "two", "new": "2"}]);
    let shown = disco.call("file_edit", json!({"path": "a/b.txt", "edits": edits, "dry_run": true})).await;
    assert!(shown["diff"].as_str().unwrap().contains("-two\n+2\n"), "{shown}");
    let stale = json!({"path": "a/b.txt", "edits": edits, "expected_sha256": "0".repeat(64)});
    assert_eq!(disco.fail("file_edit", stale).await["code"], "FILE_CHANGED");
    disco.call("file_edit", json!({"path": "a/b.txt", "edits": edits})).await;
    assert_eq!(disco.run("cat a/b.txt").await["stdout"], "one\n2\nthree\n");

    disco.run("mkdir -p c && echo needle > c/d.rs").await;
    let listed = disco.call("file_list", json!({"depth": 3})).await;
    let paths: Vec<&str> =
        listed["entries"].as_array().unwrap().iter().map(|entry| entry["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["a", "a/b.txt", "c", "c/d.rs"]);
    let found = disco.call("file_search", json!({"query": "needle", "fileType": "rs"})).await;
    assert_eq!((&found["matches"][0]["path"], &found["matches"][0]["line"]), (&json!("c/d.rs"), &json!(1)));
}

#[tokio::test]
async fn sandboxes_are_made_looked_at_kept_apart_and_deleted() {
    let mut disco = Disco::start();
    let made = disco.call("sandbox_create", json!({"name": "other", "limits": {"memory_mb": 256}})).await;
    let id = made["sandbox_id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("sbx_"), "{id}");
    disco.call("file_write", json!({"path": "x", "content": "here", "sandbox_id": id})).await;
    assert_eq!(disco.fail("file_read", json!({"path": "x"})).await["code"], "FILE_NOT_FOUND");
    let listed = disco.call("sandbox_list", json!({})).await;
    assert_eq!(listed["sandboxes"].as_array().unwrap().len(), 2);
    assert_eq!(listed["sandboxes"][0]["is_default"], true);
    let looked = disco.call("sandbox_get", json!({"sandbox_id": id})).await;
    assert_eq!((&looked["name"], &looked["limits"]["memory_mb"]), (&json!("other"), &json!(256)));
    let read = disco.ask("resources/read", json!({"uri": format!("disco://sandboxes/{id}")})).await;
    let told: Value = serde_json::from_str(read["result"]["contents"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(told["sandbox_id"], id);
    disco.call("sandbox_delete", json!({"sandbox_id": id})).await;
    assert_eq!(disco.fail("sandbox_get", json!({"sandbox_id": id})).await["code"], "SANDBOX_NOT_FOUND");
    let protected = disco.fail("sandbox_delete", json!({"sandbox_id": "default"})).await;
    assert_eq!(protected["code"], "SANDBOX_PROTECTED");
    assert!(!protected["suggestion"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn sandboxes_and_snapshots_are_listed_page_by_page_the_newest_first() {
    let mut disco = Disco::start();
    let mut made = Vec::new();
    for _ in 0..45 {
        let sandbox = disco.call("sandbox_create", json!({"name": "n".repeat(100)})).await;
        made.push(sandbox["sandbox_id"].as_str().unwrap().to_owned());
    }
    let first = disco.call("sandbox_list", json!({"limit": 3})).await;
    let ids: Vec<_> =
        first["sandboxes"].as_array().unwrap().iter().map(|it| it["sandbox_id"].clone()).collect();
    assert_eq!(ids, ["default", &made[44], &made[43], &made[42]]);
    let second = disco.call("sandbox_list", json!({"limit": 1, "before": first["next_before"]})).await;
    assert_eq!(second["sandboxes"][0]["sandbox_id"], made[41]);
    assert_eq!(second["sandboxes"].as_array().unwrap().len(), 1);
    // More are wanted than an answer may have: the page ends earlier, and none is lost between two.
    made.push("default".to_owned());
    assert_eq!(disco.all("sandbox_list", "sandboxes", "sandbox_id").await, made.into_iter().collect());
    let mut taken = Vec::new();
    for _ in 0..3 {
        taken.push(disco.call("sandbox_snapshot", json!({})).await["snapshot_id"].clone());
    }
    let two = disco.call("snapshot_list", json!({"limit": 2})).await;
    assert_eq!(
        (&two["snapshots"][0]["snapshot_id"], &two["snapshots"][1]["snapshot_id"]),
        (&taken[2], &taken[1])
    );
    let last = disco.call("snapshot_list", json!({"before": two["next_before"]})).await;
    assert_eq!((&last["snapshots"][0]["snapshot_id"], last.get("next_before")), (&taken[0], None));
    let none = disco.call("sandbox_list", json!({"before": 0})).await;
    assert_eq!((&none["sandboxes"], none.get("next_before")), (&json!([]), None));
    let all = disco.call("sandbox_list", json!({"before": (1_u64 << 53) - 1})).await;
    assert_eq!(all["sandboxes"].as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn output_is_told_as_it_comes() {
    let mut disco = Disco::start();
    let arguments = json!({"command": "echo first; read -r line < gate; echo last"});
    disco.run("mkfifo gate").await;
    let mut call = super::modern_call("run", "terminal_execute", arguments);
    call["params"]["_meta"]["progressToken"] = json!("p");
    disco.process.send(&call).await;
    let first = disco.process.message().await;
    assert_eq!(first["method"], "notifications/progress");
    assert_eq!(first["params"]["message"], "first\n");
    // Only now is the command let go on.
    disco
        .process
        .send(&super::modern_call("open", "terminal_execute", json!({"command": "echo > gate"})))
        .await;
    let mut seen = Vec::new();
    while seen.len() < 3 {
        seen.push(disco.process.message().await);
    }
    let done = seen.iter().find(|message| message["id"] == "run").unwrap();
    assert_eq!(done["result"]["structuredContent"]["stdout"], "first\nlast\n");
}

#[tokio::test]
async fn git_tells_what_has_changed() {
    let mut disco = Disco::start();
    assert_eq!(disco.fail("git_status", json!({})).await["code"], "NOT_A_GIT_REPOSITORY");
    disco.run("git init -q -b main && git config user.email a@b && git config user.name a && echo 1 > a && git add a && git commit -qm one && echo 2 > a && echo 3 > b && git add b && echo 4 > c").await;
    let status = disco.call("git_status", json!({})).await;
    assert_eq!(status["branch"], "main");
    assert_eq!(status["staged"][0]["path"], "b");
    assert_eq!(status["modified"][0]["path"], "a");
    assert_eq!(status["untracked"], json!(["c"]));
}

#[tokio::test]
async fn resources_and_the_prompt_are_there() {
    let mut disco = Disco::start();
    disco.call("file_write", json!({"path": "docs/read me.md", "content": "# Hi"})).await;
    let read = disco.ask("resources/read", json!({"uri": "file:///workspace/docs/read%20me.md"})).await;
    assert_eq!(read["result"]["contents"][0]["text"], "# Hi", "{read}");
    let missing = disco.ask("resources/read", json!({"uri": "file:///workspace/none"})).await;
    assert_eq!(
        (&missing["error"]["code"], &missing["error"]["data"]["uri"]),
        (&json!(-32602), &json!("file:///workspace/none"))
    );
    let outside = disco.ask("resources/read", json!({"uri": "file:///workspace/../../etc/passwd"})).await;
    assert!(outside.get("error").is_some(), "{outside}");
    let arguments = json!({"type": "rust", "features": "tests"});
    let prompt = disco.ask("prompts/get", json!({"name": "setup_project", "arguments": arguments})).await;
    let text = prompt["result"]["messages"][0]["content"]["text"].as_str().unwrap();
    assert!(text.contains("rust") && text.contains("tests"), "{text}");
}

#[tokio::test]
async fn every_tool_tells_the_model_what_it_needs() {
    let mut disco = Disco::start();
    let tools = disco.ask("tools/list", json!({})).await;
    let tools = tools["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    for name in TOOLS.iter().flat_map(|names| names.split_whitespace()) {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    for tool in tools {
        assert!(tool["title"].is_string() && tool["description"].is_string(), "{tool}");
        assert!(tool["outputSchema"]["type"] == "object", "{tool}");
        for (name, property) in tool["inputSchema"]["properties"].as_object().unwrap() {
            // Where it may be one of several, the first of them has the words.
            let described = property.get("anyOf").map_or(property, |choices| &choices[0]);
            assert!(described["description"].is_string(), "{}: {name}", tool["name"]);
        }
    }
}

#[tokio::test]
async fn the_system_is_told_as_it_was_found() {
    let mut disco = Disco::start();
    let told = disco.call("system_info", json!({})).await;
    assert_eq!(told["sandbox"]["works"], true, "{told}");
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    // Where an engine runs, there is one more.
    assert!(told["backends"].as_array().unwrap().contains(&json!("local")), "{told}");
}
