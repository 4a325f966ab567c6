//! What is said before the answer.

use disco_sdk::client::Client;
use disco_sdk::{LogLevel, Result, Version};
use serde_json::json;

use super::{check, everything};

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn progress_comes_before_the_answer_and_in_order(client: Client) -> Result<()> {
    let (result, said) = client.call_and_listen("test_tool_with_progress", json!({})).await?;
    assert_eq!(result.text(), "Progress was told.");
    let steps: Vec<_> = said.iter().map(|said| said.params["progress"].as_f64().unwrap()).collect();
    assert_eq!(steps, [0.0, 50.0, 100.0]);
    assert!(said.iter().all(|said| said.method == "notifications/progress"));
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn the_log_is_told_to_those_who_want_it(client: Client) -> Result<()> {
    client.log_level(LogLevel::Info).await?;
    let (_, said) = client.call_and_listen("test_tool_with_logging", json!({})).await?;
    let lines: Vec<_> = said.iter().map(|said| said.params["data"].as_str().unwrap()).collect();
    assert_eq!(lines, ["Tool execution started", "Tool processing data", "Tool execution completed"]);
    client.log_level(LogLevel::Error).await?;
    let (_, said) = client.call_and_listen("test_logging_tool", json!({})).await?;
    assert_eq!(said, []);
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn nobody_is_told_the_log_unasked_since_2026_07_28(
    client: Client,
    version: Version,
) -> Result<()> {
    let (_, said) = client.call_and_listen("test_logging_tool", json!({})).await?;
    assert_eq!(said.len(), usize::from(version.is_legacy()));
    Ok(())
}
