//! What a client says about itself: once in the old era, with every request in the new.

use serde_json::{Value, json};

use super::Profile;
use crate::protocol::jsonrpc::Id;
use crate::protocol::logging::LogLevel;
use crate::protocol::meta;

fn info() -> Value {
    json!({"name": "disco-sdk", "version": env!("CARGO_PKG_VERSION")})
}

/// The parameters of `initialize`.
pub(super) fn initialize_params(profile: &Profile) -> Value {
    json!({
        "protocolVersion": profile.version.as_str(),
        "capabilities": profile.answers.capabilities(),
        "clientInfo": info(),
    })
}

/// Adds to `_meta` what every request has to say. A progress token that is there stays; else it is the id.
pub(super) fn add_meta(params: &mut Value, profile: &Profile, id: &Id, level: Option<LogLevel>) {
    let Some(params) = params.as_object_mut() else {
        return;
    };
    let said = params.entry("_meta").or_insert_with(|| json!({}));
    let Some(said) = said.as_object_mut() else {
        return;
    };
    said.entry("progressToken").or_insert_with(|| json!(id));
    if profile.version.is_legacy() {
        return;
    }
    said.insert(meta::PROTOCOL_VERSION.into(), profile.version.as_str().into());
    said.insert(meta::CLIENT_INFO.into(), info());
    said.insert(meta::CLIENT_CAPABILITIES.into(), profile.answers.capabilities().clone());
    if let Some(level) = level {
        said.insert(meta::LOG_LEVEL.into(), json!(level));
    }
}
