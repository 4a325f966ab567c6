use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
enum Failed<T> {
    #[tool_error(message = "no")]
    No(T),
}

fn main() {}
