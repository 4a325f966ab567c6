//! Bytes among arguments and results.

use std::borrow::Cow;
use std::ops::Deref;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};

/// Bytes that travel as a string in base64, where serde alone would make a list of numbers of them.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::Base64;
///
/// /// Turns bytes round.
/// #[tool(read_only)]
/// fn reverse(bytes: Base64) -> Json<Base64> {
///     Json(bytes.iter().rev().copied().collect::<Vec<u8>>().into())
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let client = Server::new("demo", "1.0.0").with(tools![reverse]).client().await?;
/// assert_eq!(client.call("reverse", serde_json::json!({"bytes": "AQID"})).await?.text(), r#""AwIB""#);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base64(
    /// The bytes.
    pub Vec<u8>,
);

impl Deref for Base64 {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<Base64> for Vec<u8> {
    fn from(bytes: Base64) -> Self {
        bytes.0
    }
}

#[cfg(feature = "bytes")]
impl From<bytes::Bytes> for Base64 {
    fn from(bytes: bytes::Bytes) -> Self {
        Self(bytes.into())
    }
}

#[cfg(feature = "bytes")]
impl From<Base64> for bytes::Bytes {
    fn from(bytes: Base64) -> Self {
        bytes.0.into()
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text.as_bytes());
        bytes.map(Self).map_err(|error| D::Error::custom(format_args!("not base64: {error}")))
    }
}

impl JsonSchema for Base64 {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Base64".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "disco_sdk::Base64".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "contentEncoding": "base64"})
    }
}
