//! Every tool that may take long tells how far it is.

use serde_json::{Value, json};

use super::Disco;
use disco_tests::support::modern_call;

/// Calls a tool and gives what it told meanwhile, and its result.
async fn told(disco: &mut Disco, tool: &str, arguments: Value) -> (Vec<String>, Value) {
    let mut call = modern_call("told", tool, arguments);
    call["params"]["_meta"]["progressToken"] = json!("p");
    disco.process.send(&call).await;
    let (mut words, mut last) = (Vec::new(), -1.0);
    loop {
        let message = disco.process.message().await;
        if message["id"] == "told" {
            assert!(message["result"].get("isError").is_none(), "{tool}: {message}");
            return (words, message["result"]["structuredContent"].clone());
        }
        let progress = message["params"]["progress"].as_f64().unwrap_or_else(|| panic!("{message}"));
        assert!(progress > last, "{tool}: it does not grow: {message}");
        last = progress;
        words.push(message["params"]["message"].as_str().unwrap().to_owned());
    }
}

#[tokio::test]
async fn what_works_on_many_files_tells_how_many_are_done() {
    let mut disco = Disco::start();
    disco.run("mkdir many; cd many; touch {1..40}").await;
    let mut last = async |tool: &str, arguments: Value| {
        let (words, result) = told(&mut disco, tool, arguments).await;
        (words.last().cloned().unwrap_or_else(|| panic!("{tool} told nothing")), result)
    };
    assert_eq!(last("file_list", json!({"path": "many"})).await.0, "40 files and folders");
    assert_eq!(last("file_search", json!({"query": "x"})).await.0, "41 files and folders");
    let (words, taken) = last("sandbox_snapshot", json!({})).await;
    assert_eq!(words, "41 files");
    let snapshot = taken["snapshot_id"].clone();
    let (words, fork) = last("sandbox_fork", json!({})).await;
    assert_eq!(words, "41 files");
    let there = json!({"sandbox_id": fork["sandbox_id"], "snapshot_id": snapshot});
    assert_eq!(last("sandbox_diff", there.clone()).await.0, "82 files compared");
    let (words, _) = last("sandbox_restore", there).await;
    let files: u64 = words.strip_suffix(" files").unwrap().parse().unwrap();
    assert!(files >= 41, "{words}");
    let (words, _) = last("sandbox_delete", json!({"sandbox_id": fork["sandbox_id"]})).await;
    assert!(words.ends_with(" files removed"), "{words}");
    let (words, _) = last("snapshot_delete", json!({"snapshot_id": snapshot})).await;
    assert!(words.ends_with(" files removed"), "{words}");
    let (words, _) =
        last("file_delete", json!({"paths": ["many"], "recursive": true, "confirm": true})).await;
    assert!(words.ends_with(" files and folders"), "{words}");
}

#[tokio::test]
async fn what_runs_commands_and_what_clears_up_tells_too() {
    let folder = tempfile::tempdir().unwrap();
    let mine = "name = \"mine\"\nsetup = [\"true\", \"echo made > made\"]";
    std::fs::write(folder.path().join("mine.toml"), mine).unwrap();
    let mut disco = Disco::start_with(&["--templates", folder.path().to_str().unwrap()]);
    let (words, _) = told(&mut disco, "sandbox_create", json!({"template": "mine"})).await;
    assert_eq!(words.last().unwrap(), "2 commands begun");
    let (words, _) = told(&mut disco, "template_list", json!({})).await;
    assert_eq!(words.last().unwrap(), "5 templates looked into");
    disco.call("run_job", json!({"commands": ["true"]})).await;
    let (words, _) = told(&mut disco, "cleanup_runs", json!({"older_than_days": 0})).await;
    assert_eq!(words.last().unwrap(), "1 runs");
}

#[tokio::test]
async fn who_waits_hears_that_it_goes_on() {
    let mut disco = Disco::start();
    let terminal = disco.call("terminal_open", json!({"command": "sleep 600"})).await["terminal_id"].clone();
    let wait = json!({"terminal_id": terminal, "wait_for": "never", "timeout_ms": 1200});
    for tool in ["terminal_read", "terminal_write"] {
        let (words, _) = told(&mut disco, tool, wait.clone()).await;
        assert!(words.len() >= 2, "{tool}: {words:?}");
    }
    disco.call("submit_job", json!({"commands": ["sleep 600"], "job_id": "long"})).await;
    let wait = json!({"job_id": "long", "cursor": 1_000_000, "wait_seconds": 1});
    let (words, _) = told(&mut disco, "get_job_logs", wait).await;
    assert!(!words.is_empty(), "nothing was told");
    disco.call("cancel_job", json!({"job_id": "long"})).await;
}
