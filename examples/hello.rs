//! A whole server: one tool, one family of resources, one prompt. Try it:
//!
//! ```sh
//! cargo run --bin hello -- --call add a=1 b=2
//! ```

use disco_sdk::prelude::*;

/// Adds two numbers.
#[tool(read_only)]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// A greeting for somebody.
#[resource("greeting://{name}")]
fn greeting(name: String) -> String {
    format!("Hello, {name}!")
}

/// Asks for a review of some code.
#[prompt]
fn review(language: String, code: String) -> String {
    format!("Review this {language} code:\n{code}")
}

disco_sdk::main!(Server::new("hello", "1.0.0").registered());
