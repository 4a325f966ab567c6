//! The examples, run as a reader of the book would.

use serde_json::json;
use tokio::process::Command;

use super::support::{Process, modern, modern_call, program};

#[tokio::test]
async fn hello_does_what_the_readme_says() {
    let hello = program("disco-examples", "hello");
    let sum = Command::new(&hello).args(["--call", "add", "a=1", "b=2"]).output().await.unwrap();
    assert_eq!(String::from_utf8(sum.stdout).unwrap(), "3\n");

    let mut process = Process::run(&mut Command::new(&hello));
    let sum = process.ask(&modern_call(1, "add", json!({"a": 1, "b": 2}))).await;
    assert_eq!(sum["result"]["structuredContent"], 3);
    let read = process.ask(&modern(2, "resources/read", json!({"uri": "greeting://Ada"}))).await;
    assert_eq!(read["result"]["contents"][0]["text"], "Hello, Ada!");
    let arguments = json!({"language": "Rust", "code": "fn main() {}"});
    let prompt =
        process.ask(&modern(3, "prompts/get", json!({"name": "review", "arguments": arguments}))).await;
    let text = &prompt["result"]["messages"][0]["content"]["text"];
    assert_eq!(text, "Review this Rust code:\nfn main() {}");
    process.finish().await;
}

#[tokio::test]
async fn notes_are_written_found_and_read() {
    let notes = program("disco-examples", "notes");
    let mut process = Process::run(&mut Command::new(notes));
    for text in ["buy milk", "buy bread", "call Ada"] {
        let written = process.ask(&modern_call(1, "write", json!({"text": text}))).await;
        assert_eq!(written["result"]["structuredContent"]["text"], text);
    }
    let found = process.ask(&modern_call(2, "find", json!({"text": "buy"}))).await;
    assert_eq!(found["result"]["structuredContent"].as_array().unwrap().len(), 2);
    let read = process.ask(&modern(3, "resources/read", json!({"uri": "note://3"}))).await;
    assert_eq!(read["result"]["contents"][0]["text"], "call Ada");
    let missing = process.ask(&modern(4, "resources/read", json!({"uri": "note://4"}))).await;
    assert_eq!(missing["error"]["code"], -32602);
    let empty = process.ask(&modern_call(5, "write", json!({"text": " "}))).await;
    assert_eq!(empty["result"]["isError"], true);
    let arguments = json!({"words": "9"});
    let prompt =
        process.ask(&modern(6, "prompts/get", json!({"name": "sum_up", "arguments": arguments}))).await;
    let text = prompt["result"]["messages"][0]["content"]["text"].as_str().unwrap();
    assert!(text.contains("at most 9 words") && text.contains("- buy bread"), "{text}");
    process.finish().await;
}

#[tokio::test]
async fn everything_can_be_listed_called_and_read() {
    let everything = program("disco-examples", "everything");
    let mut process = Process::run(&mut Command::new(everything));
    let listed = process.ask(&modern(1, "tools/list", json!({}))).await;
    // The suite calls the first one without arguments.
    assert_eq!(listed["result"]["tools"][0]["name"], "test_simple_text");
    let mixed = process.ask(&modern_call(2, "test_multiple_content_types", json!({}))).await;
    let kinds: Vec<_> =
        mixed["result"]["content"].as_array().unwrap().iter().map(|one| &one["type"]).collect();
    assert_eq!(kinds, ["text", "image", "resource"]);
    let read = process.ask(&modern(3, "resources/read", json!({"uri": "test://template/123/data"}))).await;
    let data = r#"{"id":"123","templateTest":true,"data":"Data for ID: 123"}"#;
    assert_eq!(read["result"]["contents"][0]["text"], data);
    process.finish().await;
}
