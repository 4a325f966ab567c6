//! `layer::RateLimit`.

use std::time::Duration;

use disco_sdk::layer::{self, RateLimit};
use disco_sdk::prelude::*;
use disco_sdk::{Caller, Version};
use serde_json::json;
use tokio::time::advance;

/// Says hello.
#[tool]
fn hello() -> &'static str {
    "hello"
}

/// Says goodbye.
#[tool]
fn goodbye() -> &'static str {
    "goodbye"
}

/// A greeting.
#[resource("greeting://now", layer = RateLimit::per_hour(1))]
fn greeting() -> &'static str {
    "hello"
}

fn server(limit: RateLimit) -> Server {
    Server::new("greetings", "1")
        .with(layer::around(limit, tools![hello, goodbye]))
        .with(resources![greeting])
}

#[tokio::test(start_paused = true)]
async fn what_is_too_much_is_refused_with_the_seconds_after_which_it_is_not() {
    let service = server(RateLimit::per_minute(6).burst(2)).build().unwrap();
    let client = service.client_in(Version::LATEST).await.unwrap();
    let call = async |tool| client.call(tool, json!({})).await.unwrap();
    assert_eq!(call("hello").await.text(), "hello");
    assert_eq!(call("goodbye").await.text(), "goodbye");
    let refused = call("hello").await;
    let facts = &refused.meta.as_ref().unwrap()["dev.disco/error"];
    assert_eq!(facts["code"], "RATE_LIMITED");
    assert_eq!((&facts["retryable"], &facts["retryAfterSeconds"]), (&json!(true), &json!(10)));
    assert!(refused.text().contains("6 a minute") && refused.text().contains("after 10 s"), "{facts}");
    advance(Duration::from_secs(10)).await;
    assert_eq!(call("hello").await.text(), "hello");
    assert!(call("hello").await.is_error);
}

#[tokio::test(start_paused = true)]
async fn each_caller_has_its_own_allowance_if_it_is_said_until_there_are_too_many_of_them() {
    let service = server(RateLimit::per_minute(1).per_caller().keys(3)).build().unwrap();
    let is_refused = async |name: &str| {
        let caller = if name.is_empty() { Caller::anonymous() } else { Caller::new("test", name) };
        let client = service.client_as(caller, Version::LATEST).await.unwrap();
        client.call("hello", json!({})).await.unwrap().is_error
    };
    assert!(!is_refused("ada").await);
    assert!(is_refused("ada").await);
    assert!(!is_refused("bob").await);
    assert!(!is_refused("").await);
    assert!(is_refused("").await, "all that are anonymous are one");
    assert!(is_refused("carol").await, "three are told apart, and whoever comes then shares the last one's");
    advance(Duration::from_mins(1)).await;
    assert!(!is_refused("carol").await);
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_is_read_too_often_is_an_error_of_the_protocol() {
    for version in Version::ALL {
        let client = server(RateLimit::per_second(1)).client_in(version).await.unwrap();
        client.read("greeting://now").await.unwrap();
        let error = client.read("greeting://now").await.unwrap_err();
        assert_eq!(error.data()["code"], "RATE_LIMITED", "{version}");
        assert_eq!(error.data()["retryAfterSeconds"], 3600, "{version}");
    }
}
