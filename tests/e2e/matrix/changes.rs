//! Changes: the stream of a session, or a subscription since 2026-07-28.

use disco_sdk::client::Client;
use disco_sdk::protocol::subscription::SubscriptionFilter;
use disco_sdk::testing::Cell;
use disco_sdk::{Notifier, Result};
use serde_json::json;

use super::{check, everything};

fn everything_there_is() -> SubscriptionFilter {
    let wanted = json!({
        "toolsListChanged": true,
        "promptsListChanged": true,
        "resourcesListChanged": true,
        "resourceSubscriptions": ["test://watched-resource"],
    });
    serde_json::from_value(wanted).unwrap()
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn a_tool_changes_the_lists_and_whoever_listens_hears_it(client: Client) -> Result<()> {
    let mut changes = client.listen(everything_there_is()).await?;
    client.call("test_trigger_tool_change", json!({})).await?;
    client.call("test_trigger_prompt_change", json!({})).await?;
    let first = changes.next().await?.expect("a change");
    let second = changes.next().await?.expect("another");
    assert_eq!(first.method, "notifications/tools/list_changed");
    assert_eq!(second.method, "notifications/prompts/list_changed");
    changes.end().await
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn what_happens_outside_of_calls_is_heard_too(
    client: Client,
    notifier: Notifier,
) -> Result<()> {
    let mut changes = client.listen(everything_there_is()).await?;
    notifier.resource_updated("test://static-text");
    notifier.resource_updated("test://watched-resource");
    let first = changes.next().await?.expect("a change");
    assert_eq!(first.params["uri"], "test://watched-resource");
    notifier.resources_list_changed();
    let second = changes.next().await?.expect("another");
    assert_eq!(second.method, "notifications/resources/list_changed");
    changes.end().await
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn who_wants_one_kind_hears_no_other(client: Client, notifier: Notifier) -> Result<()> {
    let only_prompts = SubscriptionFilter { prompts_list_changed: true, ..SubscriptionFilter::default() };
    let mut changes = client.listen(only_prompts).await?;
    notifier.tools_list_changed();
    notifier.prompts_list_changed();
    let first = changes.next().await?.expect("a change");
    assert_eq!(first.method, "notifications/prompts/list_changed");
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check, transports(stdio, http, sse))]
pub(super) async fn a_server_that_stops_ends_the_stream(client: Client, cell: &Cell) -> Result<()> {
    let mut changes = client.listen(everything_there_is()).await?;
    cell.stop();
    while let Some(last) = changes.next().await? {
        // Two pages of 2026-07-28 ask for one each.
        assert_eq!(last.method, "notifications/cancelled");
    }
    Ok(())
}
