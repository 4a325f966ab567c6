//! What a client says about itself: once in the old era, with every request in the new.

use serde_json::{Value, json};

use crate::protocol::meta;
use crate::protocol::version::Version;

fn info() -> Value {
    json!({"name": "disco-sdk", "version": env!("CARGO_PKG_VERSION")})
}

/// The parameters of `initialize`.
pub(super) fn initialize_params(version: Version, capabilities: &Value) -> Value {
    json!({"protocolVersion": version.as_str(), "capabilities": capabilities, "clientInfo": info()})
}

/// Adds to `_meta` what every modern request has to say.
pub(super) fn add_meta(params: &mut Value, version: Version, capabilities: &Value) {
    let Some(params) = params.as_object_mut() else {
        return;
    };
    let said = params.entry("_meta").or_insert_with(|| json!({}));
    if let Some(said) = said.as_object_mut() {
        said.insert(meta::PROTOCOL_VERSION.into(), version.as_str().into());
        said.insert(meta::CLIENT_INFO.into(), info());
        said.insert(meta::CLIENT_CAPABILITIES.into(), capabilities.clone());
    }
}
