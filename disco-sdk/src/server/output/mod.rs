//! What a tool gives back, and which types can be given back.
//!
//! Text, pictures and other content are for the model alone. A typed result is for programs as well:
//! it has an output schema, travels as structured content, and is told again as text.

mod beside;
mod json;
mod media;
mod returned;
mod returning;

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

pub use beside::WithContent;
pub use json::Json;
pub use media::{Audio, Image};
pub use returned::{Caused, Failure, Held, Infallible, Output, Parts, Returned, Typed, TypedOutput};
pub use returning::Returning;

use crate::error::{Error, ErrorCode, Result};
use crate::protocol::content::{Content, EmbeddedResource, ResourceContents, ResourceLink};
use crate::protocol::scan::written;

/// The result of one tool call.
///
/// ```
/// use disco_sdk::server::output::ToolOutput;
/// let output = ToolOutput::text("done");
/// assert!(!output.is_error && output.structured.is_none());
/// ```
#[derive(Clone, Debug, Default)]
pub struct ToolOutput {
    /// What the model reads. Without a text in it, structured content is told as text first.
    pub content: Vec<Content>,
    /// The same facts for programs, as JSON.
    pub structured: Option<Box<RawValue>>,
    /// Whether the tool failed.
    pub is_error: bool,
    /// Extra facts.
    pub meta: Option<Map<String, Value>>,
    /// The failure that this tells, where it has causes.
    pub(crate) caused: Option<Error>,
}

impl ToolOutput {
    /// Words for the model.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::content([Content::text(text)])
    }

    /// Any content for the model.
    #[must_use]
    pub fn content(content: impl IntoIterator<Item = Content>) -> Self {
        Self { content: content.into_iter().collect(), ..Self::default() }
    }

    /// A fact of yours beside the result (`_meta`): clients that know the key read it, the model does not.
    #[must_use]
    pub fn with_meta(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.meta.get_or_insert_default().insert(key.into(), value.into());
        self
    }

    /// A value for programs, told to the model as text too.
    ///
    /// # Errors
    /// When the value cannot be written as JSON, such as a map whose keys are no text.
    pub fn structured<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        let structured = written(value).map_err(|error| {
            Error::protocol(
                ErrorCode::INTERNAL_ERROR,
                format!("the result cannot be written as JSON: {error}"),
            )
        })?;
        Ok(Self { structured: Some(structured), ..Self::default() })
    }
}

/// A result that only the model reads: it has no output schema.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::server::output::{IntoContent, ToolOutput};
///
/// struct Verse(Vec<String>);
///
/// impl IntoContent for Verse {
///     fn into_output(self) -> ToolOutput {
///         ToolOutput::text(self.0.join("\n"))
///     }
/// }
///
/// /// Recites.
/// #[tool(read_only)]
/// fn recite() -> Verse {
///     Verse(vec!["O my Luve is like a red, red rose".to_owned()])
/// }
/// ```
pub trait IntoContent {
    /// The result of the call.
    fn into_output(self) -> ToolOutput;
}

impl IntoContent for ToolOutput {
    fn into_output(self) -> ToolOutput {
        self
    }
}

/// Nothing to tell; some clients show an empty result as a failure, so it is told.
impl IntoContent for () {
    fn into_output(self) -> ToolOutput {
        ToolOutput::text("done")
    }
}

impl IntoContent for Vec<Content> {
    fn into_output(self) -> ToolOutput {
        ToolOutput::content(self)
    }
}

macro_rules! one_content {
    ($($result:ty: $content:expr;)+) => {
        $(
            impl IntoContent for $result {
                fn into_output(self) -> ToolOutput {
                    let content: fn(Self) -> Content = $content;
                    ToolOutput::content([content(self)])
                }
            }
        )+
    };
}

one_content! {
    Content: |content| content;
    String: Content::text;
    &'static str: Content::text;
    std::borrow::Cow<'static, str>: Content::text;
    Box<str>: Content::text;
    Image: Content::from;
    Audio: Content::from;
    ResourceLink: Content::from;
    EmbeddedResource: Content::Resource;
    ResourceContents: Content::resource;
}

#[cfg(test)]
#[cfg(feature = "macros")]
mod tests;
