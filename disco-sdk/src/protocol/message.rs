//! Whole messages, as somebody reads or writes them who needs every member. Specification: basic/index.
//!
//! A server takes messages apart by [`jsonrpc`](super::jsonrpc), without a copy. These own what they say.

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::jsonrpc::Id;

/// A request with its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestMessage<P> {
    /// Always `2.0`.
    pub jsonrpc: String,
    /// What the answer is to be called.
    pub id: Id,
    /// What is asked.
    pub method: String,
    /// With which parameters.
    pub params: P,
}

/// A notification with its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotificationMessage<P> {
    /// Always `2.0`.
    pub jsonrpc: String,
    /// What happened.
    pub method: String,
    /// Its parameters.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub params: Option<P>,
}

fn none<P>() -> Option<P> {
    None
}

/// An answer with its result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultMessage<R> {
    /// Always `2.0`.
    pub jsonrpc: String,
    /// Which request it answers.
    pub id: Id,
    /// The result.
    pub result: R,
}

/// An answer with an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorMessage {
    /// Always `2.0`.
    pub jsonrpc: String,
    /// Which request it answers; none where the id could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// The error.
    pub error: ErrorObject,
}

/// An error on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorObject {
    /// Its number.
    pub code: i32,
    /// What happened.
    pub message: String,
    /// What else is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

/// Parameters that have no `_meta` of their own, and it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WithMeta<P> {
    /// What is said beside the parameters.
    #[serde(rename = "_meta", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Map<String, Value>>,
    /// The parameters.
    #[serde(flatten)]
    pub params: P,
}

/// No members of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empty {}

/// An object whose members are not all known, such as any result: what `T` does not say is kept, and
/// written again.
///
/// ```
/// use disco_sdk::protocol::message::Open;
/// use disco_sdk::protocol::tool::CallToolResult;
///
/// let json = serde_json::json!({"content": [], "resultType": "complete", "com.example/cost": 3});
/// let result: Open<CallToolResult> = serde_json::from_value(json.clone()).unwrap();
/// assert!(result.known.content.is_empty());
/// assert_eq!(result.extra["com.example/cost"], 3);
/// assert_eq!(serde_json::to_value(result).unwrap(), json);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Open<T> {
    /// The members that `T` knows.
    pub known: T,
    /// The others: `resultType`, `ttlMs`, what extensions add.
    pub extra: Map<String, Value>,
}

impl<'de, T: Serialize + DeserializeOwned> Deserialize<'de> for Open<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut extra = Map::deserialize(deserializer)?;
        let known: T = serde_json::from_value(Value::Object(extra.clone())).map_err(D::Error::custom)?;
        if let Value::Object(said) = serde_json::to_value(&known).map_err(D::Error::custom)? {
            extra.retain(|name, _| !said.contains_key(name));
        }
        Ok(Self { known, extra })
    }
}

impl<T: Serialize> Serialize for Open<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all = self.extra.clone();
        if let Value::Object(said) = serde_json::to_value(&self.known).map_err(S::Error::custom)? {
            all.extend(said);
        }
        all.serialize(serializer)
    }
}
