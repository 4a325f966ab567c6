//! Questions: requests of the server in the old era, results that ask in the new one.

use disco_sdk::client::{Answers, Client};
use disco_sdk::testing::Cell;
use disco_sdk::{Result, Version};
use serde_json::{Value, json};

use super::{check, everything, person};

#[disco_sdk::test(server = everything(), answers = person(), reader = check)]
pub(super) async fn the_model_and_the_folders_are_asked_in_every_revision(client: Client) -> Result<()> {
    let sampled = client.call("test_sampling", json!({"prompt": "The capital of France?"})).await?;
    assert_eq!(sampled.text(), "LLM response: Paris");
    let capital = client.call("test_input_required_result_sampling", json!({})).await?;
    assert_eq!(capital.text(), "Paris");
    let roots = client.call("test_input_required_result_list_roots", json!({})).await?;
    assert_eq!(roots.text(), "The client has 2 roots");
    Ok(())
}

#[disco_sdk::test(server = everything(), answers = person(), reader = check, since = V2025_06_18)]
pub(super) async fn the_person_fills_in_forms(client: Client) -> Result<()> {
    for (tool, answer) in [
        ("test_elicitation", "User response: Ada, ada@example.com"),
        ("test_input_required_result_elicitation", "Hello, Ada!"),
        ("test_input_required_result_request_state", "state-ok, true"),
        ("test_input_required_result_multiple_inputs", "Paris Ada, 2 roots"),
        ("test_input_required_result_multi_round", "Ada likes green"),
        ("test_input_required_result_tampered_state", "confirmed: true"),
        ("test_input_required_result_capabilities", "Ada"),
        ("test_streaming_elicitation", "Ada"),
    ] {
        let arguments = if tool == "test_elicitation" { json!({"message": "Who?"}) } else { json!({}) };
        assert_eq!(client.call(tool, arguments).await?.text(), answer, "{tool}");
    }
    Ok(())
}

#[disco_sdk::test(server = everything(), answers = person(), reader = check, since = V2025_06_18)]
pub(super) async fn prompts_ask_as_well(client: Client) -> Result<()> {
    let prompt = client.prompt("test_input_required_result_prompt", json!({})).await?;
    assert_eq!(prompt.messages[0].content, disco_sdk::Content::text("Use this context: Ada"));
    Ok(())
}

#[disco_sdk::test(server = everything(), answers = person(), reader = check, since = V2025_06_18)]
pub(super) async fn forms_are_filled_in_already_as_far_as_the_revision_can_say_it(
    client: Client,
    version: Version,
) -> Result<()> {
    let completed = client.call("test_elicitation_sep1034_defaults", json!({})).await?.text();
    let written: Value = serde_json::from_str(completed.trim_start_matches("Elicitation completed: "))?;
    assert_eq!(written["verified"], true);
    let name = if version >= Version::V2025_11_25 { "John Doe" } else { "Ada" };
    assert_eq!(written["name"], name);
    Ok(())
}

#[disco_sdk::test(server = everything(), answers = person(), reader = check, since = V2025_06_18)]
pub(super) async fn every_kind_of_choice_since_2025_11_25(client: Client, version: Version) -> Result<()> {
    let chosen = client.call("test_elicitation_sep1330_enums", json!({})).await;
    if version >= Version::V2025_11_25 {
        let chosen = chosen?.text();
        assert!(chosen.contains(r#""Opt1""#) && chosen.contains(r#"["Value1"]"#), "{chosen}");
    } else {
        assert!(chosen.unwrap_err().message().contains("`untitledMulti`"));
    }
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check)]
pub(super) async fn who_cannot_be_asked_is_not_asked(client: Client, version: Version) -> Result<()> {
    let refused = client.call("test_missing_capability", json!({})).await;
    if version.is_legacy() {
        let refused = refused?;
        assert!(refused.is_error && refused.text().contains("sampling"), "{}", refused.text());
    } else {
        let error = refused.unwrap_err();
        assert_eq!(error.code().0, -32021);
        assert_eq!(error.data()["requiredCapabilities"], json!({"sampling": {}}));
    }
    Ok(())
}

#[disco_sdk::test(server = everything(), reader = check, since = V2025_06_18)]
pub(super) async fn a_no_is_told_to_the_model(cell: &Cell) -> Result<()> {
    let capabilities = json!({"elicitation": {}});
    let client = cell.client_with(Answers::new(capabilities, |_| Some(json!({"action": "decline"})))).await?;
    let declined = client.call("test_input_required_result_elicitation", json!({})).await?;
    assert!(declined.is_error && declined.text().contains("What is your name?"), "{}", declined.text());
    Ok(())
}
