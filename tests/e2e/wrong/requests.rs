//! Every request of every revision, with one thing wrong in it.

use std::collections::{BTreeMap, BTreeSet};

use disco_sdk::Version;
use serde_json::json;

use super::exceptions::Exception;
use super::mutant::{Change, Family, Mutant, TOO_LONG};
use super::schema::{Fit, Kind, Role, Schema};
use super::{Faults, Refusal, Way, is_answer_to, peer::Answer, service};

/// At least so many messages are sent in each revision and each way. Fewer are a test that has shrunk.
const AT_LEAST: [(Version, usize); 5] = [
    (Version::V2024_11_05, 700),
    (Version::V2025_03_26, 700),
    (Version::V2025_06_18, 900),
    (Version::V2025_11_25, 1500),
    (Version::V2026_07_28, 2000),
];

/// Something that the fixture has, where it matters.
fn fit(method: &str, pointer: &str) -> Fit {
    let value = match (method, pointer) {
        (_, "/id") => json!(5),
        (_, "/params/cursor" | "/params/requestState") => return Fit::LeftOut,
        (_, "/params/inputResponses") => json!({}),
        ("tools/call", "/params/name") => json!("add"),
        ("tools/call", "/params/arguments") => json!({"a": 1}),
        ("prompts/get", "/params/name") | (_, "/params/ref/name") => json!("review"),
        ("prompts/get", "/params/arguments") => json!({"language": "c"}),
        (_, "/params/ref/uri") => json!("note://{id}"),
        (_, "/params/uri") => json!("note://1"),
        (_, "/params/argument/name") => json!("language"),
        _ => return Fit::Any,
    };
    Fit::Value(value)
}

enum Expected<'a> {
    /// Nobody asks for more than an answer of a sensible size.
    Answer,
    /// It is served all the same.
    Result(Exception),
    Refusal(Refusal<'a>),
}

fn expected(mutant: &Mutant, is_served: bool) -> Expected<'_> {
    let pointer = mutant.place.pointer.as_str();
    let refusal = |code, pointer| Expected::Refusal(Refusal { code, pointer });
    match pointer {
        _ if mutant.is_right => Expected::Answer,
        "/method" if mutant.message["method"].is_string() => refusal(-32601, None),
        "/jsonrpc" | "/id" | "/method" => refusal(-32600, Some(pointer)),
        _ if !is_served => refusal(-32601, None),
        _ => match Exception::of(mutant) {
            Some(exception) => Expected::Result(exception),
            None => refusal(-32602, Some(pointer)),
        },
    }
}

fn fault(mutant: &Mutant, is_served: bool, answer: &Answer, version: Version) -> Option<String> {
    let is_long = mutant.place.pointer == "/id" && mutant.change == Change::TooLong;
    if answer.length > 4096 + if is_long { TOO_LONG } else { 0 } {
        return Some(format!("an answer of {} bytes", answer.length));
    }
    if mutant.place.pointer != "/id" && !is_answer_to(answer, &mutant.message) {
        return Some("the answer has another id".to_owned());
    }
    match expected(mutant, is_served) {
        Expected::Answer => None,
        Expected::Result(_) if answer.message["result"].is_object() => None,
        Expected::Result(exception) => Some(format!("{exception:?}: is not served")),
        // What no method has to be read for may be found wrong first.
        Expected::Refusal(Refusal { code: -32601, .. }) if answer.message["error"]["code"] == -32602 => {
            let pointer = Some(mutant.place.pointer.as_str());
            Refusal { code: -32602, pointer }.fault(answer, version)
        }
        Expected::Refusal(refusal) => refusal.fault(answer, version),
    }
}

/// What stays open cannot be asked one after the other; what it has beside others is theirs too.
fn stays_open(kind: &Kind, mutant: &Mutant, is_served: bool) -> bool {
    kind.method == "subscriptions/listen" && !matches!(expected(mutant, is_served), Expected::Refusal(_))
}

#[tokio::test]
async fn every_request_that_the_schema_forbids_is_refused_by_its_place_and_the_next_one_works() {
    let service = service();
    let mut faults = Faults::default();
    let mut sent = BTreeMap::new();
    let mut used = BTreeSet::new();
    for version in Version::ALL {
        let schema = Schema::of(version);
        for kind in schema.requests() {
            let family = Family::of(&schema, "JSONRPCRequest", &kind, &|pointer| fit(&kind.method, pointer));
            for way in Way::ALL {
                let mut peer = way.open(&service, version).await;
                let is_lasting = kind.method == "subscriptions/listen";
                let right = if is_lasting { Answer::default() } else { peer.ask(&family.right).await };
                let is_served = is_lasting || right.message["result"].is_object();
                if !is_served && right.message["error"]["code"] != -32601 {
                    faults.add(&family.right, &right, &"what is right is not served");
                }
                for mutant in &family.mutants {
                    // Without an id it is no request.
                    let is_request = mutant.place.pointer != "/id" || mutant.change != Change::Missing;
                    if !is_request || stays_open(&kind, mutant, is_served) {
                        continue;
                    }
                    let answer = peer.ask(&mutant.message).await;
                    *sent.entry((version, way as usize)).or_insert(0) += 1;
                    if let Expected::Result(exception) = expected(mutant, is_served) {
                        used.insert(exception);
                    }
                    if let Some(fault) = fault(mutant, is_served, &answer, version) {
                        faults.add(&mutant.message, &answer, &format_args!("{version} {way:?}: {fault}"));
                    }
                    if !peer.goes_on().await {
                        faults.add(&mutant.message, &answer, &"the next request is not answered");
                    }
                }
            }
        }
    }
    print_table(&sent);
    faults.report();
    for (version, least) in AT_LEAST {
        for way in Way::ALL {
            let number = sent[&(version, way as usize)];
            assert!(number >= least, "{version} {way:?}: {number} messages, {least} are wanted");
        }
    }
    assert!(Exception::ALL.iter().all(|exception| used.contains(exception)), "only {used:?} are needed");
}

#[expect(clippy::print_stdout, reason = "a table for whoever wants to see it")]
fn print_table(sent: &BTreeMap<(Version, usize), usize>) {
    println!("revision     lines   http");
    for version in Version::ALL {
        let number = |way: Way| sent.get(&(version, way as usize)).copied().unwrap_or_default();
        println!("{version} {:7} {:6}", number(Way::Lines), number(Way::Http));
    }
}

#[test]
fn a_place_is_required_where_any_definition_says_so() {
    let schema = Schema::of(Version::V2024_11_05);
    let call = schema.requests().into_iter().find(|kind| kind.method == "tools/call").unwrap();
    let places = schema.places("JSONRPCRequest", &call, 0);
    let role = |pointer: &str| places.iter().find(|place| place.pointer == pointer).map(|place| place.role);
    assert_eq!(role("/params"), Some(Role::Required));
    assert_eq!(role("/params/name"), Some(Role::Required));
    assert_eq!(role("/params/_meta/progressToken"), Some(Role::Optional));
}
