//! Results of every kind of content.

use disco_sdk::prelude::*;

/// The smallest picture: one white pixel.
pub(crate) const PNG: [u8; 67] = *b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\
    \0\0\0\nIDATx\xdac\xf8\x0f\0\x01\x01\x01\0\x1c\xb0\x8c\x99\0\0\0\0IEND\xaeB`\x82";

/// The shortest sound: one silent sample.
const WAV: [u8; 46] = *b"RIFF&\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0@\x1f\0\0\x80>\0\0\x02\0\x10\0data\
    \x02\0\0\0\0\0";

/// Answers with a picture.
#[tool(read_only)]
fn test_image_content() -> Image {
    Image::png(PNG)
}

/// Answers with a sound.
#[tool(read_only)]
fn test_audio_content() -> Audio {
    Audio::wav(WAV)
}

/// Answers with a whole resource.
#[tool(read_only)]
fn test_embedded_resource() -> ResourceContents {
    let text = "This is an embedded resource content.";
    ResourceContents::text("test://embedded-resource", text).with_mime_type("text/plain")
}

/// Answers with a text, a picture and a resource.
#[tool(read_only)]
fn test_multiple_content_types() -> Vec<Content> {
    let json = r#"{"test":"data","value":123}"#;
    let resource = ResourceContents::text("test://mixed-content-resource", json);
    vec![
        Content::text("Multiple content types test:"),
        Image::png(PNG).into(),
        Content::resource(resource.with_mime_type("application/json")),
    ]
}
