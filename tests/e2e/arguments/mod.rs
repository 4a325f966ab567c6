//! Arguments of tools: what they may be, how they are described, and what is told when they are wrong.

mod bounded;
mod flattened;
mod large_integers;
mod lenient;
mod problems;
mod types;

use disco_sdk::client::Client;
use serde_json::Value;

/// What a client is told is wrong with a call, problem by problem.
async fn problems(client: &Client, tool: &str, arguments: Value) -> Vec<Value> {
    let answer = client.call(tool, arguments).await.expect("the call is answered");
    assert!(answer.is_error, "{}", answer.text());
    let told = &answer.meta.as_ref().expect("programs are told too")["dev.disco/error"];
    assert_eq!(told["code"], "INVALID_ARGUMENTS");
    let problems = told["problems"].as_array().expect("they are listed").clone();
    // The model reads the same words as programs.
    for problem in &problems {
        let pointer = problem["pointer"].as_str().expect("there is a place");
        assert!(answer.text().contains(pointer), "{pointer} is not in {}", answer.text());
    }
    problems
}

/// The schemas of a tool's arguments.
async fn properties(client: &Client, tool: &str) -> Value {
    let tools = client.tools().await.expect("the tools are listed");
    let tool = tools.into_iter().find(|one| one.name == tool).expect("it is listed");
    tool.input_schema["properties"].clone()
}
