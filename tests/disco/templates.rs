//! What a sandbox is made after.

use serde_json::{Value, json};

use super::Disco;

#[tokio::test]
async fn templates_are_listed_looked_at_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let mine =
        "name = \"mine\"\ndescription = \"Mine.\"\nsetup = [\"echo ready > made\"]\nprograms = [\"sh\"]";
    std::fs::write(folder.path().join("mine.toml"), mine).unwrap();
    let mut disco = Disco::start_with(&["--templates", folder.path().to_str().unwrap()]);
    let listed = disco.call("template_list", json!({})).await;
    let names: Vec<&Value> =
        listed["templates"].as_array().unwrap().iter().map(|template| &template["name"]).collect();
    assert_eq!(names, ["base", "mine", "node", "python", "rust"]);
    let told = disco.call("template_get", json!({"name": "mine"})).await;
    assert_eq!((&told["setup"], &told["description"]), (&json!(["echo ready > made"]), &json!("Mine.")));
    assert!(told["found"]["sh"].is_string(), "{told}");
    let made = disco.call("sandbox_create", json!({"template": "mine"})).await;
    let ran = json!({"command": "cat made", "sandbox_id": made["sandbox_id"]});
    assert_eq!(disco.call("terminal_execute", ran).await["stdout"], "ready\n");
    let strange = disco.fail("sandbox_create", json!({"template": "yours"})).await;
    assert_eq!(strange["code"], "TEMPLATE_NOT_FOUND");
}
