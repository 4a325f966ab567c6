//! Pictures and sound: bytes and what they are.

use crate::protocol::content::Content;

macro_rules! media {
    ($(#[$docs:meta])* $name:ident, $content:path) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// The bytes, as in a file.
            pub bytes: Vec<u8>,
            /// The media type.
            pub mime_type: String,
        }

        impl $name {
            /// These bytes of this media type.
            #[must_use]
            pub fn new(bytes: impl Into<Vec<u8>>, mime_type: impl Into<String>) -> Self {
                Self {
                    bytes: bytes.into(),
                    mime_type: mime_type.into(),
                }
            }
        }

        impl From<$name> for Content {
            fn from(media: $name) -> Self {
                $content(media.bytes, media.mime_type)
            }
        }
    };
}

media! {
    /// A picture, as a tool gives it back.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// /// Draws a dot.
    /// #[tool(read_only)]
    /// fn dot() -> Image {
    ///     Image::png(*b"\x89PNG..")
    /// }
    /// ```
    Image, Content::image
}

media! {
    /// Sound, as a tool gives it back (since 2025-03-26; older clients get an embedded blob).
    Audio, Content::audio
}

impl Image {
    /// A picture in PNG format.
    #[must_use]
    pub fn png(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(bytes, "image/png")
    }

    /// A picture in JPEG format.
    #[must_use]
    pub fn jpeg(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(bytes, "image/jpeg")
    }
}

impl Audio {
    /// Sound in WAV format.
    #[must_use]
    pub fn wav(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(bytes, "audio/wav")
    }
}
