//! Calls that become tasks, followed to their end.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Client, failure};
use crate::error::{Error, Result};
use crate::protocol::method::Method;

/// Asks for a task until it has ended, answers what it asks, and gives its result.
pub(super) async fn wait(client: &Client, created: &Value) -> Result<Value> {
    let id = &created["taskId"];
    loop {
        let mut state = client.request(Method::GetTask.as_str(), json!({"taskId": id})).await?;
        match state["status"].as_str() {
            Some("completed") => return Ok(state["result"].take()),
            Some("failed") => return Err(failure(&state["error"])),
            Some("cancelled") => {
                let why = state["statusMessage"].as_str().unwrap_or_default();
                return Err(Error::new(format!("the task was cancelled: {why}")));
            }
            Some("input_required") => {
                let answers = client.profile.answers.to_result(&state)?;
                let params = json!({"taskId": id, "inputResponses": answers});
                client.request(Method::UpdateTask.as_str(), params).await?;
            }
            Some("working") => {
                let pause = state["pollIntervalMs"].as_u64().unwrap_or(1000);
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            status => return Err(Error::new(format!("a task cannot be {status:?}"))),
        }
    }
}
