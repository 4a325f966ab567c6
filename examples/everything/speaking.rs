//! Tools that say something before they answer.

use std::time::Duration;

use disco_sdk::LogLevel;
use disco_sdk::prelude::tokio::time::sleep;
use disco_sdk::prelude::*;

/// How long each step takes.
const STEP: Duration = Duration::from_millis(50);

/// Tells three steps of its progress.
#[tool(read_only)]
async fn test_tool_with_progress(cx: Context) -> &'static str {
    for done in [0.0, 50.0, 100.0] {
        cx.progress(done, 100.0, None);
        sleep(STEP).await;
    }
    "Progress was told."
}

/// Writes three lines of the log.
#[tool(read_only)]
async fn test_tool_with_logging(cx: Context) -> &'static str {
    for line in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
        cx.log(LogLevel::Info, line);
        sleep(STEP).await;
    }
    "The log was written."
}

/// Writes a line of the log, which only those get who ask for it.
#[tool(read_only)]
fn test_logging_tool(cx: Context) -> &'static str {
    cx.log(LogLevel::Info, "A line of the log");
    "The log was written."
}
