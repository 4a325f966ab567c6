//! Which types a resource may return, and what their media types are.

use std::fmt;

use serde::Serialize;

use crate::error::{Error, ErrorCode, Result};
use crate::protocol::content::ResourceContents;
use crate::protocol::resource::ReadResourceResult;
use crate::server::output::{Audio, Image, Json, Parts};

/// What a resource may return. Contents without a URI get the one that was asked for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a resource",
    label = "not the contents of a resource",
    note = "return `String`, `Json<T>`, `Vec<u8>`, `ResourceContents`, or a `Result` of one of these"
)]
pub trait IntoContents: Sized {
    /// The media type, unless the resource names another.
    const MIME_TYPE: Option<&'static str> = None;

    /// The contents; `None` if there is no such resource.
    ///
    /// # Errors
    /// When they cannot be written.
    fn into_contents(self) -> Result<Option<Vec<ResourceContents>>>;

    /// All that is answered: the contents, and what is said of them as a whole.
    ///
    /// # Errors
    /// When the contents cannot be written.
    fn into_result(self) -> Result<Option<ReadResourceResult>> {
        let contents = self.into_contents()?;
        Ok(contents.map(|contents| ReadResourceResult { contents, ..ReadResourceResult::default() }))
    }
}

macro_rules! contents {
    ($($contents:ty, $mime_type:expr, $self:ident => $value:expr;)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl IntoContents for $contents {
                const MIME_TYPE: Option<&'static str> = $mime_type;

                fn into_contents($self) -> Result<Option<Vec<ResourceContents>>> {
                    Ok(Some($value))
                }
            }
        )+
    };
}

contents! {
    String, Some("text/plain"), self => vec![ResourceContents::text("", self)];
    &'static str, Some("text/plain"), self => vec![ResourceContents::text("", self)];
    Vec<u8>, Some("application/octet-stream"), self => vec![ResourceContents::blob("", self)];
    &'static [u8], Some("application/octet-stream"), self => vec![ResourceContents::blob("", self)];
    Image, None, self => vec![ResourceContents::blob("", self.bytes).with_mime_type(self.mime_type)];
    Audio, None, self => vec![ResourceContents::blob("", self.bytes).with_mime_type(self.mime_type)];
    ResourceContents, None, self => vec![self];
    Vec<ResourceContents>, None, self => self;
}

#[cfg(feature = "bytes")]
contents! {
    bytes::Bytes, Some("application/octet-stream"), self => vec![ResourceContents::blob("", self)];
}

#[diagnostic::do_not_recommend]
impl IntoContents for ReadResourceResult {
    fn into_contents(self) -> Result<Option<Vec<ResourceContents>>> {
        Ok(Some(self.contents))
    }

    fn into_result(self) -> Result<Option<ReadResourceResult>> {
        Ok(Some(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> IntoContents for Json<T> {
    const MIME_TYPE: Option<&'static str> = Some("application/json");

    fn into_contents(self) -> Result<Option<Vec<ResourceContents>>> {
        let text = serde_json::to_string(&self.0).map_err(|error| {
            Error::protocol(
                ErrorCode::INTERNAL_ERROR,
                format!("the resource cannot be written as JSON: {error}"),
            )
        })?;
        Ok(Some(vec![ResourceContents::text("", text)]))
    }
}

/// `None` says that there is no such resource.
#[diagnostic::do_not_recommend]
impl<T: IntoContents> IntoContents for Option<T> {
    const MIME_TYPE: Option<&'static str> = T::MIME_TYPE;

    fn into_contents(self) -> Result<Option<Vec<ResourceContents>>> {
        match self {
            Some(contents) => contents.into_contents(),
            None => Ok(None),
        }
    }

    fn into_result(self) -> Result<Option<ReadResourceResult>> {
        self.map_or(Ok(None), T::into_result)
    }
}

/// How an `R`, a `T` inside, becomes the contents of a resource.
pub struct ResourceOutput<R, T> {
    split: fn(R) -> Result<T>,
    into_result: fn(T) -> Result<Option<ReadResourceResult>>,
    mime_type: Option<&'static str>,
}

impl<R, T> Clone for ResourceOutput<R, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, T> Copy for ResourceOutput<R, T> {}

impl<R, T> fmt::Debug for ResourceOutput<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceOutput").field("mime_type", &self.mime_type).finish_non_exhaustive()
    }
}

impl<R, T> ResourceOutput<R, T> {
    /// Names another media type than that of the type.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: &'static str) -> Self {
        self.mime_type = Some(mime_type);
        self
    }

    /// The media type of what is read.
    #[must_use]
    pub fn mime_type(self) -> Option<&'static str> {
        self.mime_type
    }

    /// The contents of the resource at `uri`.
    ///
    /// # Errors
    /// What the handler has failed with, or that there is no such resource.
    pub fn finish(self, uri: &str, returned: R) -> Result<ReadResourceResult> {
        let result = (self.split)(returned).and_then(self.into_result)?;
        let mut result = result.ok_or_else(|| Error::resource_not_found(uri))?;
        for one in &mut result.contents {
            if one.uri.is_empty() {
                uri.clone_into(&mut one.uri);
            }
            if one.mime_type.is_none() {
                one.mime_type = self.mime_type.map(str::to_owned);
            }
        }
        Ok(result)
    }
}

impl<R, T> Parts<R, T> {
    /// As a resource.
    #[must_use]
    pub fn returned_contents(self) -> ResourceOutput<R, T>
    where
        T: IntoContents,
    {
        ResourceOutput { split: self.split, into_result: T::into_result, mime_type: T::MIME_TYPE }
    }
}
