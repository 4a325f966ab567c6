//! Prompts and the resources beside them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Disco, command};
use disco_tests::support::Process;

async fn names(disco: &mut Disco, method: &str, list: &str) -> BTreeSet<String> {
    let listed = disco.ask(method, json!({})).await;
    let items = listed["result"][list].as_array().unwrap_or_else(|| panic!("{listed}"));
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

async fn text(disco: &mut Disco, name: &str, arguments: Value) -> String {
    let got = disco.ask("prompts/get", json!({"name": name, "arguments": arguments})).await;
    got["result"]["messages"][0]["content"]["text"].as_str().unwrap_or_else(|| panic!("{got}")).to_owned()
}

/// The words between backticks that look like the name of a tool.
fn tools_of(text: &str) -> BTreeSet<String> {
    let words = text.split('`').skip(1).step_by(2);
    let is_tool = |word: &&str| {
        word.contains('_') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    // What tools take and say.
    let fields = ["sandbox_id", "dry_run", "duration_ms", "memory_limit", "disk_limit", "timed_out"];
    words.filter(is_tool).filter(|word| !fields.contains(word)).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_prompt_names_tools_that_are_served_by_default() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::run(command(&folder).arg("stdio"));
    let mut disco = Disco { process, folder, next: 0 };
    let served = names(&mut disco, "tools/list", "tools").await;
    let prompts = names(&mut disco, "prompts/list", "prompts").await;
    let asked = [
        ("setup_project", json!({"type": "rust", "features": "tests"})),
        ("debug_container", json!({"containerId": "default", "issue": "it hangs"})),
        ("optimize_performance", json!({"containerId": "default"})),
        ("review_pr", json!({"base": "develop", "focus": "security"})),
        ("fix_failing_tests", json!({"command": "cargo test"})),
    ];
    assert_eq!(prompts, asked.iter().map(|(name, _)| (*name).to_owned()).collect());
    for (name, arguments) in asked {
        let text = text(&mut disco, name, arguments.clone()).await;
        for word in arguments.as_object().unwrap().values() {
            assert!(text.contains(word.as_str().unwrap()), "{name} does not say {word}: {text}");
        }
        let tools = tools_of(&text);
        assert!(tools.len() >= 3, "{name} names {tools:?}");
        assert!(tools.is_subset(&served), "{name} names {:?}", tools.difference(&served));
    }
}

#[tokio::test]
async fn sandboxes_and_kinds_are_completed() {
    let mut disco = Disco::start();
    let made = disco.call("sandbox_create", json!({})).await;
    let id = made["sandbox_id"].as_str().unwrap().to_owned();
    let complete = |reference: Value, name: &str, value: &str| json!({"ref": reference, "argument": {"name": name, "value": value}});
    for (reference, name, typed, expected) in [
        (json!({"type": "ref/prompt", "name": "debug_container"}), "containerId", "sbx", json!([id])),
        (
            json!({"type": "ref/prompt", "name": "optimize_performance"}),
            "containerId",
            "def",
            json!(["default"]),
        ),
        (json!({"type": "ref/prompt", "name": "setup_project"}), "type", "ru", json!(["rust"])),
        (json!({"type": "ref/prompt", "name": "review_pr"}), "focus", "se", json!(["security"])),
        (json!({"type": "ref/resource", "uri": "disco://sandboxes/{id}/files"}), "id", "sbx", json!([id])),
    ] {
        let told = disco.ask("completion/complete", complete(reference, name, typed)).await;
        assert_eq!(told["result"]["completion"]["values"], expected, "{told}");
    }
}

#[tokio::test]
async fn sandboxes_their_files_the_audit_and_the_settings_are_resources() {
    let mut disco = Disco::start_with(&["--ask-above", "7"]);
    disco.call("file_write", json!({"path": "a/b c.txt", "content": "here"})).await;
    let mut read = async |uri: &str| -> Value {
        let read = disco.ask("resources/read", json!({"uri": uri})).await;
        let text = read["result"]["contents"][0]["text"].as_str().unwrap_or_else(|| panic!("{read}"));
        serde_json::from_str(text).unwrap_or_else(|_| json!(text))
    };
    assert_eq!(read("disco://sandboxes").await[0]["sandbox_id"], "default");
    assert_eq!(read("disco://sandboxes/default/files").await["entries"][1]["path"], "a/b c.txt");
    assert_eq!(read("disco://sandboxes/default/files/a/b%20c.txt").await, "here");
    let audit = read("disco://audit").await;
    assert!(audit.as_array().unwrap().iter().any(|entry| entry["name"] == "file_write"), "{audit}");
    let settings = read("config://server").await;
    assert_eq!(
        (&settings["version"], &settings["bounds"]["ask_above"]),
        (&json!(env!("CARGO_PKG_VERSION")), &json!(7))
    );
    assert!(!settings.to_string().contains('/'), "no folder of the host is told: {settings}");
}
