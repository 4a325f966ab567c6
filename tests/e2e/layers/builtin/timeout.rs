//! `layer::Timeout`.

use std::time::Duration;

use disco_sdk::client::Answers;
use disco_sdk::layer::Timeout;
use disco_sdk::prelude::*;
use disco_sdk::{Limits, Version};
use serde_json::json;
use tokio::time::{Instant, sleep};

/// Works, asks, and works again.
#[tool]
async fn ask_between(ctx: Context, before: u64, after: u64) -> Result<String> {
    sleep(Duration::from_secs(before)).await;
    let answer = ctx.ask::<bool>("Go on?").await?;
    sleep(Duration::from_secs(after)).await;
    Ok(format!("went on: {answer}"))
}

/// Sleeps.
#[resource("slow://page")]
async fn slow() -> &'static str {
    sleep(Duration::from_secs(10)).await;
    "slept"
}

fn server() -> Server {
    // A round would wait for an hour for whatever holds the handler's waker.
    let limits = Limits { settle: Duration::from_hours(1), ..Limits::default() };
    let server = Server::new("slow", "1").limits(limits).with(tools![ask_between]).with(resources![slow]);
    server.layer(Timeout::new(Duration::from_secs(5)))
}

#[tokio::test(start_paused = true)]
async fn it_stops_what_takes_longer_and_a_question_is_asked_at_once_all_the_same() {
    for version in Version::ALL.into_iter().filter(|version| *version >= Version::V2025_06_18) {
        let answers = Answers::form(|_| json!({"value": true}));
        let client = server().build().unwrap().client_with(version, answers).await.unwrap();
        let start = Instant::now();
        let result = client.call("ask_between", json!({"before": 2, "after": 2})).await.unwrap();
        assert_eq!(result.text(), "went on: true", "{version}");
        assert!(start.elapsed() <= Duration::from_secs(6), "{version}: {:?}", start.elapsed());
        let result = client.call("ask_between", json!({"before": 4, "after": 9})).await.unwrap();
        assert!(result.is_error && result.text().contains("TIMED_OUT"), "{version}: {}", result.text());
        let error = client.read("slow://page").await.unwrap_err();
        assert_eq!(error.data()["code"].as_str(), Some("TIMED_OUT"));
    }
}
