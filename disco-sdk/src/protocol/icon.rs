//! Pictures that a client may show beside a name (since 2025-11-25).

use serde::{Deserialize, Serialize};
use serde_json::Error;

use super::reading::{FromObject, Object};

/// One picture, by its address.
///
/// ```
/// use disco_sdk::Icon;
/// let icon = Icon::new("https://example.org/pen.png").with_mime_type("image/png").with_size("48x48");
/// assert_eq!(icon.sizes.unwrap(), ["48x48"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Icon {
    /// An `https:` or `data:` URI.
    pub src: String,
    /// Its media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The sizes it is good for, such as `48x48` or `any`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Vec<String>>,
    /// `light` or `dark`: the background it is drawn for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
}

impl FromObject<'_> for Icon {
    fn from_object(object: &Object<'_, '_>) -> Result<Self, Error> {
        Ok(Self {
            src: object.text("src")?.into_string(),
            mime_type: object.string("mimeType")?,
            sizes: object.strings("sizes")?,
            theme: object.string("theme")?,
        })
    }
}

impl Icon {
    /// The picture at this `https:` or `data:` URI.
    #[must_use]
    pub fn new(src: impl Into<String>) -> Self {
        Self { src: src.into(), ..Self::default() }
    }

    /// Says what media type it is.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// Says a size that it is good for, such as `48x48` or `any`.
    #[must_use]
    pub fn with_size(mut self, size: impl Into<String>) -> Self {
        self.sizes.get_or_insert_default().push(size.into());
        self
    }

    /// Says for which background it is drawn: `light` or `dark`.
    #[must_use]
    pub fn with_theme(mut self, theme: impl Into<String>) -> Self {
        self.theme = Some(theme.into());
        self
    }
}

impl From<&str> for Icon {
    fn from(src: &str) -> Self {
        Self::new(src)
    }
}

impl From<String> for Icon {
    fn from(src: String) -> Self {
        Self::new(src)
    }
}
