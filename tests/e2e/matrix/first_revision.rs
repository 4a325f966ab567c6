//! HTTP+SSE of 2024-11-05 serves what begins with `initialize`, and nothing else.

use disco_sdk::client::{Client, Profile};
use disco_sdk::testing::Cell;
use disco_sdk::{Result, Version};
use serde_json::json;

use super::{check, everything};

#[disco_sdk::test(server = everything(), reader = check, transports(sse), until = V2024_11_05)]
async fn a_modern_request_to_its_messages_is_refused(client: Client, cell: &Cell) -> Result<()> {
    let url = cell.url("/sse").expect("it is served over HTTP");
    let modern = Client::connect_sse(&url, Profile::new(Version::LATEST).reader(check)).await?;
    for method in ["tools/list", "server/discover"] {
        let error = modern.request(method, json!({})).await.unwrap_err();
        assert_eq!(error.code().0, -32022, "{error:?}");
        assert_eq!(error.data()["requested"], Version::LATEST.as_str());
        assert_eq!(error.data()["supported"].as_array().map(Vec::len), Some(4));
    }
    // It names where that revision is served.
    let error = modern.request("tools/list", json!({})).await.unwrap_err();
    assert!(error.data()["suggestion"].as_str().unwrap().contains("/mcp"), "{error:?}");
    assert!(!client.tools().await?.is_empty());
    Ok(())
}
