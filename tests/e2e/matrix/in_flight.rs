//! Calls under way: several at once, and cancelled ones.

use disco_sdk::Result;
use disco_sdk::client::Client;
use disco_sdk::prelude::State;
use disco_tests::{Dropped, Gate};
use serde_json::json;

use super::{check, fixture};

#[disco_sdk::test(server = fixture(), reader = check)]
pub(super) async fn a_call_that_waits_lets_others_pass(client: Client, gate: State<Gate>) -> Result<()> {
    let mut waiting = client.start("tools/call", json!({"name": "wait"})).await?;
    tokio::select! {
        said = waiting.said() => panic!("{said:?}"),
        () = gate.reached() => {}
    }
    assert_eq!(client.call("add", json!({"a": 1})).await?.text(), "2");
    gate.open();
    assert_eq!(waiting.outcome().await?["content"][0]["text"], "waited");
    Ok(())
}

#[disco_sdk::test(server = fixture(), reader = check)]
pub(super) async fn a_cancelled_call_ends_where_it_waits(
    client: Client,
    gate: State<Gate>,
    dropped: State<Dropped>,
) -> Result<()> {
    let mut waiting = client.start("tools/call", json!({"name": "wait"})).await?;
    tokio::select! {
        said = waiting.said() => panic!("{said:?}"),
        () = gate.reached() => {}
    }
    waiting.cancel("it takes too long").await?;
    dropped.0.notified().await;
    assert_eq!(client.call("add", json!({"a": 1})).await?.text(), "2");
    Ok(())
}
