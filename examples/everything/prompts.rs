//! Prompts: with and without arguments, and with every kind of content.

use disco_sdk::prelude::*;

use crate::content::PNG;

/// Says one thing.
#[prompt]
fn test_simple_prompt() -> &'static str {
    "This is a simple prompt for testing."
}

/// How the first argument could go on.
const FIRST: [&str; 3] = ["testing", "tested", "other"];

/// Says what it is given.
#[prompt]
fn test_prompt_with_arguments(
    /// The first thing to say.
    #[arg(complete = FIRST)]
    arg1: String,
    /// The second.
    arg2: String,
) -> String {
    format!("Prompt with arguments: arg1='{arg1}', arg2='{arg2}'")
}

/// Shows a resource.
#[prompt]
fn test_prompt_with_embedded_resource(
    /// Which one.
    #[arg(rename = "resourceUri")]
    resource_uri: String,
) -> Vec<PromptMessage> {
    let text = "Embedded resource content for testing.";
    let resource = ResourceContents::text(resource_uri, text).with_mime_type("text/plain");
    vec![
        PromptMessage::new(Role::User, Content::resource(resource)),
        PromptMessage::user("Please process the embedded resource above."),
    ]
}

/// Shows a picture.
#[prompt]
fn test_prompt_with_image() -> Vec<PromptMessage> {
    vec![
        PromptMessage::new(Role::User, Image::png(PNG)),
        PromptMessage::user("Please analyze the image above."),
    ]
}
