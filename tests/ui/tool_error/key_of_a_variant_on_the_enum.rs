use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
#[tool_error(retryable)]
enum Failed {
    #[tool_error(message = "no")]
    No,
}

fn main() {}
