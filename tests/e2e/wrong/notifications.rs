//! Every notification of every revision, with one thing wrong in it, while a call is under way that it
//! names.

use std::sync::Arc;

use disco_sdk::Version;
use disco_sdk::transport::Limits;
use disco_tests::{Gate, fixture};
use serde_json::{Value, json};

use super::mutant::{Change, Family, Mutant};
use super::peer::{Answer, Peer};
use super::schema::{Fit, Role, Schema};
use super::{Faults, Refusal, Way};
use crate::support::{call, modern_call};

/// At least so many in each revision and each way.
const AT_LEAST: usize = 40;
const WAITING: &str = "waiting";

fn fit(pointer: &str) -> Fit {
    match pointer {
        "/params/requestId" => Fit::Value(json!(WAITING)),
        _ => Fit::Any,
    }
}

/// Whether the notification still says what it would.
fn is_heard(mutant: &Mutant) -> bool {
    mutant.is_right || mutant.change == Change::Null && mutant.place.role == Role::Optional
}

fn waiting(version: Version) -> Value {
    if version.is_legacy() {
        call(WAITING, "wait", json!({}))
    } else {
        modern_call(WAITING, "wait", json!({}))
    }
}

/// What became of it: an error without an id where it is no message at all, else nothing.
async fn fault(peer: &mut Peer, mutant: &Mutant, version: Version) -> Option<(Answer, String)> {
    let pointer = mutant.place.pointer.as_str();
    let is_method = mutant.message["method"].is_string();
    let is_no_message = pointer == "/jsonrpc" || pointer == "/method" && !is_method;
    let told = peer.tell(&mutant.message).await;
    if is_no_message {
        let answer = match told {
            Some(answer) => answer,
            None => peer.read().await,
        };
        let fault = Refusal { code: -32600, pointer: Some(pointer) }.fault(&answer, version);
        let has_id = answer.message.get("id").is_some_and(|id| !id.is_null());
        return fault.or_else(|| has_id.then(|| "an id of nothing".to_owned())).map(|fault| (answer, fault));
    }
    let answer = told?;
    let is_ignored = matches!(answer.status, Some(202 | 400)) && answer.message.get("result").is_none();
    (!is_ignored).then(|| (answer, "is neither ignored nor refused".to_owned()))
}

#[tokio::test]
async fn every_notification_that_the_schema_forbids_is_ignored_and_does_no_harm() {
    let mut faults = Faults::default();
    for version in Version::ALL {
        let schema = Schema::of(version);
        for way in Way::ALL {
            let gate = Arc::new(Gate::default());
            let limits = Limits { keep_alive: std::time::Duration::from_hours(1), ..Limits::default() };
            let server = fixture().shared_state(Arc::clone(&gate)).limits(limits);
            let service = server.build().unwrap();
            let mut peer = way.open(&service, version).await;
            let mut under_way = None;
            if way == Way::Http {
                let (mut other, message) = (peer.sibling().await, waiting(version));
                under_way = Some(tokio::spawn(async move { other.ask(&message).await }));
            } else {
                peer.tell(&waiting(version)).await;
            }
            gate.reached().await;
            let mut sent = 0;
            for kind in schema.notifications() {
                let family = Family::of(&schema, "JSONRPCNotification", &kind, &fit);
                for mutant in family.mutants.iter().filter(|mutant| !is_heard(mutant)) {
                    if let Some((answer, fault)) = fault(&mut peer, mutant, version).await {
                        faults.add(&mutant.message, &answer, &format_args!("{version} {way:?}: {fault}"));
                    }
                    sent += 1;
                }
                if !peer.goes_on().await {
                    let nothing = Answer::default();
                    faults.add(&kind.method, &nothing, &format_args!("{version} {way:?}: harm was done"));
                }
            }
            gate.open();
            let answer = match under_way {
                Some(task) => task.await.unwrap(),
                None => peer.read().await,
            };
            assert_eq!(answer.message["id"], WAITING, "{version} {way:?}: {answer:?}");
            assert!(answer.message["result"].is_object(), "{version} {way:?}: {answer:?}");
            assert!(sent >= AT_LEAST, "{version} {way:?}: {sent} messages");
        }
    }
    faults.report();
}
