//! Lists, resources, prompts and completions.

use disco_sdk::client::Client;
use disco_sdk::protocol::completion::CompleteParams;
use disco_sdk::{Content, Result, Version};
use serde_json::{Value, json};

use super::{check, everything};

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn everything_is_listed(client: Client) -> Result<()> {
    assert!(client.tools().await?.iter().any(|tool| tool.name == "test_simple_text"));
    assert!(client.resources().await?.iter().any(|resource| resource.uri == "test://static-text"));
    assert_eq!(client.resource_templates().await?[0].uri_template, "test://template/{id}/data");
    assert!(client.prompts().await?.iter().any(|prompt| prompt.name == "test_simple_prompt"));
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn resources_are_read_as_text_or_bytes(client: Client) -> Result<()> {
    let text = client.read("test://static-text").await?;
    assert_eq!(text.contents[0].text.as_deref(), Some("This is the content of the static text resource."));
    let bytes = client.read("test://static-binary").await?;
    assert_eq!(bytes.contents[0].mime_type.as_deref(), Some("image/png"));
    assert!(bytes.contents[0].blob.is_some());
    let data = client.read("test://template/123/data").await?;
    let data: Value = serde_json::from_str(data.contents[0].text.as_deref().unwrap())?;
    assert_eq!(data, json!({"id": "123", "templateTest": true, "data": "Data for ID: 123"}));
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn prompts_are_filled_in(client: Client) -> Result<()> {
    let simple = client.prompt("test_simple_prompt", json!({})).await?;
    assert_eq!(simple.messages[0].content, Content::text("This is a simple prompt for testing."));
    let filled_in = client.prompt("test_prompt_with_arguments", json!({"arg1": "a", "arg2": "b"})).await?;
    let expected = Content::text("Prompt with arguments: arg1='a', arg2='b'");
    assert_eq!(filled_in.messages[0].content, expected);
    let shown =
        client.prompt("test_prompt_with_embedded_resource", json!({"resourceUri": "test://x"})).await?;
    assert!(
        matches!(&shown.messages[0].content, Content::Resource(inside) if inside.resource.uri == "test://x")
    );
    let picture = client.prompt("test_prompt_with_image", json!({})).await?;
    assert!(matches!(&picture.messages[0].content, Content::Image(_)));
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn arguments_are_completed(client: Client) -> Result<()> {
    let params: CompleteParams = serde_json::from_value(json!({
        "ref": {"type": "ref/prompt", "name": "test_prompt_with_arguments"},
        "argument": {"name": "arg1", "value": "te"},
    }))?;
    assert_eq!(client.complete(&params).await?.values, ["testing", "tested"]);
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn the_server_says_what_it_is(client: Client, version: Version) -> Result<()> {
    if version.is_legacy() {
        assert_eq!(client.request("ping", json!({})).await?, json!({}));
    } else {
        let discovered = client.request("server/discover", json!({})).await?;
        assert_eq!(discovered["supportedVersions"], json!([Version::LATEST.as_str()]));
        assert_eq!(discovered["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "everything");
    }
    Ok(())
}
