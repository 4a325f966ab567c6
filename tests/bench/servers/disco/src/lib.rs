//! The surface that every server of the bench offers: `add`, `echo`, 20 more tools, a resource and a prompt.

use std::time::Duration;

use disco_sdk::prelude::*;

/// Two numbers' sum.
#[derive(serde::Serialize, JsonSchema)]
struct Sum {
    sum: i64,
}

/// Adds two numbers.
#[tool(read_only)]
fn add(a: i64, b: i64) -> Sum {
    Sum { sum: a + b }
}

/// Answers with the text that it got.
#[tool(read_only)]
fn echo(text: String) -> String {
    text
}

/// Adds two numbers and tells of its progress once. It never waits.
#[tool(read_only)]
fn report(a: i64, b: i64, cx: Context) -> Sum {
    cx.progress(1.0, 2.0, None);
    Sum { sum: a + b }
}

/// Adds two numbers, tells of its progress once, and lets others run before it answers.
#[tool(read_only)]
async fn report_and_wait(a: i64, b: i64, cx: Context) -> Sum {
    cx.progress(1.0, 2.0, None);
    tokio::task::yield_now().await;
    Sum { sum: a + b }
}

/// Adds two numbers after a millisecond.
#[tool(read_only)]
async fn nap(a: i64, b: i64) -> Sum {
    tokio::time::sleep(Duration::from_millis(1)).await;
    Sum { sum: a + b }
}

/// Adds two numbers after a second.
#[tool(read_only)]
async fn sleep(a: i64, b: i64) -> Sum {
    tokio::time::sleep(Duration::from_secs(1)).await;
    Sum { sum: a + b }
}

macro_rules! more {
    ($($name:ident)*) => {$(
        /// Repeats a text. One of many tools, so that there is something to list.
        #[tool(read_only)]
        fn $name(
            /// What is repeated.
            text: String,
            /// How many times.
            times: u8,
        ) -> String {
            text.repeat(times.into())
        }
    )*};
}

more!(more_01 more_02 more_03 more_04 more_05 more_06 more_07 more_08);
more!(more_09 more_10 more_11 more_12 more_13 more_14 more_15 more_16);

/// A greeting.
#[resource("greeting://world")]
fn greeting() -> &'static str {
    "Hello, world!"
}

/// Asks for a review of some code.
#[prompt]
fn review(code: String) -> String {
    format!("Review this code:\n{code}")
}

/// All of it.
pub fn server() -> Server {
    Server::new("bench", "1.0.0").registered()
}
