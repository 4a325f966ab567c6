//! `layer::Audit`.

use std::time::Duration;

use disco_sdk::Version;
use disco_sdk::client::Answers;
use disco_sdk::layer::{Audit, Ending, Kind, Record};
use disco_sdk::prelude::*;
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::server;

fn audited() -> (Server, UnboundedReceiver<Record>) {
    let (records, read) = unbounded_channel();
    (server().layer(Audit::new(move |record| drop(records.send(record)))), read)
}

fn failed(ending: &Ending) -> (&str, Option<&str>) {
    match ending {
        Ending::Failed { error_type, code, .. } => (error_type, code.as_deref()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn an_audit_tells_who_has_called_what_and_how_it_ended() {
    let (server, mut records) = audited();
    let ada = Caller::new("test", "ada");
    let client = server.build().unwrap().client_as(ada.clone(), Version::LATEST).await.unwrap();
    client.call("add", json!({"a": 1, "b": 2})).await.unwrap();
    let record = records.recv().await.unwrap();
    assert_eq!((record.caller, record.kind, record.name.as_str()), (ada, Kind::Tool, "add"));
    assert_eq!((record.ending, record.duration), (Ending::Answered, Duration::ZERO));
    // Of `{"a":1,"b":2}`.
    assert_eq!(record.arguments_digest, "43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777");

    client.call("fail", json!({})).await.unwrap();
    assert_eq!(failed(&records.recv().await.unwrap().ending), ("tool_error", Some("LOCKED")));
    client.call("add", json!({"a": "one"})).await.unwrap();
    assert_eq!(failed(&records.recv().await.unwrap().ending), ("tool_error", Some("INVALID_ARGUMENTS")));
    client.call("panics", json!({})).await.unwrap();
    assert_eq!(records.recv().await.unwrap().ending, Ending::Panicked);
    client.read("note://7").await.unwrap();
    let record = records.recv().await.unwrap();
    assert_eq!(
        (record.kind, record.name.as_str(), record.uri.as_deref()),
        (Kind::Resource, "note://{id}", Some("note://7"))
    );
    client.read("note://0").await.unwrap_err();
    assert_eq!(failed(&records.recv().await.unwrap().ending), ("-32602", None));
}

#[tokio::test]
async fn a_call_that_asks_is_told_in_each_run_and_one_that_is_dropped_as_well() {
    let (server, mut records) = audited();
    let service = server.timeout(Duration::from_millis(20)).build().unwrap();
    for (version, endings) in [
        (Version::LATEST, vec![Ending::Asked, Ending::Answered]),
        (Version::V2025_11_25, vec![Ending::Answered]),
    ] {
        let answers = Answers::form(|_| json!({"value": true}));
        let client = service.client_with(version, answers).await.unwrap();
        assert_eq!(client.call("ask", json!({})).await.unwrap().text(), "true");
        for ending in endings {
            assert_eq!(records.recv().await.unwrap().ending, ending, "{version}");
        }
        assert!(client.call("wait", json!({})).await.unwrap().is_error);
        assert_eq!(records.recv().await.unwrap().ending, Ending::Dropped, "{version}");
    }
}
