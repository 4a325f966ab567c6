//! How large an answer is: no tool says more than the bound, and what was left out can be read.

mod large;

use serde_json::{Value, json};

use super::Disco;

/// How large an answer is, as a model reads it: its text with its links, and its structured content.
fn sizes(result: &Value) -> (usize, usize) {
    let block = |block: &Value| match block["type"].as_str() {
        Some("text") => block["text"].as_str().unwrap().len(),
        Some("image" | "audio") => 0,
        _ => block.to_string().len(),
    };
    let content = result["content"].as_array().unwrap().iter().map(block).sum();
    let structured = result.get("structuredContent").map_or(0, |structured| structured.to_string().len());
    (content, structured)
}

fn link(result: &Value) -> &str {
    let blocks = result["content"].as_array().unwrap();
    let link = blocks.iter().find(|block| block["type"] == "resource_link");
    link.unwrap_or_else(|| panic!("no link: {}", result["content"]))["uri"].as_str().unwrap()
}

async fn read(disco: &mut Disco, uri: &str) -> String {
    let read = disco.ask("resources/read", json!({"uri": uri})).await;
    read["result"]["contents"][0]["text"].as_str().unwrap_or_else(|| panic!("{read}")).to_owned()
}

#[tokio::test]
async fn of_long_output_both_ends_are_told_and_the_whole_is_a_resource() {
    let mut disco = Disco::start();
    let command = "echo first; seq 100000; echo last; seq 20000 >&2";
    let result = disco.try_call("terminal_execute", json!({"command": command})).await;
    let (content, structured) = sizes(&result);
    assert!(content < 25_000 && structured < 25_000, "{content} {structured}");
    let told = &result["structuredContent"];
    assert_eq!(told["truncated"], true);
    let out = told["stdout"].as_str().unwrap();
    assert!(out.starts_with("first\n1\n") && out.ends_with("100000\nlast\n"), "{out}");
    assert!(told["stderr"].as_str().unwrap().ends_with("\n20000\n"));
    let uri = link(&result).to_owned();
    assert_eq!(told["output_uri"], uri.as_str());
    let whole = read(&mut disco, &uri).await;
    assert!(whole.contains("\n50000\n") && whole.contains("\n[--- standard error ---]\n1\n"));
    // A model that cannot read resources reads it as a file.
    let part = disco.call("file_read", json!({"path": uri, "offset": 50_000, "limit": 2})).await;
    assert_eq!(part["content"], "49999\n50000\n");

    let short = disco.try_call("terminal_execute", json!({"command": "echo short"})).await;
    assert_eq!(short["content"].as_array().unwrap().len(), 1);
    assert!(short["structuredContent"].get("output_uri").is_none());
    let few = disco.call("terminal_execute", json!({"command": "seq 1000", "max_output_bytes": 100})).await;
    assert!(few["stdout"].as_str().unwrap().len() < 150 && few["output_uri"].is_string(), "{few}");
    let gone = disco.ask("resources/read", json!({"uri": "disco://outputs/out_abcdefghjkmnpqrs.txt"})).await;
    assert_eq!(gone["error"]["code"], -32602, "{gone}");
}

#[tokio::test]
async fn outputs_stay_within_their_bound() {
    let mut disco = Disco::start_with(&["--outputs-mb", "1"]);
    let mut uris = Vec::new();
    for _ in 0..3 {
        let done = disco.run("head -c 600000 /dev/zero | tr '\\0' x").await;
        uris.push(done["output_uri"].as_str().unwrap().to_owned());
    }
    let first = disco.ask("resources/read", json!({"uri": uris[0]})).await;
    assert!(first.get("error").is_some(), "the oldest had to go");
    assert_eq!(read(&mut disco, &uris[2]).await.len(), 600_000);
    let large = disco.run("head -c 2000000 /dev/zero | tr '\\0' x").await;
    assert!(large["truncated"] == true && large.get("output_uri").is_none(), "{large}");
}

