//! Results of every kind of content.

use disco_sdk::client::Client;
use disco_sdk::{Content, Result, Version};
use serde_json::json;

use super::{check, everything, fixture};

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn a_text_and_a_failure(client: Client) -> Result<()> {
    let text = client.call("test_simple_text", json!({})).await?;
    assert_eq!(text.text(), "This is a simple text response for testing.");
    assert!(!text.is_error);
    let failure = client.call("test_error_handling", json!({})).await?;
    assert!(failure.is_error);
    assert_eq!(failure.text(), "This tool intentionally returns an error for testing");
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn pictures_sounds_and_resources(client: Client, version: Version) -> Result<()> {
    let picture = client.call("test_image_content", json!({})).await?;
    assert!(matches!(&picture.content[..], [Content::Image(image)] if image.mime_type == "image/png"));
    let sound = client.call("test_audio_content", json!({})).await?;
    if version >= Version::V2025_03_26 {
        assert!(matches!(&sound.content[..], [Content::Audio(audio)] if audio.mime_type == "audio/wav"));
    } else {
        assert!(matches!(&sound.content[..], [Content::Resource(inside)] if inside.resource.blob.is_some()));
    }
    let resource = client.call("test_embedded_resource", json!({})).await?;
    assert!(matches!(&resource.content[..], [Content::Resource(_)]));
    let mixed = client.call("test_multiple_content_types", json!({})).await?;
    assert!(matches!(&mixed.content[..], [Content::Text(_), Content::Image(_), Content::Resource(_)]));
    Ok(())
}

#[disco_sdk::test(server = fixture(), reader = check)]
pub(super) async fn links_are_told_as_text_where_there_are_none(
    client: Client,
    version: Version,
) -> Result<()> {
    let gallery = client.call("gallery", json!({})).await?;
    match &gallery.content[0] {
        Content::ResourceLink(link) if version >= Version::V2025_06_18 => assert_eq!(link.uri, "note://1"),
        Content::Text(text) if version < Version::V2025_06_18 => assert!(text.text.contains("note://1")),
        other => panic!("{other:?}"),
    }
    Ok(())
}

#[disco_sdk::test(server = fixture(), reader = check)]
pub(super) async fn structured_results_are_told_as_text_too(client: Client, version: Version) -> Result<()> {
    let mirrored = client.call("mirror", json!({"point": {"x": 1, "y": 2}})).await?;
    assert_eq!(mirrored.text(), r#"{"x":2,"y":1}"#);
    let has_structure = version >= Version::V2025_06_18;
    assert_eq!(mirrored.structured_content, has_structure.then(|| json!({"x": 2, "y": 1})));

    let counted = client.call("count", json!({"to": 2})).await?;
    assert_eq!(counted.text(), "[1,2]");
    let bare = (version == Version::V2026_07_28).then(|| json!([1, 2]));
    let wrapped = has_structure.then(|| json!({"result": [1, 2]}));
    assert_eq!(counted.structured_content, bare.or(wrapped));
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn an_argument_that_stands_in_a_header_too(client: Client) -> Result<()> {
    // The list tells the client which arguments those are.
    let tools = client.tools().await?;
    let schema = &tools.iter().find(|tool| tool.name == "test_custom_header").expect("listed").input_schema;
    assert_eq!(schema["properties"]["value"]["x-mcp-header"], "Value");
    for value in ["plain", " blanks ", "Ünïcode", "=?base64?eA==?="] {
        let said = client.call("test_custom_header", json!({"value": value})).await?;
        assert_eq!(said.text(), value);
    }
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn a_schema_written_by_hand_arrives_as_it_was_written(client: Client) -> Result<()> {
    let tools = client.tools().await?;
    let tool = tools.iter().find(|tool| tool.name == "json_schema_2020_12_tool").expect("listed");
    assert_eq!(tool.input_schema["$defs"]["address"]["$anchor"], "addressDef");
    assert_eq!(tool.input_schema["then"], json!({"required": ["phone"]}));
    Ok(())
}
