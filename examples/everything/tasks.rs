//! Calls that become tasks: at once, only as such, and after a question.

use std::time::Duration;

use disco_sdk::ErrorCode;
use disco_sdk::prelude::tokio::time::sleep;
use disco_sdk::prelude::*;

/// How long a job takes that only fails.
const JOB: Duration = Duration::from_secs(1);

/// Greets, and is never a task.
#[tool(read_only)]
fn greet(name: String) -> String {
    format!("Hello, {name}!")
}

/// Computes for some seconds.
#[tool(task)]
async fn slow_compute(seconds: u64, label: Option<String>) -> String {
    sleep(Duration::from_secs(seconds)).await;
    format!("{} was computed in {seconds} s", label.unwrap_or_default())
}

/// Fails, as a tool does.
#[tool(task = "required")]
async fn failing_job() -> Result<String> {
    sleep(JOB).await;
    Err(Error::new("This job intentionally fails"))
}

/// Fails, as the protocol does.
#[tool(task)]
fn protocol_error_job() -> Result<String> {
    Err(Error::protocol(ErrorCode::INTERNAL_ERROR, "This job intentionally breaks the protocol"))
}

#[derive(Form)]
struct Confirmation {
    /// Whether it may be deleted.
    confirm: bool,
}

/// Deletes a file, if that is confirmed.
#[tool(task)]
async fn confirm_delete(cx: Context, filename: String) -> Result<String> {
    let Confirmation { confirm } = cx.ask(format!("Delete {filename}?")).await?;
    Ok(format!("{filename} was {}", if confirm { "deleted" } else { "kept" }))
}

#[derive(Form)]
struct User {
    /// The user's name.
    name: String,
}

/// Asks two things at once.
#[tool(task)]
async fn multi_input(cx: Context) -> Result<String> {
    let (user, may) = tokio::try_join!(cx.ask::<User>("Who are you?"), cx.ask::<Confirmation>("Go on?"))?;
    Ok(format!("{} said {}", user.name, may.confirm))
}

/// Asks first, and then goes on as a task.
#[tool(task = "later")]
async fn test_tool_with_task(cx: Context) -> Result<String> {
    let user: User = cx.ask("What is your name?").key("user_name").await?;
    cx.begin_task().await?;
    Ok(format!("Hello, {}!", user.name))
}
