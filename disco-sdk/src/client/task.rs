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
        match step(client.request(Method::GetTask.as_str(), json!({"taskId": id})).await?)? {
            Step::Ended(result) => return Ok(result),
            Step::Asks(state) => {
                let answers = client.profile.answers.to_result(&state)?;
                let params = json!({"taskId": id, "inputResponses": answers});
                client.request(Method::UpdateTask.as_str(), params).await?;
            }
            Step::Later(pause) => tokio::time::sleep(pause).await,
        }
    }
}

/// What is to be done about a task.
pub(crate) enum Step {
    /// Nothing: this is its result.
    Ended(Value),
    /// To answer what it asks.
    Asks(Value),
    /// To look again after this time.
    Later(Duration),
}

/// What is to be done about a task in this state.
pub(crate) fn step(mut state: Value) -> Result<Step> {
    match state["status"].as_str() {
        Some("completed") => Ok(Step::Ended(state["result"].take())),
        Some("failed") => Err(failure(&state["error"])),
        Some("cancelled") => {
            let why = state["statusMessage"].as_str().unwrap_or_default();
            Err(Error::new(format!("the task was cancelled: {why}")))
        }
        Some("input_required") => Ok(Step::Asks(state)),
        Some("working") => {
            let pause = state["pollIntervalMs"].as_u64().unwrap_or(1000);
            Ok(Step::Later(Duration::from_millis(pause)))
        }
        status => Err(Error::new(format!("a task cannot be {status:?}"))),
    }
}
