//! What is no message of JSON-RPC at all.

use disco_sdk::{Limits, Version};
use serde_json::{Value, json};

use super::peer::Peer;
use super::{Faults, Refusal, Way, service};

/// Bytes, the number of their error, and the place that it names.
type Case = (Vec<u8>, i64, Option<&'static str>);

fn cases() -> Vec<Case> {
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let with = |members: &str| format!(r#"{{"jsonrpc":"2.0",{members}}}"#);
    let deep = |open: &str, close: &str| {
        with(&format!(
            r#""id":1,"method":"ping","params":{{"a":{}1{}}}"#,
            open.repeat(300),
            close.repeat(300)
        ))
    };
    let not_json = [
        "hello".to_owned(),
        "{".to_owned(),
        ping[..ping.len() - 1].to_owned(),
        format!("{ping}x"),
        format!("{ping},"),
        format!("{ping}{ping}"),
        format!("{ping} {ping}"),
        format!("\u{feff}{ping}"),
        format!("{ping}\0"),
        ping.replace("ping", "pi\0ng"),
        ping.replace("ping", r"pi\ud800ng"),
        ping.replace("ping", r"pi\udc00\ud800ng"),
        ping.replace("ping", r"pi\xng"),
        ping.replace("ping", "pi\tng"),
        ping.replace('"', "'"),
        ping.replace(":1,", ":01,"),
        ping.replace(":1,", ":NaN,"),
        deep("[", "]"),
        deep(r#"{"a":"#, "}"),
    ];
    let no_message = [
        ("3".to_owned(), None),
        ("null".to_owned(), None),
        (r#""ping""#.to_owned(), None),
        ("[]".to_owned(), None),
        (r#"["2.0",1,"ping",{},null,null]"#.to_owned(), None),
        ("{}".to_owned(), Some("/jsonrpc")),
        (r#"{"id":1,"method":"ping"}"#.to_owned(), Some("/jsonrpc")),
        (ping.replace("2.0", "2"), Some("/jsonrpc")),
        (ping.replace(r#""2.0""#, "2.0"), Some("/jsonrpc")),
        (with(r#""jsonrpc":"2.0","id":1,"method":"ping""#), Some("/jsonrpc")),
        (with(r#""id":1,"id":1,"method":"ping""#), Some("/id")),
        (with(r#""id":1,"method":"ping","method":"ping""#), Some("/method")),
        (with(r#""id":1,"method":"ping","params":{},"params":{}"#), Some("/params")),
        (with(r#""id":null,"method":"ping""#), Some("/id")),
        (with(r#""id":1.5,"method":"ping""#), Some("/id")),
        (with(r#""id":1e400,"method":"ping""#), Some("/id")),
        (with(r#""id":99999999999999999999,"method":"ping""#), Some("/id")),
        (with(r#""id":true,"method":"ping""#), Some("/id")),
        (with(r#""id":{},"method":"ping""#), Some("/id")),
        (with(r#""id":[1],"method":"ping""#), Some("/id")),
        (with(r#""id":"\ud800","method":"ping""#), Some("/id")),
        (with(r#""id":1"#), Some("/method")),
        (with(r#""id":1,"method":null"#), Some("/method")),
        (with(r#""id":1,"method":7"#), Some("/method")),
        (with(r#""id":1,"method":["ping"]"#), Some("/method")),
        (with(r#""id":1,"method":"ping","result":{}"#), Some("/result")),
        (with(r#""id":1,"method":"ping","error":{}"#), Some("/error")),
        (with(r#""id":1,"result":{},"error":{}"#), Some("/id")),
        (with(r#""result":{}"#), Some("/id")),
    ];
    let mut cases: Vec<Case> = not_json.map(|text| (text.into_bytes(), -32700, None)).into();
    cases.push((b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}".to_vec(), -32700, None));
    let broken = b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\"\xc3\x28\"}}";
    cases.push((broken.to_vec(), -32700, None));
    cases.push((
        with(r#""id":1,"method":"ping","params":{}"#).encode_utf16().flat_map(u16::to_le_bytes).collect(),
        -32700,
        None,
    ));
    cases.extend(no_message.map(|(text, pointer)| (text.into_bytes(), -32600, pointer)));
    for params in ["[]", r#"["add",{}]"#, "[null]", "7", r#""text""#, "true"] {
        let text = with(&format!(r#""id":1,"method":"tools/list","params":{params}"#));
        cases.push((text.into_bytes(), -32602, Some("/params")));
    }
    cases
}

#[tokio::test]
async fn what_is_no_message_is_refused_by_its_place_and_the_next_request_works() {
    let service = service();
    let mut faults = Faults::default();
    for version in [Version::LATEST_LEGACY, Version::LATEST] {
        for way in Way::ALL {
            let mut peer = way.open(&service, version).await;
            for (bytes, code, pointer) in cases() {
                let sent = String::from_utf8_lossy(&bytes);
                let answer = peer.ask_bytes(&bytes, &json!({"method": "tools/list"})).await;
                if let Some(fault) = (Refusal { code, pointer }).fault(&answer, version) {
                    faults.add(&sent, &answer, &format_args!("{version} {way:?}: {fault}"));
                }
                if !peer.goes_on().await {
                    faults.add(&sent, &answer, &"the next request is not answered");
                }
            }
        }
    }
    faults.report();
}

#[tokio::test]
async fn a_text_with_half_a_character_is_refused_by_its_place() {
    let service = service();
    for version in [Version::LATEST_LEGACY, Version::LATEST] {
        for way in Way::ALL {
            let mut peer = way.open(&service, version).await;
            let mut right = crate::support::modern_call(1, "add", json!({}));
            if version.is_legacy() {
                right["params"].as_object_mut().unwrap().remove("_meta");
            }
            let wrong = right.to_string().replace(r#""add""#, r#""\ud800""#);
            let answer = peer.ask_bytes(wrong.as_bytes(), &right).await;
            let refusal = Refusal { code: -32602, pointer: Some("/params/name") };
            assert_eq!(refusal.fault(&answer, version), None, "{answer:?}");
            let wrong = right.to_string().replace(r#""add""#, r#""echo""#);
            let wrong = wrong.replace(r#""arguments":{}"#, r#""arguments":{"text":"\udead"}"#);
            let echo: Value = serde_json::from_str(&right.to_string().replace("add", "echo")).unwrap();
            let answer = peer.ask_bytes(wrong.as_bytes(), &echo).await;
            assert_eq!(answer.message["result"]["isError"], true, "{answer:?}");
            assert!(peer.goes_on().await);
        }
    }
}

#[tokio::test]
async fn a_line_that_is_too_long_is_thrown_away_and_the_next_one_is_read() {
    let limits = Limits { message_bytes: 2000, ..Limits::default() };
    let mut peer = Peer::lines(&service(), Version::LATEST, limits).await;
    for length in [2001, 10_000, 300_000] {
        let answer = peer.ask_bytes(&vec![b'['; length], &Value::Null).await;
        assert_eq!(
            Refusal { code: -32600, pointer: None }.fault(&answer, Version::LATEST),
            None,
            "{answer:?}"
        );
        assert!(peer.goes_on().await);
    }
}
