//! Any bytes as one message, on lines and over HTTP, before and after `initialize`.

use std::task::{Context, Waker};

use disco_sdk::Version;
use disco_sdk::protocol::jsonrpc::{self, Message};
use disco_sdk::transport::{Accepted, Caller, Conversation, Wire};
use serde_json::json;

use super::server::{self, Said};

/// Whatever it is, the answer is a message, and the next one is understood.
pub fn run(data: &[u8]) {
    // What parameters say is read later: half a character may be among them.
    if let Ok(Message::Request(request)) = jsonrpc::parse(data, 128)
        && let Ok(again) = serde_json::from_slice::<serde_json::Value>(data)
    {
        assert_eq!(again["method"], request.method.as_str());
        assert_eq!(serde_json::to_value(&request.id).expect("an id is JSON"), again["id"]);
    }
    check(server::exchange(data, Said::default()), data);
    let conversation = server::service().endpoint().connect(Wire::Stdio, Caller::anonymous());
    check(accept(&*conversation, data), data);
    let client = json!({"name": "fuzz", "version": "1"});
    let params =
        json!({"protocolVersion": Version::LATEST_LEGACY.as_str(), "capabilities": {}, "clientInfo": client});
    let initialize = json!({"jsonrpc": "2.0", "id": "first", "method": "initialize", "params": params});
    let initialize = initialize.to_string();
    check(accept(&*conversation, initialize.as_bytes()), initialize.as_bytes());
    check(accept(&*conversation, data), data);
    let ping = br#"{"jsonrpc":"2.0","id":"last","method":"ping"}"#;
    match accept(&*conversation, ping) {
        Accepted::Answer(reply) => assert_eq!(server::check(&reply, ping.len())["id"], "last"),
        other => panic!("the next message was not answered: {other:?}"),
    }
}

fn accept(conversation: &dyn Conversation, message: &[u8]) -> Accepted {
    conversation.accept(message, &mut Context::from_waker(Waker::noop()))
}

fn check(accepted: Accepted, data: &[u8]) {
    if let Accepted::Answer(reply) = accepted {
        server::check(&reply, data.len());
    }
}
