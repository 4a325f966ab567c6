//! All that is wrong is told in one answer: where, what was given, what is expected, an example.

use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use serde::Deserialize;
use serde_json::json;

use super::{problems, properties};
use crate::wire::check;

/// How a parcel travels.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Speed {
    /// Within a day.
    Express,
    /// Within a week.
    Standard,
}

/// Where a parcel goes.
#[derive(Debug, Deserialize, JsonSchema)]
struct Address {
    /// Who lives there.
    name: String,
    /// The street, and the number of the house.
    #[serde(alias = "road")]
    street: Option<String>,
    #[schemars(range(min = 1, max = 99_999))]
    code: u32,
    floors: Vec<u8>,
}

/// How a parcel is paid for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "lowercase")]
#[expect(dead_code, reason = "it is printed")]
enum Payment {
    Card { number: String, year: u16 },
    Cash,
}

/// Sends a parcel.
#[tool]
fn send(
    to: Address,
    speed: Speed,
    #[arg(range(1..=30_000), example = 250)] grams: u32,
    payment: Option<Payment>,
    next: Option<Box<Stop>>,
) -> String {
    let next = next.map(|stop| format!(" by {}", stop.names().join(" and "))).unwrap_or_default();
    let Address { name, street, code, floors } = to;
    format!("{grams} g to {name}, {street:?}, {code}, {floors:?}, {speed:?}, {payment:?}{next}")
}

/// A place on the way.
#[derive(Deserialize, JsonSchema)]
struct Stop {
    at: String,
    next: Option<Box<Stop>>,
}

impl Stop {
    fn names(&self) -> Vec<&str> {
        let rest = self.next.as_ref().map(|next| next.names()).unwrap_or_default();
        std::iter::once(self.at.as_str()).chain(rest).collect()
    }
}

fn server() -> Server {
    Server::new("post", "1.0.0").with(tools![send])
}

#[disco_sdk::test(server = server(), reader = check)]
async fn everything_that_is_wrong_is_told_at_once(client: Client) -> Result<()> {
    let wrong = json!({
        "to": {"nmae": "Ada", "code": 100_000, "floors": [1, 300, "two"]},
        "speed": "slow",
        "grams": 0,
        "gram": 1,
    });
    let problems = problems(&client, "send", wrong).await;
    let told: Vec<_> = problems.iter().map(|problem| (&problem["pointer"], &problem["wrong"])).collect();
    let expected = [
        (json!("/gram"), json!("no such argument; did you mean `grams`?")),
        (json!("/to/nmae"), json!("no such member; did you mean `name`?")),
        (json!("/to/code"), json!("expected an integer from 1 to 99999, such as 1")),
        (json!("/to/floors/1"), json!("expected an integer from 0 to 255, such as 1")),
        (json!("/to/floors/2"), json!("expected an integer from 0 to 255, such as 1")),
        (json!("/to/name"), json!("missing, expected a string, such as \"text\"")),
        (json!("/speed"), json!("expected one of \"express\", \"standard\"")),
        (json!("/grams"), json!("expected an integer from 1 to 30000, such as 250")),
    ];
    assert_eq!(told, expected.iter().map(|(pointer, wrong)| (pointer, wrong)).collect::<Vec<_>>());
    assert_eq!((&problems[4]["given"], &problems[7]["given"]), (&json!("\"two\""), &json!("0")));
    assert_eq!((&problems[6]["example"], &problems[7]["example"]), (&json!("\"express\""), &json!("250")));
    Ok(())
}

#[disco_sdk::test(server = server(), reader = check)]
async fn enums_and_structs_are_described_with_their_docs(client: Client) -> Result<()> {
    let properties = properties(&client, "send").await;
    let speed = properties["speed"].to_string();
    assert!(speed.contains("Within a day.") && speed.contains("\"express\""), "{speed}");
    assert_eq!(properties["to"]["description"], "Where a parcel goes.");
    assert_eq!(properties["to"]["properties"]["name"]["description"], "Who lives there.");
    assert_eq!(properties["to"]["additionalProperties"], false);
    Ok(())
}

#[tokio::test]
async fn a_member_that_a_type_would_pass_over_is_refused_and_an_alias_is_none() {
    let client = server().client().await.unwrap();
    let parcel = |to: serde_json::Value| json!({"to": to, "speed": "express", "grams": 1});
    let unknown = json!({"name": "Ada", "code": 1, "floors": [], "stret": "Low Road"});
    let told = problems(&client, "send", parcel(unknown)).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["pointer"], "/to/stret");
    assert_eq!(told[0]["wrong"], "no such member; did you mean `street`?");
    let alias = json!({"name": "Ada", "code": 1, "floors": [], "road": "Low Road"});
    assert!(!client.call("send", parcel(alias)).await.unwrap().is_error);
}

#[tokio::test]
async fn of_alternatives_the_one_that_was_meant_is_told() {
    let client = server().client().await.unwrap();
    let to = json!({"name": "Ada", "code": 1, "floors": []});
    let paid =
        |payment: serde_json::Value| json!({"to": to, "speed": "express", "grams": 1, "payment": payment});
    let card = problems(&client, "send", paid(json!({"by": "card", "number": 7}))).await;
    let told: Vec<_> = card.iter().map(|problem| problem["pointer"].as_str().unwrap()).collect();
    assert_eq!(told, ["/payment/number", "/payment/year"]);
    let cheque = problems(&client, "send", paid(json!({"by": "cheque"}))).await;
    assert!(cheque[0]["pointer"].as_str().unwrap().starts_with("/payment"), "{cheque:?}");
    assert!(!client.call("send", paid(json!({"by": "cash"}))).await.unwrap().is_error);
}

#[tokio::test]
async fn what_is_recursive_is_looked_at_to_its_end() {
    let client = server().client().await.unwrap();
    let to = json!({"name": "Ada", "code": 1, "floors": []});
    let by = |next: serde_json::Value| json!({"to": to, "speed": "express", "grams": 1, "next": next});
    let sent = client.call("send", by(json!({"at": "a", "next": {"at": "b"}}))).await.unwrap();
    assert!(sent.text().ends_with("by a and b"), "{}", sent.text());
    let told = problems(&client, "send", by(json!({"at": "a", "next": {"at": 7, "nxt": 1}}))).await;
    let told: Vec<_> = told.iter().map(|problem| problem["pointer"].as_str().unwrap()).collect();
    assert_eq!(told, ["/next/next/at", "/next/next/nxt"]);
}

#[tokio::test]
async fn what_was_given_is_shortened_and_the_list_has_an_end() {
    let client = server().client().await.unwrap();
    let floors: Vec<String> = (0..1000).map(|_| "x".repeat(1000)).collect();
    let wrong = json!({"to": {"name": "Ada", "code": 1, "floors": floors}, "speed": "express", "grams": 1});
    let words = client.call("send", wrong.clone()).await.unwrap().text();
    assert!(words.contains("; and perhaps more"), "{words}");
    let told = problems(&client, "send", wrong).await;
    assert_eq!(told.len(), 20);
    assert!(told.iter().all(|problem| problem["given"].as_str().unwrap().chars().count() <= 61));
}

#[tokio::test]
async fn a_whole_number_with_a_point_and_a_member_that_is_null_are_understood() {
    let client = server().client().await.unwrap();
    let to = json!({"name": "Ada", "code": 1.0, "floors": [2.0], "street": null});
    let sent = client.call("send", json!({"to": to, "speed": "express", "grams": 5.0})).await.unwrap();
    assert!(sent.text().starts_with("5 g to Ada"), "{}", sent.text());
}
