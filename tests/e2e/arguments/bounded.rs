//! What an argument is looked at has an end, whatever is sent.

use std::time::{Duration, Instant};

use disco_sdk::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problems;

/// A sum, whose kinds are alike, so that each could be meant at every level.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Sum {
    Number(u8),
    Plus { left: Box<Sum>, right: Box<Sum> },
    Minus { left: Box<Sum>, right: Box<Sum>, sign: Option<String> },
}

impl Sum {
    fn terms(&self) -> usize {
        match self {
            Self::Number(number) => usize::from(*number > 0),
            Self::Plus { left, right } => left.terms() + right.terms(),
            Self::Minus { left, right, sign } => left.terms() + right.terms() + sign.iter().count(),
        }
    }
}

/// A page with another name for its number.
#[derive(Deserialize, JsonSchema)]
struct Page {
    #[serde(alias = "no")]
    number: u32,
    #[schemars(regex(pattern = "^[a-z]+$"))]
    word: Option<String>,
}

/// Counts.
#[tool]
fn count(sum: Option<Sum>, pages: Option<Vec<Page>>) -> usize {
    let words = pages.iter().flatten().filter(|page| page.number > 0 && page.word.is_some()).count();
    sum.map_or(0, |sum| sum.terms()) + words
}

fn server() -> Server {
    Server::new("bounded", "1.0.0").with(tools![count])
}

fn deep(levels: usize, end: &Value) -> Value {
    (0..levels).fold(end.clone(), |inner, _| json!({"left": 1, "right": inner}))
}

#[tokio::test]
async fn alternatives_that_are_alike_at_every_level_do_not_multiply_without_end() {
    let begun = Instant::now();
    for server in [server(), server().lenient(true)] {
        let client = server.client().await.unwrap();
        assert_eq!(client.call("count", json!({"sum": deep(30, &json!(1))})).await.unwrap().text(), "31");
        let wrong = client.call("count", json!({"sum": deep(8, &json!([]))})).await.unwrap();
        assert!(wrong.is_error);
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn many_aliases_and_patterns_are_read_in_time() {
    let begun = Instant::now();
    let client = server().client().await.unwrap();
    let pages = |page: Value| json!({"pages": vec![page; 10_000]});
    let right = client.call("count", pages(json!({"no": 1, "word": "a"}))).await.unwrap();
    assert_eq!(right.text(), "10000");
    let told = problems(&client, "count", pages(json!({"number": 1, "word": "A", "x": 1}))).await;
    assert_eq!(told.len(), 20);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
