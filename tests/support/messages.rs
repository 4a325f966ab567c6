//! Messages as a client sends them.

use disco_sdk::Version;
use serde_json::{Value, json};

/// A request of the modern era.
pub fn modern(id: impl Into<Value>, method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": Version::LATEST.as_str(),
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    request(id, method, params)
}

/// A request of the old era.
pub fn request(id: impl Into<Value>, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id.into(), "method": method, "params": params})
}

/// An `initialize`.
pub fn initialize(version: Version) -> Value {
    let client = json!({"name": "test", "version": "1"});
    let params = json!({"protocolVersion": version.as_str(), "capabilities": {}, "clientInfo": client});
    request("init", "initialize", params)
}

/// A call of a tool, in the old era.
pub fn call(id: impl Into<Value>, tool: &str, arguments: Value) -> Value {
    request(id, "tools/call", json!({"name": tool, "arguments": arguments}))
}

/// A call of a tool, in the modern era.
pub fn modern_call(id: impl Into<Value>, tool: &str, arguments: Value) -> Value {
    modern(id, "tools/call", json!({"name": tool, "arguments": arguments}))
}

/// The number of an error.
pub fn code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("no error in {answer}"))
}
