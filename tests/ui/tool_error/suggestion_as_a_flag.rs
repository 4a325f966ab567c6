use disco_sdk::prelude::*;

#[derive(Debug, ToolError)]
enum Failed {
    #[tool_error(suggestion, message = "no")]
    No,
}

fn main() {}
