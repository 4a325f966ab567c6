//! Clients are told when a file changes and when a job goes on.

use serde_json::{Value, json};

use super::{Disco, modern_call};
use disco_sdk::Version;
use disco_tests::support::{call, initialize, modern, request};

/// Subscribes in the way of the revision, and comes back when that is acknowledged.
async fn subscribe(disco: &mut Disco, version: Version, uri: &str) {
    if version == Version::LATEST {
        let wanted = json!({"notifications": {"resourceSubscriptions": [uri]}});
        let told = disco.process.ask(&modern("listen", "subscriptions/listen", wanted)).await;
        assert_eq!(told["method"], "notifications/subscriptions/acknowledged", "{told}");
    } else {
        disco.process.ask(&initialize(version)).await;
        disco.process.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
        let told = disco.process.ask(&request("subscribe", "resources/subscribe", json!({"uri": uri}))).await;
        assert!(told.get("result").is_some(), "{told}");
    }
}

/// Does this again and again until a change of the resource is told, and gives what else was told meanwhile.
///
/// A subscription is acknowledged a moment before somebody watches, so the first change may be too early.
async fn told_of(
    disco: &mut Disco,
    version: Version,
    uri: &str,
    tool: &str,
    arguments: impl Fn(usize) -> Value,
) {
    for number in 0..1000 {
        let id = format!("change {number}");
        let message = match version {
            Version::LATEST => modern_call(id.as_str(), tool, arguments(number)),
            _ => call(id.as_str(), tool, arguments(number)),
        };
        disco.process.send(&message).await;
        let mut is_told = false;
        loop {
            let message = disco.process.message().await;
            if message["method"] == "notifications/resources/updated" {
                assert_eq!(message["params"]["uri"], uri, "{message}");
                is_told = true;
            } else if message["id"] == id.as_str() {
                assert!(message["result"].get("isError").is_none(), "{message}");
                break;
            }
        }
        if is_told {
            return;
        }
    }
    panic!("a thousand changes of {uri}, and none was told");
}

async fn next_change(disco: &mut Disco) -> Value {
    loop {
        let message = disco.process.message().await;
        if message["method"] == "notifications/resources/updated" {
            return message["params"]["uri"].clone();
        }
    }
}

const ERAS: [Version; 2] = [Version::V2025_06_18, Version::LATEST];

#[tokio::test]
async fn a_file_that_a_command_or_a_tool_changes_is_told() {
    for version in ERAS {
        let mut disco = Disco::start();
        disco.run("mkdir -p docs/deep; echo 0 > docs/deep/note").await;
        let uri = "file:///workspace/docs/deep/note";
        subscribe(&mut disco, version, uri).await;
        let command = |number| json!({"command": format!("echo {number} > docs/deep/note")});
        told_of(&mut disco, version, uri, "terminal_execute", command).await;
        let write = |number| json!({"path": "docs/deep/note", "content": format!("written {number}")});
        told_of(&mut disco, version, uri, "file_write", write).await;
        // A folder on the way that is moved away and another that takes its place.
        let swap = |number| json!({"command": format!("mv docs gone{number}; mkdir -p docs/deep; echo new > docs/deep/note")});
        told_of(&mut disco, version, uri, "terminal_execute", swap).await;
        // Gone and there again: what comes and goes within a moment need not be told.
        let delete = |number| match number % 2 {
            0 => json!({"command": "rm docs/deep/note"}),
            _ => json!({"command": "echo again > docs/deep/note"}),
        };
        told_of(&mut disco, version, uri, "terminal_execute", delete).await;
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_yet_is_told_when_it_is_made() {
    let mut disco = Disco::start();
    let made = disco.call("sandbox_create", json!({})).await;
    let id = made["sandbox_id"].as_str().unwrap().to_owned();
    let uri = format!("disco://sandboxes/{id}/files/a/b/new");
    subscribe(&mut disco, Version::LATEST, &uri).await;
    let write = |number| json!({"path": "a/b/new", "content": format!("{number}"), "sandbox_id": id});
    told_of(&mut disco, Version::LATEST, &uri, "file_write", write).await;
}

#[tokio::test]
async fn a_jobs_log_is_told_as_it_grows_and_when_the_job_is_done() {
    for version in ERAS {
        let mut disco = Disco::start();
        disco.run("mkfifo gate").await;
        let job = json!({"job_id": "j", "commands": ["exec 3<>gate; while read -r line <&3; do echo \"$line\"; [ $line = end ] && break; done"]});
        disco.call("submit_job", job).await;
        let uri = "disco://jobs/j/log";
        subscribe(&mut disco, version, uri).await;
        let more = |number| json!({"command": format!("echo line{number} > gate")});
        told_of(&mut disco, version, uri, "terminal_execute", more).await;
        let end = json!({"command": "echo end > gate"});
        let message = match version {
            Version::LATEST => modern_call("end", "terminal_execute", end),
            _ => call("end", "terminal_execute", end),
        };
        disco.process.send(&message).await;
        // The change that tells the end comes when the job is done: this ends only if it comes.
        loop {
            assert_eq!(next_change(&mut disco).await, uri);
            if status(&mut disco, version).await == "success" {
                break;
            }
        }
    }
}

/// How the job stands, whatever is told meanwhile.
async fn status(disco: &mut Disco, version: Version) -> Value {
    let message = match version {
        Version::LATEST => modern_call("status", "get_job_status", json!({"job_id": "j"})),
        _ => call("status", "get_job_status", json!({"job_id": "j"})),
    };
    let mut answer = disco.process.ask(&message).await;
    while answer["id"] != "status" {
        answer = disco.process.message().await;
    }
    answer["result"]["structuredContent"]["status"].clone()
}
