//! What is wrong is refused, and the next request works.

use disco_sdk::client::Client;
use disco_sdk::{Result, Version};
use serde_json::json;

use super::{check, everything, fixture};

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn what_is_not_there_is_refused_by_its_number(
    client: Client,
    version: Version,
) -> Result<()> {
    let tool = client.call("test_simple_txt", json!({})).await.unwrap_err();
    assert_eq!(tool.code().0, -32602);
    assert_eq!(tool.data()["suggestion"], "did you mean \"test_simple_text\"?");
    let resource = client.read("test://nowhere").await.unwrap_err();
    assert_eq!(resource.code().0, if version.is_legacy() { -32002 } else { -32602 });
    let prompt = client.prompt("nothing", json!({})).await.unwrap_err();
    assert_eq!(prompt.code().0, -32602);
    let method = client.request("no/such/method", json!({})).await.unwrap_err();
    assert_eq!(method.code().0, -32601);
    let cursor = client.request("tools/list", json!({"cursor": "made up"})).await.unwrap_err();
    assert_eq!(cursor.code().0, -32602);
    assert!(!client.call("test_simple_text", json!({})).await?.is_error);
    Ok(())
}

#[disco_sdk::test(server = fixture(), reader = check)]
pub(super) async fn wrong_arguments_are_told_to_the_model_all_at_once(client: Client) -> Result<()> {
    let wrong = client.call("add", json!({"a": "one", "b": []})).await?;
    assert!(wrong.is_error);
    assert!(wrong.text().contains("/a") && wrong.text().contains("/b"), "{}", wrong.text());
    Ok(())
}

#[disco_sdk::test(server = fixture(), reader = check)]
pub(super) async fn a_panic_is_an_error_of_its_call_alone(client: Client) -> Result<()> {
    let panicked = client.call("panic", json!({})).await;
    let words = match panicked {
        Ok(result) if result.is_error => result.text(),
        Ok(result) => panic!("{result:?}"),
        Err(error) => error.to_string(),
    };
    assert!(!words.contains("on purpose"), "{words}");
    assert_eq!(client.call("add", json!({"a": 1})).await?.text(), "2");
    Ok(())
}
