//! How two peers meet: `initialize` until 2025-11-25, `server/discover` since 2026-07-28.

use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::Error;

use super::capability::{ClientCapabilities, ServerCapabilities};
use super::icon::Icon;
use super::reading::{FromObject, Object};

/// A program that speaks the protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Implementation {
    /// Its name for programs.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its name for people (since 2025-06-18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is (since 2025-11-25).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where to read about it (since 2025-11-25).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website_url: Option<String>,
    /// Pictures to show beside it (since 2025-11-25).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icons: Option<Vec<Icon>>,
}

impl FromObject<'_> for Implementation {
    fn from_object(object: &Object<'_, '_>) -> Result<Self, Error> {
        Ok(Self {
            name: object.text("name")?.into_string(),
            version: object.text("version")?.into_string(),
            title: object.string("title")?,
            description: object.string("description")?,
            website_url: object.string("websiteUrl")?,
            icons: object.objects("icons")?,
        })
    }
}

/// The parameters of `initialize`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InitializeParams {
    /// The revision that the client would like.
    pub protocol_version: String,
    /// What the client can do.
    pub capabilities: ClientCapabilities,
    /// What the client is.
    pub client_info: Implementation,
}

impl FromObject<'_> for InitializeParams {
    fn from_object(object: &Object<'_, '_>) -> Result<Self, Error> {
        Ok(Self {
            protocol_version: object.text("protocolVersion")?.into_string(),
            capabilities: object.map("capabilities")?.try_into().map_err(Error::custom)?,
            client_info: object.object("clientInfo")?,
        })
    }
}

/// The answer to `initialize`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InitializeResult {
    /// The revision that is spoken from here on.
    pub protocol_version: String,
    /// What the server offers.
    pub capabilities: ServerCapabilities,
    /// What the server is.
    pub server_info: Implementation,
    /// How to use the server, for the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
}

/// The answer to `server/discover`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscoverResult {
    /// The revisions that may be named in `_meta`.
    pub supported_versions: Vec<String>,
    /// What the server offers.
    pub capabilities: ServerCapabilities,
    /// How to use the server, for the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
}
