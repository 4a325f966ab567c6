//! What becomes of tasks when a client or the server goes away.

use std::time::Duration;

use disco_sdk::transport::{Accepted, Wire};
use disco_sdk::{Caller, Stop};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::*;
use crate::support::modern_call;

#[tokio::test]
async fn a_task_outlives_the_connection_that_has_begun_it() {
    let (service, pit) = service();
    let first = taking(&service).await;
    let id = begin(&first, "dig", json!({})).await;
    pit.reached().await;
    drop(first);
    pit.open();
    until(&taking(&service).await, &id, "completed").await;
}

#[tokio::test]
async fn a_cancelled_request_does_not_cancel_the_task_that_it_has_become() {
    let (service, pit) = service();
    let conversation = service.endpoint().connect(Wire::Memory, Caller::anonymous());
    let mut call = modern_call(7, "dig", json!({}));
    call["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities();
    let message = call.to_string();
    let accepted =
        std::future::poll_fn(|cx| std::task::Poll::Ready(conversation.accept(message.as_bytes(), cx)));
    let Accepted::Answer(reply) = accepted.await else { panic!("it is answered at once") };
    let created: Value = serde_json::from_slice(&reply.body).unwrap();
    let cancelled =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}})
            .to_string();
    std::future::poll_fn(|cx| {
        conversation.accept(cancelled.as_bytes(), cx);
        std::task::Poll::Ready(())
    })
    .await;
    pit.reached().await;
    pit.open();
    until(&taking(&service).await, created["result"]["taskId"].as_str().unwrap(), "completed").await;
}

#[tokio::test]
async fn with_the_last_transport_every_task_is_cancelled() {
    let (service, pit) = service();
    let client = taking(&service).await;
    let id = begin(&client, "dig", json!({})).await;
    pit.reached().await;
    let serve = |stop: Stop| {
        let service = service.clone();
        async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            service.serve_http(listener, &stop).await.unwrap();
        }
    };
    let (first, second) = (Stop::default(), Stop::default());
    let both = [tokio::spawn(serve(first.clone())), tokio::spawn(serve(second.clone()))];
    tokio::task::yield_now().await;
    let [one, two] = both;
    first.now();
    timeout(Duration::from_secs(30), one).await.unwrap().unwrap();
    assert_eq!(get(&client, &id).await["status"], "working");
    second.now();
    timeout(Duration::from_secs(30), two).await.unwrap().unwrap();
    pit.dropped().await;
    let task = get(&client, &id).await;
    assert_eq!(
        (&task["status"], &task["statusMessage"]),
        (&json!("cancelled"), &json!("the server has stopped"))
    );
}
