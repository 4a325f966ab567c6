//! The program of `examples/hello.rs`, with turbomcp.

use turbomcp::prelude::*;

#[derive(Clone)]
struct Hello;

#[server(name = "hello", version = "1.0.0")]
impl Hello {
    /// Adds two numbers.
    #[tool]
    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    /// A greeting for somebody.
    #[resource("greeting://{name}")]
    async fn greeting(&self, name: String) -> String {
        format!("Hello, {name}!")
    }

    /// Asks for a review of some code.
    #[prompt]
    async fn review(&self, language: String, code: String) -> String {
        format!("Review this {language} code:\n{code}")
    }
}

#[tokio::main]
async fn main() -> Result<(), turbomcp::ProtocolError> {
    Hello.run_stdio().await
}
