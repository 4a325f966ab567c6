//! A lenient server takes an argument of another type for what it must mean; others refuse it.

use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use serde::Deserialize;
use serde_json::json;

use super::problems;
use crate::wire::check;

/// What may be a number or a text.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is printed")]
enum Either {
    Number(i64),
    Text(String),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "it is printed")]
struct Inner {
    code: String,
    counts: Vec<u8>,
}

/// Tells what it got.
#[tool]
fn tell(
    number: Option<i64>,
    #[arg(range(0.0..=1.0))] share: Option<f64>,
    is: Option<bool>,
    text: Option<String>,
    inner: Option<Inner>,
    either: Option<Either>,
) -> String {
    format!("{number:?} {share:?} {is:?} {text:?} {inner:?} {either:?}")
}

/// Asks for so many.
#[prompt]
fn ask_for(count: u8) -> String {
    format!("{count}, please.")
}

fn server() -> Server {
    Server::new("strict", "1.0.0").with(tools![tell]).with(prompts![ask_for])
}

fn lenient() -> Server {
    server().lenient(true)
}

#[disco_sdk::test(server = lenient(), reader = check)]
async fn what_must_be_meant_is_taken(client: Client) -> Result<()> {
    let meant = json!({
        "number": "10",
        "share": "0.5",
        "is": "True",
        "text": 10,
        "inner": r#"{"code": 7, "counts": "[1, \"2\"]"}"#,
        "either": "10",
    });
    let told = client.call("tell", meant).await?.text();
    let inner = r#"Some(Inner { code: "7", counts: [1, 2] })"#;
    assert_eq!(told, format!(r#"Some(10) Some(0.5) Some(true) Some("10") {inner} Some(Text("10"))"#));
    Ok(())
}

#[tokio::test]
async fn what_was_right_is_never_changed() {
    for client in [server().client().await.unwrap(), lenient().client().await.unwrap()] {
        let right = json!({"text": "10", "inner": {"code": "true", "counts": []}, "either": "7"});
        let told = client.call("tell", right).await.unwrap().text();
        let inner = r#"Some(Inner { code: "true", counts: [] })"#;
        assert_eq!(told, format!(r#"None None None Some("10") {inner} Some(Text("7"))"#));
    }
    // Beside a member that has to be mended, too.
    let client = lenient().client().await.unwrap();
    let half = json!({"inner": {"code": "1", "counts": ["1"]}});
    let told = client.call("tell", half).await.unwrap().text();
    assert!(told.contains(r#"Inner { code: "1", counts: [1] }"#), "{told}");
}

#[disco_sdk::test(server = server(), reader = check)]
async fn others_refuse_all_of_it(client: Client) -> Result<()> {
    let meant = json!({"number": "10", "share": "0.5", "is": "true", "text": 10, "inner": "{}"});
    assert_eq!(problems(&client, "tell", meant).await.len(), 5);
    Ok(())
}

#[tokio::test]
async fn what_is_in_doubt_is_refused_and_bounds_hold() {
    let client = lenient().client().await.unwrap();
    let wrong = json!({"number": "ten", "share": "2", "is": "yes", "text": [1], "inner": "[]"});
    let told = problems(&client, "tell", wrong).await;
    let told: Vec<_> = told.iter().map(|problem| problem["pointer"].as_str().unwrap()).collect();
    assert_eq!(told, ["/number", "/share", "/is", "/text", "/inner"]);
    let large = problems(&client, "tell", json!({"number": "9007199254740993"})).await;
    assert_eq!(large.len(), 1);
}

#[tokio::test]
async fn arguments_of_prompts_need_not_be_texts_then() {
    let filled = lenient().client().await.unwrap().prompt("ask_for", json!({"count": 3})).await.unwrap();
    assert_eq!(filled.messages, [PromptMessage::user("3, please.")]);
    let refused = server().client().await.unwrap().prompt("ask_for", json!({"count": 3})).await.unwrap_err();
    assert!(refused.message().contains("expected a string"), "{refused}");
}
