//! Calls that become tasks, followed to their end.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Client, failure};
use crate::error::{Error, Result};
use crate::protocol::method::Method;
use crate::protocol::task::{Task, TaskStatus};

/// Asks for a task until it has ended, answers what it asks, and gives its result.
pub(super) async fn wait(client: &Client, created: &Value) -> Result<Value> {
    let id = &created["taskId"];
    loop {
        let mut state = client.request(Method::GetTask.as_str(), json!({"taskId": id})).await?;
        let task: Task = serde_json::from_value(state.clone())?;
        match task.status {
            TaskStatus::Completed => return Ok(state["result"].take()),
            TaskStatus::Failed => return Err(failure(&state["error"])),
            TaskStatus::Cancelled => {
                let why = task.status_message.unwrap_or_default();
                return Err(Error::new(format!("the task was cancelled: {why}")));
            }
            TaskStatus::InputRequired => {
                let answers = client.profile.answers.to_result(&state)?;
                let params = json!({"taskId": id, "inputResponses": answers});
                client.request(Method::UpdateTask.as_str(), params).await?;
            }
            TaskStatus::Working => {
                tokio::time::sleep(Duration::from_millis(task.poll_interval_ms.unwrap_or(1000))).await;
            }
        }
    }
}
