//! Integers that clients in JavaScript would round: refused as numbers, exact as digits.

use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use disco_sdk::{Exact, Version};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{problems, properties};
use crate::wire::check;

const LARGEST: i64 = (1 << 53) - 1;

/// A message.
#[derive(Deserialize, Serialize, JsonSchema)]
struct Message {
    id: Exact<u64>,
    before: Vec<i64>,
    share: f64,
}

/// Takes integers of all sizes.
#[tool]
fn take(a: i64, b: Option<u64>, c: Option<u128>) -> String {
    format!("{a} {b:?} {c:?}")
}

/// Gives a message back.
#[tool]
fn forward(message: Message) -> Json<Message> {
    Json(message)
}

/// Gives a number back that it was not given.
#[tool]
fn large() -> u64 {
    u64::MAX
}

fn server() -> Server {
    Server::new("numbers", "1.0.0").with(tools![take, forward, large])
}

#[disco_sdk::test(server = server(), reader = check)]
async fn a_number_that_may_have_been_rounded_is_refused(client: Client) -> Result<()> {
    let safe = client.call("take", json!({"a": -LARGEST, "b": LARGEST, "c": LARGEST})).await?;
    assert_eq!(safe.text(), format!("-{LARGEST} Some({LARGEST}) Some({LARGEST})"));
    let told = problems(&client, "take", json!({"a": LARGEST + 1, "b": u64::MAX})).await;
    let wrong =
        "which clients in JavaScript round, expected an integer from -9007199254740991 to 9007199254740991";
    assert_eq!(told[0]["given"], "9007199254740992");
    assert_eq!(told[1]["given"], "18446744073709551615");
    assert!(told.iter().all(|problem| problem["wrong"] == wrong), "{told:?}");
    Ok(())
}

#[disco_sdk::test(server = server(), reader = check)]
async fn digits_are_exact_in_both_directions(client: Client, version: Version) -> Result<()> {
    let id = &properties(&client, "forward").await["message"]["properties"]["id"];
    assert_eq!(*id, json!({"type": "string", "pattern": "^[0-9]+$"}));
    let message = json!({"id": "18446744073709551615", "before": [1], "share": 0.125});
    let forwarded = client.call("forward", json!({"message": message})).await?;
    assert_eq!(serde_json::from_str::<Value>(&forwarded.text()).expect("it is JSON"), message);
    assert_eq!(forwarded.structured_content, (version >= Version::V2025_06_18).then_some(message));
    Ok(())
}

#[tokio::test]
async fn integers_inside_are_looked_at_and_floats_are_not() {
    let client = server().client().await.unwrap();
    let message = json!({"id": "1", "before": [1, LARGEST + 2], "share": 1e300});
    let told = problems(&client, "forward", json!({"message": message})).await;
    assert_eq!((told.len(), told[0]["pointer"].as_str()), (1, Some("/message/before/1")));
    let message = json!({"id": "x", "before": [], "share": 0.123_456_789_012_345_68});
    let told = problems(&client, "forward", json!({"message": message})).await;
    assert_eq!((told.len(), told[0]["pointer"].as_str()), (1, Some("/message/id")));
    assert_eq!(told[0]["example"], "\"9007199254740993\"");
}

#[tokio::test]
async fn a_result_goes_out_digit_for_digit() {
    let client = server().client().await.unwrap();
    let large = client.call("large", json!({})).await.unwrap();
    assert_eq!(large.text(), "18446744073709551615");
    assert_eq!(large.structured_content, Some(json!(u64::MAX)));
}
