//! Enums that serde reads, as variables: alone, left out, and several of them.

use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use disco_sdk::protocol::completion::CompleteParams;
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Shade {
    Red,
    DarkBlue,
}

/// Some hats.
#[resource("hats://{shade}{;sizes*}{?band,feathers*}")]
fn hats(
    shade: Shade,
    band: Option<Shade>,
    feathers: Vec<Shade>,
    sizes: std::collections::BTreeMap<String, Shade>,
) -> String {
    format!("{shade:?} {band:?} {feathers:?} {sizes:?}")
}

#[disco_sdk::test(server = Server::new("hats", "1").with(resources![hats]))]
async fn they_are_read_by_their_names(client: Client) -> Result<()> {
    for (uri, read) in [
        ("hats://red", "Red None [] {}"),
        ("hats://dark-blue?band=red", "DarkBlue Some(Red) [] {}"),
        ("hats://red;small=red?feathers=red&feathers=dark-blue", "Red None [Red, DarkBlue] {\"small\": Red}"),
    ] {
        let result = client.read(uri).await?;
        assert_eq!(result.contents[0].text.as_deref(), Some(read), "{uri}");
    }
    for (uri, variable) in [
        ("hats://green", "{shade}"),
        ("hats://red?band=green", "{band}"),
        ("hats://red?feathers=red&feathers=green", "{feathers}"),
    ] {
        let refused = client.read(uri).await.unwrap_err();
        let words = refused.message();
        assert!(words.contains(variable) && words.contains("dark-blue"), "{uri}: {words}");
    }
    Ok(())
}

#[disco_sdk::test(server = Server::new("hats", "1").with(resources![hats]))]
async fn one_is_completed_by_itself_whether_or_not_it_may_be_left_out(client: Client) -> Result<()> {
    for name in ["shade", "band"] {
        let params = json!({
            "ref": {"type": "ref/resource", "uri": "hats://{shade}{;sizes*}{?band,feathers*}"},
            "argument": {"name": name, "value": "da"}
        });
        let params: CompleteParams = serde_json::from_value(params).unwrap();
        assert_eq!(client.complete(&params).await?.values, ["dark-blue"], "{name}");
    }
    Ok(())
}
