//! From the result of a call back to what the tool's function has returned.

use std::any::Any;
use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::to_raw_value;

use crate::error::{Error, Result};
use crate::protocol::content::{Content, EmbeddedResource, MediaContent, ResourceContents, ResourceLink};
use crate::protocol::legacy::is_object_schema;
use crate::protocol::reading;
use crate::protocol::tool::CallToolResult;
use crate::protocol::version::{Feature, Version};
use crate::schema::{self, JsonSchema};
use crate::server::output::{Audio, Image, ToolOutput};

/// Says that a [`FromToolResult`] is read from JSON.
#[derive(Debug)]
pub struct AsValue;

/// Says that a [`FromToolResult`] is read from what the model is told.
#[derive(Debug)]
pub struct AsContent;

/// What a typed call can give: all that a tool may return, if serde can read it too.
///
/// ```
/// use disco_sdk::Version;
/// use disco_sdk::protocol::tool::CallToolResult;
/// use disco_sdk::stub::FromToolResult as _;
/// let result = CallToolResult { structured_content: Some(3.into()), ..CallToolResult::default() };
/// assert_eq!(i64::from_tool_result(result, Version::LATEST).unwrap(), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from the result of a tool",
    label = "what this call gives",
    note = "add `#[derive(serde::Deserialize)]` to `{Self}`; a `Result` has to be written as `Result<T, E>`"
)]
pub trait FromToolResult<Via>: Sized {
    /// Reads the result of a tool that has not failed; `version` is the revision in which it came.
    ///
    /// # Errors
    /// It is not what was expected.
    fn from_tool_result(result: CallToolResult, version: Version) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema + 'static> FromToolResult<AsValue> for T {
    fn from_tool_result(result: CallToolResult, version: Version) -> Result<Self> {
        let text = result.text();
        if let Some(told) = told(&text) {
            return Ok(told);
        }
        let value = match result.structured_content {
            Some(value) => bare(value, version, &schema::of_output::<T>()),
            None => serde_json::from_str(&text)?,
        };
        let text = value.to_string();
        reading::read(&text).map_err(|misfit| Error::new(format!("{}: {}", misfit.pointer(""), misfit.words)))
    }
}

/// The text as a `T`, if `T` is one of the types that tools tell as text.
fn told<T: 'static>(text: &str) -> Option<T> {
    let mut told: Option<T> = None;
    let slot = &mut told as &mut dyn Any;
    if let Some(slot) = slot.downcast_mut::<Option<String>>() {
        *slot = Some(text.to_owned());
    } else if let Some(slot) = slot.downcast_mut::<Option<Box<str>>>() {
        *slot = Some(text.into());
    } else if let Some(slot) = slot.downcast_mut::<Option<Cow<'static, str>>>() {
        *slot = Some(Cow::Owned(text.to_owned()));
    } else if let Some(slot) = slot.downcast_mut::<Option<()>>() {
        *slot = Some(());
    }
    told
}

/// The structured content without the object that older revisions put around it.
fn bare(mut value: Value, version: Version, schema: &Value) -> Value {
    if version.has(Feature::BareStructuredContent) || is_object_schema(schema) {
        return value;
    }
    match value.get_mut("result") {
        Some(result) => result.take(),
        None => value,
    }
}

impl FromToolResult<AsContent> for ToolOutput {
    fn from_tool_result(result: CallToolResult, _: Version) -> Result<Self> {
        let CallToolResult { content, structured_content, is_error, meta } = result;
        let structured = structured_content.map(|value| to_raw_value(&value)).transpose()?;
        Ok(Self { content, structured, is_error, meta, caused: None })
    }
}

impl FromToolResult<AsContent> for Vec<Content> {
    fn from_tool_result(result: CallToolResult, _: Version) -> Result<Self> {
        Ok(result.content)
    }
}

impl FromToolResult<AsContent> for Content {
    fn from_tool_result(result: CallToolResult, _: Version) -> Result<Self> {
        let count = result.content.len();
        let mut content = result.content.into_iter();
        match (content.next(), content.next()) {
            (Some(content), None) => Ok(content),
            _ => Err(Error::new(format!("it has {count} pieces of content instead of one"))),
        }
    }
}

/// Reads a type from the one content that it was told as.
macro_rules! from_one_content {
    ($($result:ty: $words:literal, $($content:pat => $value:expr),+;)+) => {
        $(
            impl FromToolResult<AsContent> for $result {
                fn from_tool_result(result: CallToolResult, version: Version) -> Result<Self> {
                    match Content::from_tool_result(result, version)? {
                        $($content => $value,)+
                        _ => Err(Error::new(concat!("its content is no ", $words))),
                    }
                }
            }
        )+
    };
}

from_one_content! {
    EmbeddedResource: "resource", Content::Resource(embedded) => Ok(embedded);
    ResourceContents: "resource", Content::Resource(embedded) => Ok(embedded.resource);
    ResourceLink: "link; before 2025-06-18 there are none", Content::ResourceLink(link) => Ok(link);
    Image: "picture", Content::Image(image) => Ok(Self::new(bytes(&image.data)?, image.mime_type));
    // Before 2025-03-26 sound is a resource.
    Audio: "sound",
        Content::Audio(MediaContent { data, mime_type, .. })
        | Content::Resource(EmbeddedResource {
            resource: ResourceContents { blob: Some(data), mime_type: Some(mime_type), .. },
            ..
        }) => Ok(Self::new(bytes(&data)?, mime_type));
}

fn bytes(data: &str) -> Result<Vec<u8>> {
    STANDARD.decode(data).map_err(|error| Error::new(format!("its data is no base64: {error}")))
}
