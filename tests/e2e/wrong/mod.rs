//! Wrong messages: whatever the official schema of a revision forbids, sent on lines and over HTTP. The
//! answer has the specified number and names the place, and the next request works.

mod envelope;
mod exceptions;
mod mutant;
mod notifications;
mod peer;
mod requests;
mod schema;

use std::fmt;

use disco_sdk::{Limits, Service, Version};
use disco_tests::fixture;
use serde_json::Value;

use peer::{Answer, Peer};

/// The two ways in, each from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Lines,
    Http,
}

impl Way {
    const ALL: [Self; 2] = [Self::Lines, Self::Http];

    async fn open(self, service: &Service, version: Version) -> Peer {
        match self {
            Self::Lines => Peer::lines(service, version, Limits::default()).await,
            Self::Http => Peer::http(service, version).await,
        }
    }
}

/// The number of an error, and the place that it has to name.
struct Refusal<'a> {
    code: i64,
    pointer: Option<&'a str>,
}

impl Refusal<'_> {
    /// What is wrong with an answer.
    fn fault(&self, answer: &Answer, version: Version) -> Option<String> {
        let error = &answer.message["error"];
        if error["code"] != self.code {
            return Some(format!("is not refused with {}", self.code));
        }
        let named = error["data"]["pointer"].as_str();
        if let Some(pointer) = self.pointer
            && !named.is_some_and(|named| is_at_or_below(named, pointer))
        {
            return Some(format!("{pointer} is not named"));
        }
        let status = match self.code {
            -32601 if !version.is_legacy() => 404,
            -32601 | -32602 if version.is_legacy() => 200,
            _ => 400,
        };
        let is = answer.status.unwrap_or(status);
        (is != status).then(|| format!("the status is {is}, not {status}"))
    }
}

fn is_at_or_below(place: &str, root: &str) -> bool {
    place.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What went wrong, all of it.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, sent: &dyn fmt::Display, answer: &Answer, fault: &dyn fmt::Display) {
        let Answer { status, message, .. } = answer;
        let shown = |text: String| text.chars().take(600).collect::<String>();
        self.0.push(format!(
            "{fault}\n    sent {}\n    got  {status:?} {}",
            shown(sent.to_string()),
            shown(message.to_string())
        ));
    }

    fn report(&self) {
        let first: Vec<&str> = self.0.iter().take(12).map(String::as_str).collect();
        assert!(self.0.is_empty(), "{} faults:\n{}", self.0.len(), first.join("\n"));
    }
}

fn service() -> Service {
    fixture().build().unwrap()
}

/// Whether an answer calls itself by the id of what was sent.
fn is_answer_to(answer: &Answer, sent: &Value) -> bool {
    answer.message["id"] == sent["id"]
}