#[tokio::test]
async fn of_a_long_file_the_first_lines_and_the_last_are_told() {
    let mut disco = Disco::start();
    disco.run("seq 30000 > long; head -c 100000 /dev/zero | tr '\\0' y > line; head -c 90000 /dev/urandom > bytes").await;
    let result = disco.try_call("file_read", json!({"path": "long"})).await;
    let (content, structured) = sizes(&result);
    assert!(content < 25_000 && structured < 25_000, "{content} {structured}");
    let told = &result["structuredContent"];
    assert!(told["content"].as_str().unwrap().starts_with("1\n2\n"));
    assert!(told["tail"].as_str().unwrap().ends_with("29999\n30000\n"));
    let first_of_tail = told["tail"].as_str().unwrap().lines().next().unwrap().parse::<u64>().unwrap();
    assert_eq!((&told["truncated"], &told["tail_line"]), (&json!(true), &json!(first_of_tail)));
    assert_eq!(link(&result), "file:///workspace/long");
    // Page after page gives all of it.
    let (mut whole, mut offset) = (String::new(), json!(1));
    while offset.is_u64() {
        let page = disco.try_call("file_read", json!({"path": "long", "offset": offset})).await;
        assert!(sizes(&page).0 < 25_000);
        whole.push_str(page["structuredContent"]["content"].as_str().unwrap());
        offset = page["structuredContent"]["next_offset"].clone();
    }
    assert_eq!(whole, (1..=30_000).map(|number: u32| number.to_string() + "\n").collect::<String>());

    let line = disco.call("file_read", json!({"path": "line"})).await;
    assert!(line["note"].as_str().unwrap().contains("100000 bytes"), "{}", line["note"]);
    assert!(line["content"].as_str().unwrap().starts_with("yyy"));
    let bytes = disco.call("file_read", json!({"path": "bytes", "encoding": "base64"})).await;
    assert!(
        bytes["truncated"] == true && bytes["note"].as_str().unwrap().contains("`offset`"),
        "{}",
        bytes["note"]
    );

    let made = disco.call("sandbox_create", json!({})).await;
    let id = made["sandbox_id"].as_str().unwrap();
    disco.call("terminal_execute", json!({"command": "seq 30000 > long", "sandbox_id": id})).await;
    let other = disco.try_call("file_read", json!({"path": "long", "sandbox_id": id})).await;
    let uri = link(&other).to_owned();
    assert_eq!(uri, format!("disco://sandboxes/{id}/files/long"));
    assert!(read(&mut disco, &uri).await.ends_with("\n30000\n"));
}

#[tokio::test]
async fn no_tool_says_more_than_the_bound() {
    let most = 8_000;
    let mut disco = Disco::start_with(&["--result-bytes", "8000"]);
    let long = "x".repeat(200);
    disco.run(&format!("git init -q; mkdir {long}; cd {long}; for i in $(seq 1500); do echo needle {long} > {long}$i; done; git add .")).await;
    disco.run("seq 30000 > long; head -c 90000 /dev/zero | tr '\\0' y > line").await;
    let job = json!({"job_id": "j", "commands": ["seq 9000; seq 9000 >&2", "seq 9000"], "artifacts": ["long"], "tags": ["t"]});
    disco.try_call("run_job", job).await;
    for number in 0..41 {
        let name = format!("{number}-{}", "n".repeat(200));
        disco.call("sandbox_create", json!({"name": name})).await;
    }
    let edit = json!([{"old": "y", "new": "z", "replace_all": true}]);
    let large = [
        ("file_list", json!({"depth": 9, "limit": 5000})),
        ("file_search", json!({"query": "needle", "context": 20, "max_results": 2000})),
        ("file_read", json!({"path": "long"})),
        ("file_download", json!({"path": "long"})),
        ("file_edit", json!({"path": "line", "edits": edit, "dry_run": true})),
        ("file_delete", json!({"glob": "x*", "dry_run": true})),
        ("terminal_execute", json!({"command": "seq 90000"})),
        ("git_status", json!({})),
        ("sandbox_list", json!({"limit": 100})),
        ("run_job", json!({"commands": ["seq 9000"]})),
        ("get_run", json!({"job_id": "j"})),
        ("get_job_logs", json!({"job_id": "j"})),
        ("get_artifact", json!({"job_id": "j", "filename": "long"})),
        ("audit_query", json!({"limit": 200})),
        // A failure that repeats what was asked.
        ("file_stat", json!({"path": "p".repeat(50_000)})),
    ];
    for (tool, arguments) in &large {
        let result = disco.try_call(tool, arguments.clone()).await;
        let (content, structured) = sizes(&result);
        assert!(content.max(structured) > most / 4, "{tool}: {content}: the answer is not large: {result}");
        assert!(content <= most && structured <= most, "{tool}: {content} {structured}");
    }
    // All the others, with whatever they say to no arguments.
    let listed = disco.ask("tools/list", json!({})).await;
    for tool in listed["result"]["tools"].as_array().unwrap() {
        let name = tool["name"].as_str().unwrap();
        let result = disco.try_call(name, json!({})).await;
        let (content, structured) = sizes(&result);
        assert!(content <= most && structured <= most, "{name}: {content} {structured}");
    }
}

#[tokio::test]
async fn what_a_tool_cannot_shorten_itself_loses_its_middles_and_is_kept_whole() {
    let mut disco = Disco::start_with(&["--result-bytes", "8000"]);
    for number in 0..45 {
        disco.call("sandbox_create", json!({"name": format!("number {number}")})).await;
    }
    let result = disco.try_call("sandbox_list", json!({"limit": 100})).await;
    let told = &result["structuredContent"];
    let shown = told["sandboxes"].as_array().unwrap();
    assert_eq!(shown[0]["is_default"], true);
    assert!(shown.len() > 5 && shown.len() < 46, "{}", shown.len());
    let words = told["shortened"]["left_out"][0].as_str().unwrap();
    assert!(words.starts_with("/sandboxes: all but the first") && words.ends_with("of 46 items"), "{words}");
    assert_eq!(told["shortened"]["uri"], link(&result));
    // The text says the same.
    assert_eq!(serde_json::from_str::<Value>(result["content"][0]["text"].as_str().unwrap()).unwrap(), *told);
    let whole: Value = serde_json::from_str(&read(&mut disco, link(&result)).await).unwrap();
    assert_eq!(whole["sandboxes"].as_array().unwrap().len(), 46);
}
