//! Layers that tower brings, and one that a user writes as tower has it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context as Polling, Poll};
use std::time::Duration;

use disco_sdk::layer::{Call, Outcome};
use disco_sdk::prelude::*;
use disco_tests::Gate;
use serde_json::json;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::retry::{Policy, RetryLayer};
use tower::timeout::TimeoutLayer;
use tower::{Layer, Service, ServiceBuilder};

/// Sleeps.
#[tool]
async fn nap(seconds: u64) -> &'static str {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    "rested"
}

/// Waits at the gate.
#[tool]
async fn wait(gate: State<Gate>) -> &'static str {
    gate.pass().await;
    "through"
}

/// Works at the third attempt.
#[tool]
fn flaky(attempts: State<AtomicU32>) -> Result<u32> {
    match attempts.fetch_add(1, Ordering::Relaxed) {
        before @ 0..2 => Err(Error::new(format!("attempt {before} went wrong"))),
        before => Ok(before),
    }
}

#[tokio::test(start_paused = true)]
async fn the_timeout_of_tower_is_told_in_its_own_words() {
    let server = Server::new("naps", "1").with(tools![nap]);
    let client = server.layer(TimeoutLayer::new(Duration::from_secs(2))).client().await.unwrap();
    assert_eq!(client.call("nap", json!({"seconds": 1})).await.unwrap().text(), "rested");
    let result = client.call("nap", json!({"seconds": 3})).await.unwrap();
    assert!(result.is_error && result.text().contains("timed out"), "{}", result.text());
}

#[tokio::test]
async fn limits_of_tower_hold_for_the_whole_server_and_shed_what_is_too_much() {
    let gate = Arc::new(Gate::default());
    let stack = ServiceBuilder::new().layer(LoadShedLayer::new()).layer(GlobalConcurrencyLimitLayer::new(1));
    let server = Server::new("gates", "1").with(tools![wait, nap]).shared_state(Arc::clone(&gate));
    let client = Arc::new(server.layer(stack.into_inner()).client().await.unwrap());
    let first = tokio::spawn({
        let client = Arc::clone(&client);
        async move { client.call("wait", json!({})).await }
    });
    gate.reached().await;
    let result = client.call("nap", json!({"seconds": 0})).await.unwrap();
    assert!(result.is_error && result.text().contains("overloaded"), "{}", result.text());
    gate.open();
    assert_eq!(first.await.unwrap().unwrap().text(), "through");
    assert_eq!(client.call("nap", json!({"seconds": 0})).await.unwrap().text(), "rested");
}

/// Tries again what the tool says has failed.
#[derive(Clone)]
struct Again(u32);

impl Policy<Call, Outcome, Error> for Again {
    type Future = std::future::Ready<()>;

    fn retry(&mut self, _: &mut Call, result: &mut Result<Outcome>) -> Option<Self::Future> {
        let has_failed = result.as_ref().is_ok_and(Outcome::is_error);
        self.0 = self.0.checked_sub(u32::from(has_failed))?;
        has_failed.then(|| std::future::ready(()))
    }

    fn clone_request(&mut self, call: &Call) -> Option<Call> {
        Some(call.clone())
    }
}

#[tokio::test]
async fn a_call_can_be_sent_on_again() {
    let server = |tries| {
        let server = Server::new("flaky", "1").with(tools![flaky]).state(AtomicU32::new(0));
        server.layer(RetryLayer::new(Again(tries)))
    };
    let client = server(2).client().await.unwrap();
    assert_eq!(client.call("flaky", json!({})).await.unwrap().text(), "2");
    let client = server(1).client().await.unwrap();
    assert_eq!(client.call("flaky", json!({})).await.unwrap().text(), "attempt 1 went wrong");
}

/// Counts the calls, as a layer that somebody writes with nothing but tower.
#[derive(Clone, Default)]
struct CountLayer(Arc<AtomicU32>);

#[derive(Clone)]
struct Count<S> {
    calls: Arc<AtomicU32>,
    inner: S,
}

impl<S> Layer<S> for CountLayer {
    type Service = Count<S>;

    fn layer(&self, inner: S) -> Count<S> {
        Count { calls: Arc::clone(&self.0), inner }
    }
}

impl<S: Service<Call, Response = Outcome>> Service<Call> for Count<S> {
    type Response = Outcome;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Polling<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> S::Future {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.inner.call(call)
    }
}

#[tokio::test]
async fn a_layer_of_ones_own_composes_with_those_of_tower_and_ours() {
    let counted = CountLayer::default();
    let stack = (counted.clone(), TimeoutLayer::new(Duration::from_mins(1)), counted.clone());
    let stack = (stack, disco_sdk::layer::Timeout::new(Duration::from_mins(1)), counted.clone());
    let client = Server::new("naps", "1").with(tools![nap]).layer(stack).client().await.unwrap();
    assert_eq!(client.call("nap", json!({"seconds": 0})).await.unwrap().text(), "rested");
    assert_eq!(counted.0.load(Ordering::Relaxed), 3);
}
